"""The list of runs, the comparison, and the record and rows of a run, on a home with a real run."""

import pytest
from studio_pages import html, open_page

from inkstone.backend.service import run_organising
from inkstone.backend.service.actor import LOCAL
from inkstone.studio.comparison.texts import TEXTS as COMPARISON
from inkstone.studio.error_analysis.texts import TEXTS as ROWS
from inkstone.studio.run_list.texts import TEXTS as LIST
from inkstone.studio.run_page.record import lineage_dot
from inkstone.studio.run_page.texts import TEXTS as RUN_PAGE


@pytest.mark.parametrize("texts", [COMPARISON, LIST, RUN_PAGE, ROWS])
def test_every_text_is_there_in_both_languages_with_the_same_slots(texts) -> None:
    import string

    for key, words in texts.items():
        slots = [{name for _, name, _, _ in string.Formatter().parse(item) if name} for item in (words.zh, words.en)]
        assert words.zh.strip() and words.en.strip(), key
        assert slots[0] == slots[1], key


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_shows_runs_with_their_figures(language: str, seeded) -> None:
    app = open_page("runs", language)
    frame = app.dataframe[0].value
    assert seeded.run[:8] in set(frame["id"])
    assert "test/macro_f1" in frame.columns


def test_a_search_narrows_the_list_and_another_word_finds_nothing(seeded) -> None:
    run_organising.set_note(LOCAL, seeded.run, "<b>我的备注</b>")
    app = open_page("runs")
    app.text_input(key="runs.text").set_value("我的备注").run()
    assert list(app.dataframe[0].value["id"]) == [seeded.run[:8]]
    app.text_input(key="runs.text").set_value("没有这样的运行").run()
    assert not app.dataframe
    assert "没有符合条件的运行" in html(app)


@pytest.mark.parametrize("part", ["queue", "trash"])
def test_queue_and_trash_open(part: str, seeded) -> None:
    app = open_page("runs")
    app.segmented_control(key="runs.part").set_value(part).run()
    assert not app.exception
    assert html(app)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_comparison_says_whether_a_difference_is_more_than_chance(language: str, seeded) -> None:
    runs = f"{seeded.run}:evaluate_baseline,{seeded.run}:evaluate"
    app = open_page("compare", language, runs=runs)
    assert "data-verdict" in html(app)
    assert ("准确" if language == "zh" else "points") in html(app) or "百分点" in html(app)
    for view in ("rows", "curves", "classes", "plots"):
        app.segmented_control(key="compare.view").set_value(view).run()
        assert not app.exception, [item.message for item in app.exception]


def test_the_comparison_without_runs_and_with_an_unknown_one_says_what_to_do(seeded) -> None:
    assert COMPARISON["nothing"].zh in html(open_page("compare"))
    assert "runs.unknown" in html(open_page("compare", runs="ffffffffffffffff"))


def test_the_page_of_a_run_shows_its_record_and_its_rows(seeded) -> None:
    app = open_page("run", "zh", run=seeded.run)
    key = f"view_{seeded.run}_True"
    app.segmented_control(key=key).set_value("record").run()
    assert not app.exception, [item.message for item in app.exception]
    assert "scikit-learn" in html(app)
    app.segmented_control(key=key).set_value("rows").run()
    assert not app.exception, [item.message for item in app.exception]
    app.segmented_control(key=f"rows_{seeded.run}_kind").set_value("hardest").run()
    assert not app.exception
    assert ROWS["why"].zh in [item.value for item in app.subheader]


def test_names_in_the_lineage_are_nothing_but_names() -> None:
    from inkstone.backend.service.run_record import Lineage, Place

    evil = 'a"]; b [label="x'
    drawn = lineage_dot(Lineage(places=[Place(id="1", kind="run", name=evil)], links=[("1", "1", evil)]), "1")
    assert '\\"]; b [label=\\"' in drawn
