"""Finding runs: filters, free search, columns and orders."""

from datetime import timedelta

import pytest

from inkstone.backend.service import run_organising, run_search
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.run_organising import ListView
from inkstone.backend.service.run_search import FigureRange, RunFilter
from inkstone.backend.states import RunState
from inkstone.backend.store.tables import now
from inkstone.components.errors import InkstoneError


def names(wanted: RunFilter | None = None, **options) -> list[str]:
    return [row.run.name for row in run_search.search(LOCAL, wanted, **options).rows]


@pytest.fixture
def three(make_run):
    a = make_run("甲", figures={"test/macro_f1": 0.7}, params={"c": 2.5}, options={"template": "text-risk-control"})
    b = make_run("乙", figures={"test/macro_f1": 0.9}, params={"c": 10}, source="dataset:评论@2", state="FAILED")
    c = make_run("丙", figures={"test/macro_f1": None}, params={"c": "auto"}, note="最好的一个")
    return a, b, c


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"states": [RunState.FAILED]}, ["乙"]),
        ({"template": "text-risk-control"}, ["甲"]),
        ({"dataset": "评论"}, ["乙"]),
        ({"dataset": "dataset:消息"}, ["丙", "甲"]),
        ({"dataset": "消"}, []),
        ({"text": "最好"}, ["丙"]),
        ({"text": "评论"}, ["乙"]),
        ({"text": "%"}, []),
        ({"figures": [FigureRange(name="test/macro_f1", low=0.8)]}, ["乙"]),
        ({"figures": [FigureRange(name="test/macro_f1", high=0.8)]}, ["甲"]),
        ({"owner": "nobody"}, []),
        ({"before": now() - timedelta(days=30)}, []),
        ({"after": now() - timedelta(days=30)}, ["丙", "乙", "甲"]),
    ],
)
def test_filters(three, wanted, found):
    assert names(RunFilter(**wanted)) == found


def test_text_finds_the_beginning_of_an_id(three):
    assert names(RunFilter(text=three[1][:9])) == ["乙"]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("created", ["甲", "乙", "丙"]),
        ("-figure:test/macro_f1", ["乙", "甲", "丙"]),
        ("figure:test/macro_f1", ["甲", "乙", "丙"]),
        ("-param:train.c", ["乙", "甲", "丙"]),
        ("param:train.c", ["甲", "乙", "丙"]),
        ("-seconds", ["丙", "乙", "甲"]),
        ("-figure:not there", ["丙", "乙", "甲"]),
    ],
)
def test_orders_put_runs_without_the_value_last(three, order, found):
    listed = names(order=order)
    assert sorted(listed) == sorted(found) if "not there" in order else listed == found


def test_an_unknown_order_or_state_is_refused(home):
    with pytest.raises(InkstoneError) as error:
        run_search.search(LOCAL, order="name; drop table runs")
    assert error.value.code == "runs.bad_order"
    with pytest.raises(InkstoneError) as error:
        run_search.states_named("asleep")
    assert error.value.code == "runs.bad_state"


def test_columns_hold_parameters_and_figures_and_a_figure_that_is_no_number_is_none(three):
    page = run_search.search(LOCAL, columns=["figure:test/macro_f1", "param:train.c", "param:seed"], limit=2)
    assert page.total == 3
    assert page.rows[0].values == {"figure:test/macro_f1": None, "param:train.c": "auto", "param:seed": 0.0}
    assert page.rows[1].values["param:train.c"] == 10.0


def test_the_figure_of_a_run_is_that_of_the_node_whose_figures_the_lists_show(make_run, home):
    from inkstone.backend.events import MetricEvent
    from inkstone.backend.store import records
    from inkstone.backend.store.database import session

    run = make_run(figures={"test/accuracy": 0.9}, story={"metrics_node": "train"})
    with session() as db:
        records.add_metrics(db, run, [MetricEvent(node="train", name="test/accuracy", value=0.6)])
    assert run_search.search(LOCAL, columns=["figure:test/accuracy"]).rows[0].values == {"figure:test/accuracy": 0.6}


def test_choices_count_runs(three):
    run_organising.tag(LOCAL, three[:2], ["好"])
    known = run_search.choices(LOCAL)
    assert known.tags == {"好": 2}
    assert known.templates == {"text-risk-control": 1}
    assert known.datasets == {"dataset:消息": 2, "dataset:评论": 1}
    assert known.figures["test/macro_f1"] == 3
    assert known.params["train.c"] == 3


def test_a_parameter_too_large_for_any_number_is_kept_as_text(make_run):
    make_run(params={"c": 10**400})
    page = run_search.search(LOCAL, columns=["param:train.c"], order="-param:train.c")
    assert str(page.rows[0].values["param:train.c"]).startswith("1000")


def test_tags_and_notes_of_markup_stay_text(three):
    run_organising.tag(LOCAL, [three[0]], ["<b>粗</b>"])
    run_organising.set_note(LOCAL, three[0], "<script>alert(1)</script>")
    view = run_search.search(LOCAL, RunFilter(tags=["<b>粗</b>"])).rows[0].run
    assert (view.tags, view.note) == (["<b>粗</b>"], "<script>alert(1)</script>")


@pytest.mark.parametrize("bad", ["", "  ", "a,b", "x" * 61, "a\0b"])
def test_bad_tags_change_nothing(three, bad):
    with pytest.raises(InkstoneError) as error:
        run_organising.tag(LOCAL, three, ["good", bad])
    assert error.value.code == "runs.bad_tag"
    assert run_search.choices(LOCAL).tags == {}


def test_tagging_several_runs_is_all_or_nothing(three):
    with pytest.raises(InkstoneError):
        run_organising.tag(LOCAL, [three[0], "ffffffffffffffff"], ["neu"])
    assert run_search.choices(LOCAL).tags == {}
    run_organising.tag(LOCAL, three, ["neu", "neu"])
    assert [run.tags for run in run_organising.tag(LOCAL, three[:1], remove=["neu"])] == [[]]


def test_stars_are_ones_own(three, people):
    run_organising.star(people["vic"], [three[0]])
    assert names(RunFilter(starred=True)) == []
    seen = run_search.search(people["vic"], RunFilter(starred=True)).rows
    assert [row.run.starred for row in seen] == [True]


def test_members_may_not_tag_what_is_not_theirs(three, people):
    with pytest.raises(InkstoneError) as error:
        run_organising.tag(people["max"], [three[0]], ["mine"])
    assert error.value.code == "auth.forbidden"


def test_saved_views_come_back_as_they_were(home, people):
    view = ListView(filter=RunFilter(text="好", starred=True), order="-seconds", columns=["param:train.c"])
    run_organising.save_view(LOCAL, "最好的", view)
    run_organising.save_view(LOCAL, "最好的", view)
    assert run_organising.saved_views(LOCAL) == {"最好的": view}
    assert run_organising.saved_views(people["max"]) == {}
    run_organising.delete_view(LOCAL, "最好的")
    with pytest.raises(InkstoneError) as error:
        run_organising.delete_view(LOCAL, "最好的")
    assert error.value.code == "runs.no_such_view"
