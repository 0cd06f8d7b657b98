"""``compare.compression``: costs, the choice, the Pareto front."""

import pytest

from inkstone.components.compare.compression import choose
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.measuring import count_weights, pareto, price
from inkstone.components.nlp.rows import read_rows


def test_the_front_by_hand() -> None:
    assert pareto([(1, 0.8), (2, 0.9), (3, 0.85), (2, 0.7)]) == [True, True, False, False]
    assert pareto([(1, 0.5), (1, 0.5)]) == [True, True]


def test_the_cheapest_within_the_loss_is_chosen() -> None:
    lines = [
        {"dev": {"accuracy": 0.90}, "megabytes": 9.0, "p50": 5.0},
        {"dev": {"accuracy": 0.895}, "megabytes": 3.0, "p50": 2.0},
        {"dev": {"accuracy": 0.80}, "megabytes": 1.0, "p50": 1.0},
    ]
    assert choose(lines, 0.01) == 1
    assert choose(lines, 0.001) == 0
    assert choose(lines, 0.2) == 2


def test_models_of_several_kinds_in_one_report(context, rows, teacher, ngram, wide) -> None:
    made = context.run(
        "compare.compression", {"teacher": teacher, "models": [ngram, wide], "dev": rows, "test": rows}, requests=3
    )
    figures = made["metrics"].read()
    assert len(figures["models"]) == 3
    assert all(line["p99"] >= line["p50"] > 0 for line in figures["models"])
    assert figures["model"] == model_io.verify(made["model"].path).digest
    report = made["report"].read()
    assert [section["kind"] for section in report["sections"]] == ["text", "table", "figure"]
    assert len(report["sections"][1]["rows"]) == 3


def test_weights_are_counted(wide, rows) -> None:
    from inkstone.components.nlp.compression.pruning import load_classifier, weights_of

    assert count_weights(wide.path) == weights_of(load_classifier(wide.path)[1])
    cost = price(wide.path, read_rows(rows), 0, lambda: None)
    assert cost.p50 is None


def test_other_labels_cannot_be_compared(context, rows, teacher, tmp_path) -> None:
    from component_context import ComponentContext
    from tiny_models import pair_table

    other = ComponentContext(tmp_path / "o").run("train.ngram_baseline", {"train": pair_table(tmp_path / "p")}, c=1.0)
    with pytest.raises(InkstoneError) as caught:
        context.run("compare.compression", {"teacher": teacher, "models": [other["model"]], "dev": rows})
    assert caught.value.code == "compress.other_labels"
