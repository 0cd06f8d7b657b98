"""Ranges as people write them, and what is refused before anything runs."""

import pytest

from inkstone.backend.service import searches, templates
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.searching import space
from inkstone.backend.service.searching.settings import SearchWish
from inkstone.components.errors import InkstoneError, ProblemList
from inkstone.components.spec import SearchRange


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("1e-5..5e-4:log", SearchRange(low=1e-5, high=5e-4, log=True)),
        ("2..10", SearchRange(low=2, high=10)),
        ("16,32,64", SearchRange(values=(16, 32, 64))),
        ("none,balanced", SearchRange(values=("none", "balanced"))),
        ("true,false", SearchRange(values=(True, False))),
    ],
)
def test_a_range_is_read_and_written(words, found):
    assert space.read_range("train.x", words) == found
    assert space.read_range("train.x", space.range_words(found)) == found


@pytest.mark.parametrize("words", ["5..1", "a..b", "0..1:log", "7", "1..", "[1],[2]"])
def test_a_range_that_makes_no_sense_is_refused(words):
    with pytest.raises(InkstoneError) as refused:
        space.read_range("train.x", words)
    assert refused.value.code == "search.bad_range"


def test_a_template_searches_what_its_trainer_proposes(home):
    document = templates.get(LOCAL, "text-classification")
    node, figure = space.target(document, "dev/macro_f1", {})
    assert (node, figure) == ("train", "dev/macro_f1")
    found = space.space_of(document, node, {})
    assert set(found) == {"train.learning_rate", "train.batch_size", "train.dropout"}
    assert space.target(document, "dev/macro_f1", {"baseline.c": ""}) == ("baseline", "dev/macro_f1")
    assert space.whole_numbers(document, ["train.batch_size", "train.epochs", "train.learning_rate"]) == [
        "train.batch_size"
    ]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"metric": "test/macro_f1", "trials": 1}, "search.not_on_test"),
        ({"metric": "nowhere:dev/macro_f1", "trials": 1}, "pipeline.unknown_node"),
        ({"trials": None}, "search.no_budget"),
        ({"trials": 1, "params": {"train.nothing": "1..2"}}, "pipeline.unknown_param"),
        ({"trials": 1, "params": {"no.epochs": "1..2"}}, "pipeline.unknown_node"),
        ({"trials": 1, "params": {"train.precision": ""}}, "search.not_searchable"),
        ({"trials": 1, "params": {"register.name": "a,b"}}, "search.no_target"),
    ],
)
def test_bad_wishes_are_refused_with_a_reason(home, wish, code):
    with pytest.raises(InkstoneError) as refused:
        searches.start(LOCAL, templates.get(LOCAL, "text-classification"), SearchWish(**wish))
    assert refused.value.code == code
    assert searches.list_(LOCAL) == []


def test_values_that_the_component_does_not_allow_are_refused(home):
    wish = SearchWish(trials=1, params={"train.dropout": "0.5..2"})
    with pytest.raises(ProblemList) as refused:
        searches.start(LOCAL, templates.get(LOCAL, "text-classification"), wish)
    assert [problem.at for problem in refused.value.problems] == ["dropout"]
