"""Reading, mapping, cleaning and splitting as components."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkstone.components.artifacts import Table, content_hash
from inkstone.components.data import clean, map_columns, read_table, split
from inkstone.components.data.assignment import assign, units_of
from inkstone.components.data.label_mapping import split_labels
from inkstone.components.data.normalise import ORIGIN_KEY, Normaliser, TextOptions
from inkstone.components.data.text_keys import text_keys
from inkstone.components.errors import Cancelled, InkstoneError


def column(table: Table, name: str) -> list:
    return [value for batch in table.batches([name]) for value in batch.column(0).to_pylist()]


def test_a_pipeline_of_four_components(context, tmp_path):
    path = tmp_path / "upload.csv"
    path.write_text("text,label\n" + "".join(f"第 {n} 条　消息,类{n % 3}\n" for n in range(300)), "utf-8")
    read = read_table.run(context({"dataset:x@1": path}), {}, read_table.SPEC.params(source="dataset:x@1"))
    mapped = map_columns.run(context(), read, map_columns.SPEC.params(text="text", label="label"))
    assert mapped["table"].info.labels == ["类0", "类1", "类2"]
    cleaned = clean.run(context(), mapped, clean.SPEC.params())
    report = cleaned.pop("report").read()
    assert report["sections"][0]["facts"][0][1] == 300
    parts = split.run(context(), cleaned, split.SPEC.params())
    assert {name: part.info.rows for name, part in parts.items()} == {"train": 210, "dev": 30, "test": 60}
    assert column(parts["train"], "text")[0].startswith("第 ")
    again = split.run(context(), cleaned, split.SPEC.params())
    assert {name: content_hash(part.path) for name, part in parts.items()} == {
        name: content_hash(part.path) for name, part in again.items()
    }
    other = split.run(context(), cleaned, split.SPEC.params(seed=7))
    assert content_hash(other["test"].path) != content_hash(parts["test"].path)


def test_parsed_upload_is_taken_as_it_is(context, table_of, tmp_path):
    from inkstone.components.spec import Source

    table = table_of({"text": ["一"], "label": ["a"]})
    ctx = context()
    ctx.source = lambda reference: Source(tmp_path / "gone.csv", "gone.csv", table.path)
    result = read_table.run(ctx, {}, read_table.SPEC.params(source="dataset:x@1"))
    assert content_hash(result["table"].path) == content_hash(table.path)


# Mapping


def mapped(context, table, **params):
    parts = table if isinstance(table, dict) else {"table": table}
    return map_columns.run(context(), parts, map_columns.SPEC.params(**{"text": "text", "label": "label"} | params))


@pytest.mark.parametrize(
    ("labels", "params", "code"),
    [
        (["a", "b", "a"], {"text": "Text"}, "data.no_such_column"),
        (["a", "b", "a"], {"label": "text"}, "data.column_twice"),
        (["a", "a", "a"], {}, "data.one_class"),
        (["a", None, "b"], {}, "data.missing_labels"),
        (["a", "NaN", "b"], {}, "data.missing_labels"),
        (["Spam", "spam ", "ham"], {}, "data.labels_differ"),
        (["Ａ", "A", "b"], {}, "data.labels_differ"),
        (["a", "b", "c"], {"max_labels": 2}, "data.too_many_labels"),
    ],
)
def test_labels_that_cannot_be_used(context, table_of, labels, params, code):
    with pytest.raises(InkstoneError) as caught:
        mapped(context, table_of({"text": ["一", "二", "三"], "label": labels}), **params)
    assert caught.value.code == code


def test_nearest_column_is_offered_and_missing_label_is_located(context, table_of):
    table = table_of({"文本": ["一", "二"], "标签": ["a", None]})
    with pytest.raises(InkstoneError, match="→ 文本"):
        mapped(context, table, text="文本 ", label="标签")
    with pytest.raises(InkstoneError) as caught:
        mapped(context, table, text="文本", label="标签")
    assert (caught.value.row, caught.value.at) == (2, "标签")


def test_a_hundred_thousand_labels_are_free_text(context, table_of):
    count = 100_000
    table = table_of({"text": [f"t{n}" for n in range(count)], "label": [f"label {n}" for n in range(count)]})
    with pytest.raises(InkstoneError, match=r"data\.too_many_labels"):
        mapped(context, table)


def test_spellings_are_merged_into_the_commonest(context, table_of):
    table = table_of({"text": list("一二三四五"), "label": ["Spam", "spam", "SPAM ", "spam", " ham"]})
    merged = mapped(context, table, merge_labels=True)["table"]
    assert column(merged, "label") == ["spam", "spam", "spam", "spam", "ham"]
    assert merged.info.labels == ["ham", "spam"]
    kept = mapped(context, table, merge_labels=False)["table"]
    assert kept.info.labels == ["SPAM", "Spam", "ham", "spam"]


def test_rows_without_label_can_go(context, table_of):
    table = table_of({"text": list("一二三"), "label": ["a", "", "b"]})
    result = mapped(context, table, missing_labels="drop")["table"]
    assert column(result, "text") == ["一", "三"]
    assert column(result, "_row") == [0, 2]


def test_rows_without_label_can_stay_for_what_else_is_labelled(context, table_of):
    table = table_of({"text": list("一二三四"), "label": ["a", "", "b", None], "words": ["一", "二", "三", "四"]})
    result = mapped(context, table, missing_labels="keep", keywords="words")["table"]
    assert column(result, "label") == ["a", None, "b", None]
    assert column(result, "words") == [["一"], ["二"], ["三"], ["四"]]
    assert result.info.labels == ["a", "b"]


def test_numbers_are_labels_in_order_of_value(context, table_of):
    table = table_of({"text": list("一二三"), "label": ["10", "9", "1"]})
    assert mapped(context, table)["table"].info.labels == ["1", "9", "10"]


def test_label_list_is_split(context, table_of):
    table = table_of({"text": list("一二三"), "tags": ["a, b", "b", None]})
    result = mapped(context, table, label=None, labels="tags")["table"]
    assert column(result, "tags") == [["a", "b"], ["b"], []]
    assert result.info.roles == {"text": "text", "labels": "tags"}


def test_parts_must_share_labels(context, table_of):
    table = table_of({"text": list("一二三"), "label": ["a", "b", "a"]})
    with pytest.raises(InkstoneError, match=r"data\.no_common_labels"):
        mapped(context, {"table": table, "test": table_of({"text": ["四"], "label": ["正常"]})})
    parts = mapped(context, {"table": table, "test": table_of({"text": list("四五"), "label": ["a", "c"]})})
    assert parts["test"].info.labels == parts["table"].info.labels == ["a", "b", "c"]


def test_rows_without_any_label_column_are_for_prediction(context, table_of):
    assert mapped(context, table_of({"text": ["一"]}), label=None)["table"].info.labels is None


# Cleaning


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ＡＢＣ１２３＠ｑｑ，你好！", "ABC123@qq,你好！"),
        ("  多个\u3000 空格\n换行\t ", "多个 空格 换行"),
        ("<p>价格 &lt; 5 &amp; 包邮</p><br/>", "价格 < 5 & 包邮"),
        ("a < b 并且 c > d", "a < b 并且 c > d"),
        ("<script>alert(1)</script>正文", "正文"),
        ("加\u200b微\u200d信\u0007", "加微信"),
        ("一家 👨\u200d👩\u200d👧 ❤\ufe0f", "一家 👨\u200d👩\u200d👧 ❤\ufe0f"),
    ],
)
def test_normalising(before, after):
    normalise = Normaliser(TextOptions())
    assert normalise(before).replace("，", ",") == after
    assert normalise(normalise(before)) == normalise(before)


def test_emoji():
    assert Normaliser(TextOptions(emoji="remove"))("好👍🏽的") == "好的"
    assert Normaliser(TextOptions(emoji="describe"))("笑😂") == "笑[笑哭了]"
    assert Normaliser(TextOptions(emoji="describe", emoji_language="en"))("👍") == "[thumbs_up]"


def cleaned(context, table, **params):
    parts = table if isinstance(table, dict) else {"table": table}
    return clean.run(context(), parts, clean.SPEC.params(**params))


def test_empty_duplicate_and_contradictory_rows(context, table_of):
    texts = ["好", "", None, "好 ", "差", "差", "差", "平", "平", "ＯＫ", "ok"]
    labels = ["a", "a", "a", "a", "a", "b", "b", "a", "b", "a", "a"]
    table = table_of({"text": texts, "label": labels})
    result = cleaned(context, table)
    assert list(zip(column(result["table"], "text"), column(result["table"], "label"), strict=True)) == [
        ("好", "a"),
        ("差", "b"),
        ("OK", "a"),
    ]
    facts = {name["en"]: value for name, value in result["report"].read()["sections"][0]["facts"]}
    assert facts["Empty text (dropped)"] == 2
    assert facts["Duplicate (dropped)"] == 3
    assert facts["One text, several labels (dropped)"] == 3
    kept = cleaned(context, table, drop_empty=False, drop_duplicates=False, conflicts="keep")["table"]
    assert kept.info.rows == 11
    assert column(cleaned(context, table, conflicts="drop")["table"], "text") == ["好", "OK"]


def test_given_test_rows_all_stay(context, table_of):
    part = {"text": ["好", "好", " "], "label": ["a", "b", "a"]}
    result = cleaned(context, {"table": table_of(part), "test": table_of(part)}, conflicts="keep")
    assert result["table"].info.rows == 2
    assert column(result["test"], "text") == ["好", "好", ""]


def test_prediction_can_treat_texts_alike(context, table_of):
    origin = cleaned(context, table_of({"text": ["Ａ"], "label": ["a"]}), spaces=False)["table"].info.origin
    assert Normaliser.from_json(origin[ORIGIN_KEY])("Ｂ  c") == "B  c"
    assert Normaliser.from_json(None) is None


@pytest.mark.parametrize("text", ["&amp;lt;b&amp;gt; Ａ", "a &amp;amp; b", "<b>好</b>&nbsp;。"])
def test_cleaning_a_clean_text_leaves_it_alone(text):
    clean = Normaliser(TextOptions())
    assert clean(clean(text)) == clean(text)


def test_nothing_left(context, table_of):
    with pytest.raises(InkstoneError, match=r"data\.nothing_left"):
        cleaned(context, table_of({"text": ["", " "], "label": ["a", "b"]}))


# Splitting


def divided(context, table, **params):
    parts = table if isinstance(table, dict) else {"table": table}
    ctx = context()
    return split.run(ctx, parts, split.SPEC.params(**params)), ctx


def test_rows_known_to_a_given_test_set_leave_train(context, table_of):
    texts = [f"文本 {n}" for n in range(100)]
    table = table_of({"text": texts, "label": ["a", "b"] * 50})
    test = table_of({"text": ["文本3", "文本 50", "新的"], "label": ["a", "b", "a"]})
    parts, ctx = divided(context, {"table": table, "test": test})
    assert content_hash(parts["test"].path) == content_hash(test.path)
    assert parts["train"].info.rows + parts["dev"].info.rows == 98
    assert not {"文本 3", "文本 50"} & set(column(parts["train"], "text") + column(parts["dev"], "text"))
    assert any(level == "warning" and message.startswith("2 rows") for level, message in ctx.messages)


def test_class_with_one_row_goes_to_train_with_a_warning(context, table_of):
    table = table_of({"text": [f"t{n}" for n in range(41)], "label": ["a", "b"] * 20 + ["lonely"]})
    parts, ctx = divided(context, table)
    assert "lonely" in column(parts["train"], "label")
    assert any("lonely" in message for level, message in ctx.messages if level == "warning")


def test_too_few_rows(context, table_of):
    with pytest.raises(InkstoneError, match=r"data\.too_few_rows"):
        divided(context, table_of({"text": ["一", "二"], "label": ["a", "b"]}))


def test_rows_keep_their_order_and_ids(context, table_of):
    parts, _ = divided(context, table_of({"text": [f"t{n}" for n in range(50)], "label": ["a", "b"] * 25}))
    ids = [column(part, "_row") for part in parts.values()]
    assert all(part == sorted(part) for part in ids)
    assert sorted(ids[0] + ids[1] + ids[2]) == list(range(50))


def test_a_stop_is_obeyed(context, table_of):
    ctx = context()

    def stop(*_: object) -> None:
        raise Cancelled

    ctx.check_cancelled = stop
    with pytest.raises(Cancelled):
        split.run(ctx, {"table": table_of({"text": ["一"] * 9, "label": ["a"] * 9})}, split.SPEC.params())


rows_strategy = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 3), st.integers(0, 12)), min_size=20, max_size=120
)


@settings(max_examples=60)
@given(rows_strategy, st.integers(0, 5), st.booleans())
def test_no_text_and_no_group_on_two_sides(data, seed, grouped):
    keys = np.array([row[0] for row in data], np.uint64)
    labels = np.array([row[1] for row in data], np.int32)
    groups = np.array([row[2] for row in data], np.uint64) if grouped else None
    side = assign(units_of(keys, groups), labels, [0.1, 0.2], seed)
    for key in set(keys.tolist()):
        assert len(set(side[keys == key].tolist())) == 1
    if groups is not None:
        for group in set(groups.tolist()) - {0}:
            assert len(set(side[groups == group].tolist())) == 1
    assert (side == assign(units_of(keys, groups), labels, [0.1, 0.2], seed)).all()
    assert (side == 0).any()


@settings(max_examples=60)
@given(st.lists(st.integers(0, 4), min_size=30, max_size=300), st.integers(0, 5))
def test_distinct_texts_split_exactly(classes, seed):
    labels = np.array(classes, np.int32)
    side = assign(np.arange(len(labels)), labels, [0.1, 0.2], seed)
    for code in set(classes):
        count = classes.count(code)
        for place, share in ((1, 0.1), (2, 0.2)):
            got = int(((labels == code) & (side == place)).sum())
            if count >= 3:
                assert abs(got - share * count) <= 1
                assert got >= 1
            if count == 1:
                assert got == 0


def test_many_duplicates_still_divide_by_share(context, table_of):
    texts = [f"t{n // 3}" for n in range(900)]
    parts, _ = divided(context, table_of({"text": texts, "label": [f"c{n // 3 % 4}" for n in range(900)]}))
    assert abs(parts["test"].info.rows - 180) <= 12
    assert abs(parts["dev"].info.rows - 90) <= 12
    keys = [set(text_keys(part).tolist()) for part in parts.values()]
    assert not keys[0] & keys[1] and not keys[0] & keys[2] and not keys[1] & keys[2]


@pytest.mark.parametrize(
    ("cell", "separator", "labels"),
    [
        ("广告;诈骗", None, ["广告", "诈骗"]),
        ("广告、诈骗 | 辱骂", None, ["广告", "诈骗", "辱骂"]),
        ("a,b;c", ";", ["a,b", "c"]),
        ('["广告, 促销", "诈骗"]', None, ["广告, 促销", "诈骗"]),
        ("[不是列表", None, ["[不是列表"]),
        ("", None, []),
        (None, ",", []),
        ([], None, []),
    ],
)
def test_label_lists_are_read_as_people_write_them(cell: Any, separator: str | None, labels: list[str]) -> None:
    assert split_labels(cell, separator) == labels
