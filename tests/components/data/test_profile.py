"""The profile of a table."""

from inkstone.components.data.languages import language_of
from inkstone.components.data.profile import profile_table


def test_profile(table_of):
    texts = (
        ["你好世界"] * 2
        + ["hello big world", "Ｈello big world", None, "x" * 500]
        + [f"第{n}条消息" for n in range(94)]
    )
    table = table_of({"text": texts, "label": ["a"] * 60 + ["b"] * 40})
    seen = []
    found = profile_table(table, progress=lambda done, total: seen.append(done / total))
    text, label = found.columns
    assert found.rows == 100
    assert (text.empty, text.duplicates, text.longest) == (1, 2, 500)
    assert sum(text.lengths.counts) == 99
    assert len(text.lengths.edges) == len(text.lengths.counts) + 1
    assert text.values == []
    assert text.languages["zh"] > 0.9 > 0.1 > text.languages["latin"]
    assert label.values == [("a", 60), ("b", 40)]
    assert (label.distinct, label.duplicates, label.languages) == (2, None, None)
    assert seen[-1] == 1


def test_profile_of_nothing_but_empty_cells(table_of):
    column = profile_table(table_of({"text": [None, None]})).columns[0]
    assert (column.empty, column.distinct, column.mean, column.duplicates) == (2, 0, 0, 0)


def test_languages():
    samples = {
        "你好": "zh",
        "hello": "latin",
        "用 PyTorch Lightning 训练 BERT": "mixed",
        "これはペンです": "ja",
        "안녕하세요": "ko",
        "Привет": "other",
    }
    assert {text: language_of(text) for text in samples} == samples
    assert language_of("123 !!") == "none"
