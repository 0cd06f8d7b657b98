"""The demo of a tagging model: text cut into marked pieces."""

from inkstone.components.nlp.tagging.answers import FoundEntity, Keyword
from inkstone.studio.tagging_demo import absent_html, entity_spans, highlighted, keyword_spans

TEXT = "王小明在北京大学"


def entity(start: int, end: int, label: str) -> FoundEntity:
    return FoundEntity(text=TEXT[start:end], label=label, start=start, end=end, prob=1.0)


def test_pieces_join_to_the_text_and_the_longer_of_nested_entities_is_shown() -> None:
    pieces = highlighted(TEXT, entity_spans([entity(0, 3, "人名"), entity(4, 6, "地名"), entity(4, 8, "机构")]))
    assert pieces == [("王小明", "人名"), ("在", None), ("北京大学", "机构")]
    assert "".join(piece for piece, _ in pieces) == TEXT


def test_keywords_carry_their_place_in_the_ranking() -> None:
    keywords = [Keyword(word="北京", score=1, spans=[(4, 6)]), Keyword(word="王小明", score=0.5, spans=[(0, 3)])]
    assert highlighted(TEXT, keyword_spans(keywords)) == [("王小明", "2"), ("在", None), ("北京", "1"), ("大学", None)]


def test_an_empty_text_has_no_pieces() -> None:
    assert highlighted("", []) == []


def test_keywords_that_do_not_stand_in_the_text_are_shown_beside_it() -> None:
    keywords = [Keyword(word="北京", score=1, spans=[(4, 6)]), Keyword(word="<b>高考", score=0.5)]
    shown = absent_html(keywords, "zh")
    assert "不在原文中" in shown
    assert "&lt;b&gt;高考<small>2</small>" in shown
    assert "北京" not in shown
    assert "do not stand" in absent_html(keywords, "en")
    assert absent_html(keywords[:1], "zh") == ""
