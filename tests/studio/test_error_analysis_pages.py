"""Thresholds, behaviour, slices and disagreements in the pages, on a home with a real run; names with markup stay text."""

import pytest
from designer_steps import wait_for
from studio_pages import html, open_page

from inkstone.backend.service import models
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.analysis import behaviour
from inkstone.studio.error_analysis import behaviour_texts, texts, threshold_texts
from inkstone.studio.parts.figures import confusion_figure

MARKUP = "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize("words", [texts.TEXTS, threshold_texts.TEXTS, behaviour_texts.TEXTS])
def test_every_text_is_there_in_both_languages_with_the_same_slots(words) -> None:
    import string

    for key, item in words.items():
        slots = [{name for _, name, _, _ in string.Formatter().parse(part) if name} for part in (item.zh, item.en)]
        assert item.zh.strip() and item.en.strip(), key
        assert slots[0] == slots[1], key


def test_thresholds_follow_the_slider_and_nothing_is_saved_by_looking(seeded) -> None:
    version = models.get(LOCAL, seeded.model)
    app = open_page("thresholds", model=seeded.model)
    app.selectbox(key=f"thresholds_{version.id}_safe").set_value("-").run()

    def reviewed() -> int:
        wanted = threshold_texts.TEXTS["to_review"].zh
        return int(next(item for item in app.metric if item.label == wanted).value)

    assert reviewed() == 0
    app.slider[-1].set_value(1.01).run()
    assert not app.exception, [item.message for item in app.exception]
    assert reviewed() > 0
    assert len(models.versions(LOCAL, version.name)) == 1


def test_pages_of_unknown_models_say_so(seeded) -> None:
    for name in ("thresholds", "behaviour"):
        assert "models.unknown" in html(open_page(name, model="没有@1"))
    assert threshold_texts.TEXTS["none_chosen"].zh in html(open_page("thresholds"))


def test_behaviour_is_tested_on_the_page(seeded) -> None:
    app = open_page("behaviour", "en", model=seeded.model)
    assert behaviour_texts.TEXTS["nothing"].en in html(app)
    next(item for item in app.button if item.label == behaviour_texts.TEXTS["go"].en).click().run()
    wait_for(lambda: behaviour.look(LOCAL, seeded.model).state != "running", 240)  # in a process of its own
    app.run()
    assert not app.exception, [item.message for item in app.exception]
    assert "One typo" in html(app)


def test_slices_and_disagreements_open(seeded) -> None:
    app = open_page("run", run=seeded.run)
    app.segmented_control(key=f"view_{seeded.run}_True").set_value("rows").run()
    app.segmented_control(key=f"rows_{seeded.run}_kind").set_value("slices").run()
    assert not app.exception, [item.message for item in app.exception]
    assert "Benjamini" in html(app)
    both = f"{seeded.run}:evaluate_baseline,{seeded.run}:evaluate"
    app = open_page("compare", "en", runs=both, view="disagreements")
    assert "test rows" in html(app)


def test_names_of_classes_are_no_markup_in_charts() -> None:
    drawn = confusion_figure({"labels": [MARKUP, "b"], "matrix": [[1, 2], [3, 4]]}).to_json()
    assert MARKUP not in drawn
    assert "&lt;img src=x" in drawn
