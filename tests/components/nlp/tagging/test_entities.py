"""Entities in cells, windows over long texts, figures."""

import json
from pathlib import Path

import numpy as np
import pytest
from tiny_models import tiny_encoder

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.tagging.entities import Entity, overlap, read_entities, without_overlaps, write_entities
from inkstone.components.nlp.tagging.figures import entity_figures, mistakes, per_type, seqeval_f1
from inkstone.components.nlp.tagging.windows import cut, stitch


def cell(*spans: tuple[int, int, str]) -> str:
    return json.dumps([{"start": a, "end": b, "label": label} for a, b, label in spans])


def test_a_cell_is_read_sorted_and_each_entity_once() -> None:
    found, skipped = read_entities(cell((3, 5, "x"), (0, 2, "y"), (3, 5, "x")), "天气很好吗", 1)
    assert [item[:3] for item in found] == [(0, 2, "y"), (3, 5, "x")]
    assert skipped == 0
    assert read_entities(write_entities(found), "天气很好吗", 1)[0] == found


@pytest.mark.parametrize("empty", [None, "", "  ", "[]"])
def test_an_empty_cell_has_no_entities(empty: str | None) -> None:
    assert read_entities(empty, "好", 1) == ([], 0)


@pytest.mark.parametrize("span", [(0, 9, "x"), (2, 2, "x"), (-1, 2, "x"), (3, 1, "x"), (0, 1, "")])
def test_a_span_outside_the_text_is_refused_with_its_row_or_skipped(span) -> None:
    with pytest.raises(InkstoneError) as caught:
        read_entities(cell(span), "四个字呢", 7)
    assert caught.value.code == "entities.out_of_range"
    assert "7" in caught.value.message("en")
    assert read_entities(cell(span, (0, 2, "y")), "四个字呢", 7, skip_bad=True) == ([Entity(0, 2, "y")], 1)


@pytest.mark.parametrize(
    "broken", ["{", "[1]", '{"a": 1}', '[{"start": "x", "end": 2, "label": "a"}]', '[{"start": 1}]']
)
def test_what_is_no_list_of_entities_is_refused(broken: str) -> None:
    with pytest.raises(InkstoneError) as caught:
        read_entities(broken, "文本", 3)
    assert caught.value.code == "entities.unreadable"


def test_of_overlapping_entities_the_longest_stays() -> None:
    rows = [Entity(0, 6, "机构"), Entity(0, 2, "地名"), Entity(8, 9, "地名")]
    assert overlap(sorted(rows))
    assert without_overlaps(rows) == [Entity(0, 6, "机构"), Entity(8, 9, "地名")]


def test_windows_overlap_and_join_to_the_whole_text(tmp_path: Path) -> None:
    tokenizer = model_io.load_tokenizer(tiny_encoder(tmp_path / "e"))
    texts = ["今天天气很好" * 20, "", "🙂🙂", "短"]
    windows = cut(tokenizer, texts, 20, 6)
    own = [item for item in windows if item.text == 0]
    assert len(own) > 5
    assert all(len(item.ids) <= 20 for item in windows)
    scores = [np.arange(item.first, item.first + len(item.starts))[:, None] for item in own]
    whole = stitch(own, scores)
    assert whole.scores[:, 0].tolist() == list(range(120))
    assert whole.starts.tolist() == list(range(120))
    assert whole.ends.tolist() == list(range(1, 121))
    assert [len(item.starts) for item in windows if item.text == 1] == [0]


def test_figures_equal_those_of_seqeval() -> None:
    texts = ["一二三四五六七八"] * 3
    true = [[Entity(0, 2, "甲"), Entity(3, 5, "乙")], [Entity(1, 4, "甲")], []]
    found = [[Entity(0, 2, "甲"), Entity(3, 6, "乙")], [Entity(1, 4, "乙")], [Entity(0, 1, "甲")]]
    figures = entity_figures(true, found)
    assert figures["micro_f1"] == pytest.approx(seqeval_f1(texts, true, found))
    assert figures["micro_precision"] == pytest.approx(1 / 4)
    assert [item["support"] for item in per_type(true, found)] == [1, 2]
    assert mistakes(true, found) == {"right": 1, "other_type": 1, "other_borders": 1, "missed": 0, "invented": 1}


def test_seqeval_cannot_express_nested_entities_and_sets_can() -> None:
    nested = [[Entity(0, 4, "机构"), Entity(0, 2, "地名")]]
    assert seqeval_f1(["北京大学"], nested, nested) is None
    assert entity_figures(nested, nested)["micro_f1"] == 1.0
