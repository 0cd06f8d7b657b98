"""Keywords and composed models through the components."""

from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext
from entity_parts import entity_rows, entity_table
from label_parts import label_table
from tiny_models import tiny_encoder, two_class_table

from inkstone.components.artifacts import ColumnInfo, Table
from inkstone.components.data.writing import TableWriter
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.onnx_session import ONNX
from inkstone.components.nlp.tagging.composed import ComposedTagger
from inkstone.components.nlp.tagging.export import write_onnx
from inkstone.components.nlp.tagging.keyword_models import KeywordTagger
from inkstone.components.nlp.tagging.loading import load_tagger

STRANGE = ["", "🙂🎉🎉", "\u200b\u0000", "的了", "中文 English русский 日本語", "x" * 300_000]


def keyword_table(folder: Path, texts: list[str], keywords: list[list[str]]) -> Table:
    columns = [ColumnInfo(name="text", dtype="string"), ColumnInfo(name="keywords", dtype="list<string>")]
    with TableWriter(folder, columns) as writer:
        writer.write({"text": texts, "keywords": keywords})
    return writer.finish(roles={"text": "text", "keywords": "keywords"})


@pytest.fixture
def news(tmp_path: Path) -> Table:
    texts = ["王小明在北京大学讲授天文课程", "天文台公布了新的行星照片", "北京的天气很好，适合看行星"] * 8
    return keyword_table(tmp_path / "news", texts, [["天文", "北京大学"], ["行星", "天文台"], ["行星", "天气"]] * 8)


@pytest.mark.parametrize("method", ["tfidf", "textrank", "yake", "encoder"])
def test_every_method_gives_words_of_the_text(tmp_path: Path, news: Table, method: str) -> None:
    encoder = str(tiny_encoder(tmp_path / "encoder"))
    out = ComponentContext(tmp_path / "k").run(
        "tag.keywords", {"table": news}, method=method, encoder=encoder, count=3, longest=2
    )
    rows = out["table"].dataset().to_list()
    assert all(1 <= len(row["predicted_keywords"]) <= 3 for row in rows)
    assert all(word in row["text"] for row in rows for word in row["predicted_keywords"])
    for text, answer in zip(STRANGE, load_tagger(out["model"].path).answers(STRANGE), strict=True):
        assert all(text[a:b] == item.word for item in answer.keywords or [] for a, b in item.spans)
    figures = ComponentContext(tmp_path / "e").run("evaluate.keywords", {"model": out["model"], "table": news})
    assert 0 < figures["metrics"].read()["values"]["f1_at_5"] <= 1


def test_keywords_are_learned_from_people(tmp_path: Path, news: Table) -> None:
    out = ComponentContext(tmp_path / "m").run(
        "train.keyword_extraction", {"train": news, "dev": news}, method="spans", epochs=15.0, learning_rate=3e-3
    )
    assert out["metrics"].read()["values"]["f1_at_5"] > 0.9
    (answer,) = load_tagger(out["model"].path).answers(["天文台公布了新的行星照片"])
    assert {item.word for item in answer.keywords or []} == {"行星", "天文台"}


@pytest.fixture
def subjects(tmp_path: Path) -> Table:
    texts = ["苹果手机降价", "苹果手机发布", "高考志愿填报", "高考成绩公布", "没有人看过"] * 6
    keywords = [["苹果手机", "数码"], ["苹果手机", "数码"], ["高考", "教育"], ["高考", "教育"], []] * 6
    return keyword_table(tmp_path / "subjects", texts, keywords)


