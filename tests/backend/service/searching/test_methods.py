"""The rules of *auto*, and its words."""

from inkstone.backend.service.searching import methods
from inkstone.backend.service.searching.methods import DataFacts
from inkstone.components.texts import text

MANY = DataFacts(rows=2000, classes=4, middle=500, letters=60)
A, B = text("甲", "A"), text("乙", "B")


def test_the_baseline_comes_first_and_few_rows_are_cross_validated():
    found = methods.encoder_attempts({"scratch": 7})
    assert [item.key for item in found] == ["ngram", "inkstone-zh-tiny", "scratch", "inkstone-zh-small"]
    assert found[2].epochs == 7
    assert not MANY.few
    assert DataFacts(rows=2000, classes=100, middle=20, letters=60).few
    few = methods.few_shot_attempts()
    assert {item.node for item in few} == {"compare"}
    assert few[0].params["compare.ngram_words"] and not few[0].params["compare.contrastive"]
    assert few[1].params["compare.contrastive"] and not few[1].params["compare.ngram_words"]


def test_what_does_not_fit_is_shortened_or_left_out_with_the_reason():
    encoder = methods.encoder_attempts({"inkstone-zh-tiny": 10})[1]
    needed = methods.seconds_needed(encoder, MANY, 1, 1.0)
    assert methods.fitted(encoder, MANY, 1, 1.0, needed + 1) is encoder
    shorter = methods.fitted(encoder, MANY, 1, 1.0, needed / 2)
    assert shorter is not None
    assert 1 <= shorter.params["train.epochs"] < 10
    assert "epochs only" in shorter.reason.en
    assert methods.fitted(encoder, MANY, 1, 1.0, needed / 5) is None
    assert methods.fitted(methods.few_shot_attempts()[1], MANY, 1, 1.0, 5) is None
    words = methods.left_out_words(encoder, 600, 65)
    assert "10 min needed, 65 s left" in words.en


def test_the_pace_of_the_machine_is_learned():
    encoder = methods.encoder_attempts({"inkstone-zh-tiny": 10})[1]
    took = methods.seconds_needed(encoder, MANY, 1, 3.0)
    pace = methods.pace_of(encoder, MANY, 1, took)
    assert 2.8 < pace < 3.3


def test_a_lead_is_held_against_its_error():
    chance = methods.verdict_words([(A, 0.88), (B, 0.87)], 100)
    assert "may be chance" in chance.en  # sqrt((.88*.12 + .87*.13) / 100) is 4.7 points
    assert "±4.7" in chance.en
    clear = methods.verdict_words([(A, 0.95), (B, 0.80)], 1000)
    assert "more than chance" in clear.en
    assert "alone" in methods.verdict_words([(A, 0.9)], 100).en
