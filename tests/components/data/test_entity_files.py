"""Files with entities: dropping them in must just work."""

import json
from pathlib import Path

import pytest

from inkstone.components.artifacts import Table
from inkstone.components.data.reading import read_table
from inkstone.components.data.roles import guess_roles
from inkstone.components.errors import InkstoneError

TEXT = "王小明在北京工作"
SPANS = [(0, 3, "人名"), (4, 6, "地名")]
OBJECTS = [{"start": a, "end": b, "label": label} for a, b, label in SPANS]


def rows_of(tmp_path: Path, content: str, name: str) -> list[dict]:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    info = read_table(path, name, tmp_path / "table")
    rows = Table(tmp_path / "table").dataset().to_list()
    assert guess_roles(info, rows)["entities"].column == "entities"
    assert guess_roles(info, rows)["text"].column == "text"
    return rows


def lines(*rows: object) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n"


CLUENER = lines(
    {"text": TEXT, "label": {"人名": {"王小明": [[0, 2]]}, "地名": {"北京": [[4, 5]]}}},
    {"text": "今天放假", "label": {}},
)
DOCCANO = lines(
    {"id": 1, "text": TEXT, "label": [[0, 3, "人名"], [4, 6, "地名"]], "Comments": []},
    {"id": 2, "text": "今天放假", "label": [], "Comments": []},
)
DOCCANO_RELATIONS = lines(
    {
        "id": 1,
        "text": TEXT,
        "entities": [{"id": 9, "label": label, "start_offset": a, "end_offset": b} for a, b, label in SPANS],
        "relations": [],
    },
    {"id": 2, "text": "今天放假", "entities": [], "relations": []},
)
LABEL_STUDIO = json.dumps(
    [
        {
            "id": 1,
            "data": {"text": TEXT},
            "annotations": [
                {
                    "result": [
                        {"type": "labels", "value": {"start": a, "end": b, "text": TEXT[a:b], "labels": [label]}}
                        for a, b, label in SPANS
                    ]
                }
            ],
        },
        {"id": 2, "data": {"text": "今天放假"}, "annotations": [{"result": []}]},
    ],
    ensure_ascii=False,
)
LABEL_STUDIO_MIN = json.dumps(
    [
        {
            "id": 1,
            "text": TEXT,
            "label": [{"start": a, "end": b, "text": TEXT[a:b], "labels": [k]} for a, b, k in SPANS],
        },
        {"id": 2, "text": "今天放假"},
    ],
    ensure_ascii=False,
)
INCLUSIVE = lines(
    {
        "text": TEXT,
        "entities": [{"start_idx": a, "end_idx": b - 1, "type": k, "entity": TEXT[a:b]} for a, b, k in SPANS],
    },
    {"text": "今天放假", "entities": []},
)
OWN = lines({"text": TEXT, "entities": OBJECTS}, {"text": "今天放假", "entities": []})
TAGS = ["B-人名", "I-人名", "I-人名", "O", "B-地名", "I-地名", "O", "O"]
TOKENS = lines({"tokens": list(TEXT), "ner_tags": TAGS}, {"tokens": list("今天放假"), "ner_tags": ["O"] * 4})
CONLL = "\n".join(f"{a} {b}" for a, b in zip(TEXT, TAGS, strict=True)) + "\n\n" + "今 O\n天 O\n放 O\n假 O\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CLUENER, "train.json"),
        (DOCCANO, "admin.jsonl"),
        (DOCCANO_RELATIONS, "all.jsonl"),
        (LABEL_STUDIO, "project.json"),
        (LABEL_STUDIO_MIN, "min.json"),
        (INCLUSIVE, "cmeee.jsonl"),
        (OWN, "own.jsonl"),
        (TOKENS, "hub.jsonl"),
        (CONLL, "train.txt"),
        (CONLL.replace(" ", "\t"), "train.bio"),
        (CONLL.replace("I-地名", "E-地名").replace("I-人名\n在", "L-人名\n在"), "bioes.txt"),
    ],
    ids=["cluener", "doccano", "doccano-relations", "label-studio", "label-studio-min", "inclusive", "own", "tags",
         "conll", "conll-tab", "conll-bioes"],
)  # fmt: skip
def test_every_form_becomes_text_and_entities(tmp_path: Path, content: str, name: str) -> None:
    rows = rows_of(tmp_path, content, name)
    assert [row["text"] for row in rows] == [TEXT, "今天放假"]
    assert json.loads(rows[0]["entities"]) == OBJECTS
    assert json.loads(rows[1]["entities"] or "[]") == []


def test_english_columns_with_further_tags_and_a_sequence_that_begins_inside(tmp_path: Path) -> None:
    content = (
        "-DOCSTART- -X- O O\n\nEU NNP I-NP B-ORG\nrejects VBZ I-VP O\nGerman JJ I-NP I-MISC\ncall NN I-NP O\n. . O O\n"
    )
    (row,) = rows_of(tmp_path, content, "eng.train")
    assert row["text"] == "EU rejects German call."
    found = [(row["text"][item["start"] : item["end"]], item["label"]) for item in json.loads(row["entities"])]
    assert found == [("EU", "ORG"), ("German", "MISC")]


def test_a_line_without_tag_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.txt"
    path.write_text("".join("好 O\n" for _ in range(60)) + "王 B-人名\n坏行\n", "utf-8")
    with pytest.raises(InkstoneError) as caught:
        read_table(path, path.name, tmp_path / "table")
    assert caught.value.row == 62


@pytest.mark.parametrize(
    "content",
    [
        "a b\nc d\ne f\ng h\n",
        lines({"text": "好的", "label": ["甲", "乙"]}, {"text": "坏的", "label": []}),
        "text,label\n好,O\n坏,O\n",
    ],
)
def test_other_files_stay_what_they_are(tmp_path: Path, content: str) -> None:
    path = tmp_path / "f.txt"
    path.write_text(content, "utf-8")
    info = read_table(path, path.name, tmp_path / "table")
    assert "entities" not in [column.name for column in info.columns]
