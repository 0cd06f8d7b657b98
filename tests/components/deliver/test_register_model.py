"""Registration chooses by dev figures alone and says why."""

from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext
from tiny_models import two_class_table

from inkstone.components.artifacts import Metrics, Model
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, Any]:
    """Give two models, ``strong`` and ``weak`` on dev, whose test figures say the opposite."""
    table = two_class_table(tmp_path / "t")
    found: dict[str, Any] = {"models": [], "dev": [], "test": []}
    for name, c, dev, test in (("weak", 1.0, 0.80, 0.95), ("strong", 30.0, 0.85, 0.70)):
        model = ComponentContext(tmp_path / name).run("train.ngram_baseline", {"train": table}, c=c)["model"]
        digest = model_io.read_card(model.path).digest
        found["models"].append(model)
        for split, value in (("dev", dev), ("test", test)):
            folder = tmp_path / f"{name}-{split}"
            folder.mkdir()
            document = {
                "model": digest,
                "split": split,
                "values": {"macro_f1": value, "loss": 1 - value},
                "labels": ["a"],
            }
            found[split].append(Metrics.write(folder, document))
    return found


def register(
    tmp_path: Path, parts: dict[str, Any], **params: Any
) -> tuple[ComponentContext, dict[str, Any], dict[str, Any]]:
    context = ComponentContext(tmp_path / "node")
    inputs = {"models": parts["models"], "dev_metrics": list(reversed(parts["dev"])), "test_metrics": parts["test"]}
    out = context.run("deliver.register_model", inputs, name="spam", **params)
    return context, out["registered"].read(), out["metrics"].read()


def test_the_better_on_dev_is_registered_though_the_test_rows_disagree(tmp_path: Path, parts: dict[str, Any]) -> None:
    context, registered, metrics = register(tmp_path, parts)
    assert context.registered[0][1] == parts["models"][1].path
    assert (registered["name"], registered["version"]) == ("spam", 1)
    assert metrics["values"] == {"macro_f1": 0.70, "loss": pytest.approx(0.30)}
    assert metrics["split"] == "test"
    assert "0.8500" in registered["reason"]["zh"]
    assert "0.8000" in registered["reason"]["en"]
    assert "0.0500" in registered["reason"]["en"]
    assert [(item["chosen"], item["dev"]["macro_f1"], item["test"]["macro_f1"]) for item in metrics["compared"]] == [
        (False, 0.80, 0.95),
        (True, 0.85, 0.70),
    ]


def test_a_lower_loss_wins(tmp_path: Path, parts: dict[str, Any]) -> None:
    context, _, _ = register(tmp_path, parts, metric="loss")
    assert context.registered[0][1] == parts["models"][1].path


def test_a_single_model_needs_no_figures(tmp_path: Path, parts: dict[str, Any]) -> None:
    context = ComponentContext(tmp_path / "node")
    out = context.run("deliver.register_model", {"models": parts["models"][:1], "dev_metrics": []}, name="only")
    assert out["metrics"].read()["values"] == {}
    assert context.registered[0][0] == "only"


def test_models_without_figures_and_unknown_figures_are_errors(tmp_path: Path, parts: dict[str, Any]) -> None:
    context = ComponentContext(tmp_path / "node")
    with pytest.raises(InkstoneError) as unpaired:
        context.run("deliver.register_model", {"models": parts["models"], "dev_metrics": parts["dev"][:1]})
    assert unpaired.value.code == "deliver.unpaired_metrics"
    with pytest.raises(InkstoneError, match="macro_f1"):
        register(tmp_path, parts, metric="accuracy")


def test_figures_of_a_foreign_model_are_not_taken(tmp_path: Path, parts: dict[str, Any]) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    parts["test"] = [Metrics.write(foreign, {"model": "somebody else", "split": "test", "values": {"macro_f1": 1.0}})]
    _, _, metrics = register(tmp_path, parts)
    assert metrics["split"] == "dev"
    assert metrics["values"]["macro_f1"] == 0.85
    assert Model in type(parts["models"][0]).__mro__