@pytest.mark.parametrize("absent", [True, False])
def test_keywords_are_ranked_with_those_beyond_the_text_or_without(
    tmp_path: Path, subjects: Table, absent: bool
) -> None:
    out = ComponentContext(tmp_path / "m").run(
        "train.keyword_extraction", {"train": subjects, "dev": subjects}, absent=absent, count=3
    )
    card = model_io.verify(out["model"].path)
    assert card.settings["method"] == "ranking"
    assert out["metrics"].read()["values"] == card.metrics
    (answer,) = load_tagger(out["model"].path).answers(["高考志愿填报"])
    found = {item.word: item.spans for item in answer.keywords or []}
    assert found["高考"] == [(0, 2)]
    assert (found.get("教育") == []) is absent
    assert all(found.values()) is not absent
    figures = ComponentContext(tmp_path / "e").run("evaluate.keywords", {"model": out["model"], "table": subjects})
    values = figures["metrics"].read()["values"]
    assert values["rows"] == 24, "rows without keywords are left out"
    assert values["r_at_3"] > (0.9 if absent else 0.4)
    with pytest.raises(InkstoneError) as caught:
        write_onnx(out["model"].path, tmp_path / "onnx")
    assert caught.value.code == "export.no_onnx"


def test_a_ranked_model_counts_as_learned_when_models_are_joined(tmp_path: Path, subjects: Table) -> None:
    learned = ComponentContext(tmp_path / "m").run("train.keyword_extraction", {"train": subjects})["model"]
    counted = ComponentContext(tmp_path / "k").run("tag.keywords", {"table": subjects}, method="yake")["model"]
    whole = ComponentContext(tmp_path / "all").run("tag.compose", {"keywords": [counted, learned]})["model"]
    assert model_io.read_card(whole.path / "keywords").settings["method"] == "ranking"
    texts = ["苹果手机", *STRANGE]
    assert load_tagger(whole.path).answers(texts) == load_tagger(learned.path).answers(texts)


def test_words_of_the_users_own_stay_whole(tmp_path: Path) -> None:
    table = keyword_table(
        tmp_path / "t",
        ["云端小记更新", "云端小记发布", "云端小记下架", "天气不错"] * 3,
        [["云端小记"]] * 9 + [["天气"]] * 3,
    )
    out = ComponentContext(tmp_path / "m").run("train.keyword_extraction", {"train": table}, user_words="山海笔记")
    assert model_io.read_card(out["model"].path).settings["user_words"] == ["山海笔记"]
    model = load_tagger(out["model"].path)
    assert isinstance(model, KeywordTagger)
    assert "山海笔记" in [item.word for item in model.segmenter.words("新版山海笔记来了")]


def test_no_keywords_at_all_are_refused(tmp_path: Path) -> None:
    table = keyword_table(tmp_path / "t", ["好天气", "坏天气"], [[], []])
    with pytest.raises(InkstoneError) as caught:
        ComponentContext(tmp_path / "m").run("train.keyword_extraction", {"train": table})
    assert caught.value.code == "keywords.none"


def test_keywords_that_stand_in_no_text_are_refused(tmp_path: Path) -> None:
    table = keyword_table(tmp_path / "t", ["好天气", "坏天气"], [["火箭"], ["飞船"]])
    with pytest.raises(InkstoneError) as caught:
        ComponentContext(tmp_path / "m").run("train.keyword_extraction", {"train": table}, method="spans")
    assert caught.value.code == "keywords.not_in_texts"


def parts(tmp_path: Path, news: Table) -> dict[str, Any]:
    """Train one model of each kind; the two networks stand on one frozen encoder."""
    encoder = str(tiny_encoder(tmp_path / "encoder", entity_rows()[0]))
    common = {"encoder": encoder, "epochs": 1.0, "frozen": True, "max_length": 64}

    def run(component: str, inputs: Any, **params: Any) -> Any:
        return ComponentContext(tmp_path / component).run(component, inputs, **params)

    return {
        "category": run("train.ngram_baseline", {"train": two_class_table(tmp_path / "c")}, c=1.0),
        "labels": run("train.multilabel_classification", {"train": label_table(tmp_path / "l")}, **common),
        "keywords": run("tag.keywords", {"table": news}, method="textrank"),
        "entities": run("train.sequence_labelling", {"train": entity_table(tmp_path / "t")}, **common),
    }


