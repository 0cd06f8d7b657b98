"""Undoing disguises: what each rule restores, what it leaves alone, and where characters stood."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkstone.components.nlp.evasion.aligned import Aligned, Edit
from inkstone.components.nlp.evasion.attacks import ATTACKS, disguise, disguise_some
from inkstone.components.nlp.evasion.normalise import EvasionNormaliser, EvasionOptions
from inkstone.components.nlp.evasion.phonetics import as_sounds, spelled
from inkstone.components.nlp.evasion.titles import RULES

UNDO = EvasionNormaliser(EvasionOptions())


@pytest.mark.parametrize(
    ("disguised", "plain", "rule"),
    [
        ("微\u200b信", "微信", "invisible"),
        ("ｗｅｃｈａｔ①②③𝐯", "wechat123v", "width"),
        ("hеllо friend", "hello friend", "look_alikes"),
        ("🅰🅱c ➕群 🈚费", "ABc 加群 无费", "emoji_letters"),
        ("開戶就送彩金", "开户就送彩金", "traditional"),
        ("加*微*信", "加微信", "inserted"),
        ("f r e e 1 3 8 0 0 1", "free 138001", "inserted"),
        ("讠乍马扁", "诈骗", "split_characters"),
        ("加薇信", "加微信", "variants"),
        ("我jin天很开xin", "我今天很开心", "pinyin"),
        ("想daikuan吗", "想贷款吗", "pinyin"),
        ("带款办理", "贷款办理", "homophones"),
        ("电话一三八零零一三八", "电话13800138", "number_words"),
        ("fr33 c@sh", "free cash", "leet"),
    ],
)
def test_each_rule_restores_its_disguise_and_can_be_switched_off(disguised: str, plain: str, rule: str) -> None:
    applied: set[str] = set()
    assert UNDO.undo(disguised, applied).text == plain
    assert rule in applied
    without = EvasionNormaliser(EvasionOptions(**{rule: False}))
    applied = set()
    without.undo(disguised, applied)
    assert rule not in applied


@pytest.mark.parametrize(
    "text",
    [
        "",
        "今天天气不错，去公园走走吧。",
        "我们是代表团，明天开会。",
        "привет как дела",
        "Καλημέρα κόσμε",
        "I like this nice team.",
        "2009年高考改革：3月10日报名，电话见官网",
        "气温34℃，面积120㎡",
        "一二三四五六七八九",
        "中国🇨🇳加油",
        "iPhone 15 Pro Max",
        "和/或 A+B 10%~20%",
    ],
)
def test_ordinary_texts_stay(text: str) -> None:
    assert UNDO(text) == text


def test_places_lead_back_to_the_original() -> None:
    text = "请加 薇❤ 或wei信，13\u200b8"
    found = UNDO.undo(text)
    start = found.text.index("微信")
    assert text[slice(*found.span(start, start + 2))] == "薇❤"
    second = found.text.rindex("微信")
    assert text[slice(*found.span(second, second + 2))] == "wei信"
    digits = found.text.index("138")
    assert text[slice(*found.span(digits, digits + 3))] == "13\u200b8"


def test_edits_keep_every_place() -> None:
    aligned = Aligned("abcdef")
    aligned.replace([Edit(1, 3, "X"), Edit(4, 5, "")])
    aligned.translate({ord("X"): "yz"})
    assert aligned.text == "ayzdf"
    assert [aligned.span(i, i + 1) for i in range(5)] == [(0, 1), (1, 3), (1, 3), (3, 4), (5, 6)]
    assert aligned.span(5, 5) == (6, 6)


@settings(max_examples=150)
@given(st.text(max_size=60), st.sampled_from(list(ATTACKS)), st.integers(0, 5))
def test_any_text_can_be_disguised_and_undone(text: str, attack: str, seed: int) -> None:
    disguised = ATTACKS[attack][0](text, Random(seed), 0.5)
    found = UNDO.undo(disguised)
    assert found.original == disguised
    for place in range(len(found.text)):
        start, end = found.span(place, place + 1)
        assert 0 <= start < end <= len(disguised)


def test_disguises_are_the_same_for_one_seed_and_differ_for_another() -> None:
    texts = ["加微信领红包，名额有限", "call 13800138000 now for free cash"]
    assert disguise(texts, "all", 0.5, 1) == disguise(texts, "all", 0.5, 1) != disguise(texts, "all", 0.5, 2)
    assert disguise_some(texts, 0.5, 3) == disguise_some(texts, 0.5, 3)


def test_every_rule_has_a_name() -> None:
    assert set(RULES) == set(EvasionOptions.__dataclass_fields__)


def test_sounds_of_characters_and_of_pinyin_agree() -> None:
    assert as_sounds("微信") == as_sounds("威新") == as_sounds("weixin") == as_sounds("wei信")
    assert spelled("weixin") == ("wei", "xin")
    assert spelled("team") == ()
    assert spelled("hǎo") == ("hao",)


@pytest.mark.parametrize("text", ["加*微 信a.b-1" * 25_000, "a." * 150_000, "1" * 300_000, "😀" * 300_000])
def test_very_long_texts_come_back(text: str) -> None:
    assert UNDO.undo(text).original == text
