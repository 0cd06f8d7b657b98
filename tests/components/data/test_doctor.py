"""The data doctor finds what is planted, stays quiet on healthy data, and its fixes make a new table."""

import random
import re

import pytest

from inkstone.components.data.doctor import Fix, Options, apply_fixes, examine
from inkstone.components.errors import InkstoneError

WORDS = {
    "体育": ["球队", "比分", "教练", "冠军", "射门", "裁判", "联赛", "主场", "进球", "决赛"],
    "财经": ["股票", "基金", "利率", "银行", "涨停", "债券", "汇率", "财报", "通胀", "分红"],
}


def healthy(rows: int = 240, seed: int = 0) -> dict[str, list]:
    """Make rows of two classes that share most words."""
    draw = random.Random(seed)
    data: dict[str, list] = {"text": [], "label": []}
    for number in range(rows):
        label = list(WORDS)[number % 2]
        filler = "".join(chr(draw.randint(0x4E00, 0x9000)) for _ in range(14))
        data["text"].append(draw.choice(WORDS[label]) + filler + draw.choice(WORDS[label]) + draw.choice(WORDS[label]))
        data["label"].append(label)
    return data


def column(table, name):
    return [value for batch in table.batches([name]) for value in batch.column(0).to_pylist()]


def found(table, **more):
    return {finding.code.removeprefix("doctor."): finding for finding in examine(table, **more)}


def test_healthy_data_gives_no_finding(table_of):
    assert found(table_of(healthy())) == {}


def test_everything_planted_is_found_and_fixed(table_of, tmp_path):
    data = healthy()
    plain = list(data["text"])
    data["label"][0] = "体育 "
    data["label"][3] = None
    data["text"][5] = "  "
    for text, label in [(plain[10], data["label"][10]), (plain[12], "财经"), (plain[14] + "。", data["label"][14])]:
        data["text"].append(text)
        data["label"].append(label)
    table = table_of(data)
    seen = []
    findings = found(table, progress=lambda done, total: seen.append((done, total)))
    assert set(findings) - {"mislabelled"} == {
        "labels_differ", "missing_labels", "empty_texts", "duplicates", "contradictions", "near_duplicates",
    }  # fmt: skip
    assert seen[-1][0] == seen[-1][1]
    assert findings["labels_differ"].fix.spelling == {"体育": "体育", "体育 ": "体育"}
    assert findings["missing_labels"].rows == [3]
    assert findings["empty_texts"].rows == [5]
    assert findings["duplicates"].rows == [240]
    assert sorted(findings["contradictions"].rows) == [12, 241]
    assert findings["near_duplicates"].rows == [242]
    for finding in findings.values():
        assert finding.what.zh and finding.what.en and finding.advice.zh and finding.advice.en
    fixed = apply_fixes(table, [finding.fix for finding in findings.values() if finding.fix], tmp_path / "fixed")
    assert set(column(fixed, "_row")) == set(range(243)) - {3, 5, 240, 12, 241, 242}
    assert set(column(fixed, "label")) == set(WORDS)
    assert set(found(fixed)) <= {"mislabelled"}


def test_overlap_with_other_parts(table_of, tmp_path):
    data = healthy()
    table = table_of(data)
    test = table_of({"text": [data["text"][7] + " ", "新的文本"], "label": ["财经", "财经"]})
    finding = found(table, others={"test": test})["overlap_test"]
    assert (finding.severity, finding.count, finding.rows) == ("error", 1, [7])
    fixed = apply_fixes(table, [finding.fix], tmp_path / "fixed")
    assert found(fixed, others={"test": test}) == {}


def test_label_in_its_own_text(table_of):
    data = healthy()
    data["text"] = [
        f"[{label}] {text}" if label == "体育" else text for text, label in zip(*data.values(), strict=True)
    ]
    assert found(table_of(data))["label_in_text"].count == 120


def test_thin_classes_and_long_texts(table_of):
    data = healthy()
    data["text"] += ["极少见的类别", "长" * 600]
    data["label"] += ["罕见", "体育"]
    findings = found(table_of(data), options=Options(max_tokens=512))
    assert findings["thin_classes"].examples == [{"label": "罕见", "rows": 1}]
    assert findings["long_texts"].rows == [241]


def test_wrong_labels_are_suspected_and_corrected(table_of, tmp_path):
    data = healthy(600)
    wrong = [20, 121, 333, 402]
    for row in wrong:
        data["label"][row] = "财经" if data["label"][row] == "体育" else "体育"
    table = table_of(data)
    finding = found(table)["mislabelled"]
    assert len(set(wrong) & set(finding.rows[:8])) >= 3
    assert finding.fix is None
    assert {item["suggestion"] for item in finding.examples} <= set(WORDS)
    labels = {row: list(WORDS)[row % 2] for row in wrong}
    corrected = apply_fixes(table, [Fix(id="doctor.mislabelled", title=finding.what, labels=labels)], tmp_path / "new")
    assert column(corrected, "label") == healthy(600)["label"]


def test_fixes_that_leave_nothing(table_of, tmp_path):
    table = table_of({"text": ["一"], "label": ["a"]})
    with pytest.raises(InkstoneError, match=r"data\.nothing_left"):
        apply_fixes(
            table,
            [Fix(id="x", title=found(table_of({"text": [""], "label": ["a"]}))["empty_texts"].what, drop=[0])],
            tmp_path / "x",
        )


@pytest.mark.data
def test_known_overlap_of_a_public_split(real_data, tmp_path):
    from inkstone.components.artifacts import Table
    from inkstone.components.data.reading import read_table

    parts = {}
    for name in ("train", "test"):
        read_table(real_data / "chnsenticorp" / f"{name}.tsv", name, tmp_path / name)
        parts[name] = Table(tmp_path / name)
    small = Options(near_rows=200, mislabelled_rows=200)
    roles = {"text": "text_a", "label": "label"}
    finding = found(parts["train"], roles=roles, others={"test": parts["test"]}, options=small)["overlap_test"]
    assert 330 <= finding.count <= 338


@pytest.mark.data
def test_known_overlap_of_the_toutiao_parts_whose_columns_differ(real_data, tmp_path):
    from inkstone.backend.service.data_health import examine_tables
    from inkstone.components.artifacts import Table
    from inkstone.components.data.reading import read_table

    parts = {}
    for name in ("lst_train.csv", "toutiao_cat_data.dev.txt", "toutiao_cat_data.test.txt"):
        read_table(real_data / "toutiao_titles" / name, name, tmp_path / name)
        parts[name] = Table(tmp_path / name)
    train, dev, test = parts.values()
    title = {"text": "title", "label": "category"}
    found = examine_tables(train, {"text": "text", "label": "label"}, {"dev": (dev, title), "test": (test, title)})
    told = {item.code: int(re.search(r"(\d+) different", item.what.en)[1]) for item in found if "overlap" in item.code}
    assert (dev.info.rows, test.info.rows) == (10_000, 10_000)
    assert 350 <= told["doctor.overlap_dev"] <= 357
    assert 336 <= told["doctor.overlap_test"] <= 340