def test_a_composed_model_says_what_its_parts_say_and_encodes_once(tmp_path: Path, news: Table) -> None:
    made = parts(tmp_path, news)
    inputs = {name: item["model"] for name, item in made.items()} | {"keywords": [made["keywords"]["model"]]}
    out = ComponentContext(tmp_path / "all").run("tag.compose", inputs)
    tagger = load_tagger(out["model"].path)
    assert isinstance(tagger, ComposedTagger)
    (encoder,) = tagger.encoders
    texts = [*entity_rows(8)[0], "股票，还有下雨", *STRANGE[:5]]
    answers = tagger.answers(texts)
    for name, item in made.items():
        alone = load_tagger(item["model"].path).answers(texts)
        assert [getattr(one, name) for one in answers] == [getattr(one, name) for one in alone]
    assert encoder.worked < encoder.asked


def test_an_exported_whole_answers_as_before_and_leaves_what_is_shared(tmp_path: Path, news: Table) -> None:
    made = parts(tmp_path, news)
    own = ComponentContext(tmp_path / "own").run(
        "train.text_classification",
        {"train": two_class_table(tmp_path / "c2")},
        encoder=str(tiny_encoder(tmp_path / "encoder")),
        epochs=1.0,
    )
    inputs = {name: item["model"] for name, item in made.items()} | {"keywords": [made["keywords"]["model"]]}
    for number, category in enumerate((own["model"], made["category"]["model"])):
        whole = ComponentContext(tmp_path / f"all{number}").run("tag.compose", inputs | {"category": category})
        folder, target = whole["model"].path, tmp_path / f"onnx{number}"
        if number:  # nothing but what is shared could have a graph
            with pytest.raises(InkstoneError) as caught:
                write_onnx(folder, target)
            assert caught.value.code == "export.no_onnx"
            continue
        assert write_onnx(folder, target)["label_agreement"] == 1.0
        assert (target / "category" / ONNX).is_file() and not (target / "entities" / ONNX).exists()
        before, after = load_tagger(folder), load_tagger(target, threads=1)
        texts = [*entity_rows(4)[0], *STRANGE[:5]]
        for first, second in zip(before.answers(texts), after.answers(texts), strict=True):
            chances = [{item.pred: item.prob for item in one.category or []} for one in (first, second)]
            assert chances[0] == pytest.approx(chances[1], abs=1e-3)
            assert (first.labels, first.keywords, first.entities) == (second.labels, second.keywords, second.entities)


def test_a_trained_extractor_is_exported(tmp_path: Path, news: Table) -> None:
    out = ComponentContext(tmp_path / "m").run(
        "train.keyword_extraction", {"train": news, "dev": news}, method="spans", epochs=15.0, learning_rate=3e-3
    )
    write_onnx(out["model"].path, tmp_path / "onnx")
    exported, original = load_tagger(tmp_path / "onnx", threads=1), load_tagger(out["model"].path)
    assert exported.parallel and not original.parallel
    for first, second in zip(original.answers(STRANGE), exported.answers(STRANGE), strict=True):
        assert [item.word for item in first.keywords or []] == [item.word for item in second.keywords or []]


def test_a_part_that_answers_something_else_and_no_part_at_all_are_refused(tmp_path: Path, news: Table) -> None:
    keywords = ComponentContext(tmp_path / "k").run("tag.keywords", {"table": news}, method="yake")["model"]
    with pytest.raises(InkstoneError) as caught:
        ComponentContext(tmp_path / "a").run("tag.compose", {"entities": keywords})
    assert caught.value.code == "model.other_answer"
    with pytest.raises(InkstoneError) as caught:
        ComponentContext(tmp_path / "b").run("tag.compose", {})
    assert caught.value.code == "tags.nothing_to_compose"
