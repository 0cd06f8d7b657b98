"""Figures as people write them, and which reports stand among the results."""

from inkstone.studio.language import catalogue
from inkstone.studio.parts.results import _compares, _explains
from inkstone.studio.parts.run_row import figure_name, main_figure


def test_figures_of_a_part_are_named_after_it() -> None:
    words = catalogue("zh")
    assert figure_name("macro_f1") in {words["metric.macro_f1"], catalogue("en")["metric.macro_f1"]}
    assert figure_name("keywords/f1_at_5").endswith(" · F1@5") and "/" not in figure_name("keywords/f1_at_5")
    assert figure_name("ndcg_at_5") == "nDCG@5"
    assert figure_name("test/own_figure") == "test/own_figure"


def test_a_model_of_several_parts_is_known_by_its_first_part() -> None:
    found = main_figure({"test/keywords/f1_at_5": 0.3, "test/category/macro_f1": 0.8, "dev/category/macro_f1": 0.9})
    assert found is not None and found[1] == 0.8
    assert main_figure({"test/loss": 0.3}) is None


def test_reports_of_evaluations_explain_but_those_of_classes_are_drawn() -> None:
    assert _explains("evaluate.decisions") and _explains("evaluate.robustness") and _explains("evaluate.multilabel")
    assert not _explains("evaluate.classification") and not _explains("text.decision_policy")
    assert _compares("compare.compression") and not _compares("evaluate.keywords")
