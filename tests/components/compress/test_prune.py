"""Structured pruning: what is cut, that nothing else changes, and recovery."""

import numpy as np
import pytest
import torch
from component_context import ComponentContext

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression import structure
from inkstone.components.nlp.compression.importance import importances
from inkstone.components.nlp.compression.pruning import Cut, batches_of, load_classifier, prune, weights_of
from inkstone.components.nlp.compression.students import chosen_layers
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.rows import read_rows
from inkstone.components.nlp.text_classification import TextClassification

SHORT = {"epochs": 1.0, "precision": "fp32"}


def test_layers_are_spread_evenly() -> None:
    assert chosen_layers(12, 4) == [0, 4, 7, 11]
    assert chosen_layers(12, 1) == [11]
    assert chosen_layers(3, 5) == [0, 1, 2]


def test_cutting_heads_and_units_equals_masking_them(wide) -> None:
    task, network = load_classifier(wide.path)
    _, masked = load_classifier(wide.path)
    layer, other = structure.prunable_layers(network)[0], structure.prunable_layers(masked)[0]
    size = layer.attention.self.attention_head_size
    with torch.no_grad():
        other.attention.output.dense.weight[:, size : 2 * size] = 0
        other.output.dense.weight[:, [1, 3]] = 0
    structure.keep_heads(layer, [0, 2, 3])
    structure.keep_units(layer, [number for number in range(24) if number not in {1, 3}])
    batch = task.collate([{"input_ids": [2, 9, 8, 7, 3]}])
    assert torch.allclose(network(**batch), masked(**batch), atol=1e-6)


def test_importance_equals_the_slope_found_by_differences(wide, rows) -> None:
    task, network = load_classifier(wide.path)
    batch = next(batches_of(task, read_rows(rows), seed=0))
    heads, _ = importances(task, network, [batch])
    layer = structure.prunable_layers(network)[1]
    size = layer.attention.self.attention_head_size
    slopes = []
    for head in range(4):
        weight = layer.attention.output.dense.weight
        kept = weight.detach().clone()
        losses = []
        for factor in (0.99, 1.01):
            with torch.no_grad():
                weight.copy_(kept)
                weight[:, head * size : (head + 1) * size] *= factor
                losses.append(task.loss(network, batch).item())
        with torch.no_grad():
            weight.copy_(kept)
        slopes.append(abs(losses[1] - losses[0]) / 0.02)
    by_hand = np.array(slopes) / np.linalg.norm(slopes)
    assert heads[1].numpy() == pytest.approx(by_hand, abs=0.05)


def test_a_pruned_model_is_saved_and_loaded_in_its_new_shape(wide, rows, tmp_path) -> None:
    facts = prune(wide.path, read_rows(rows), Cut(1, 0.5, 0.5, 1), tmp_path / "pruned", seed=0)
    task, network = TextClassification.load(tmp_path / "pruned")
    assert weights_of(network) == facts["weights"] < facts["weights_before"]
    assert facts["heads"] == [2]
    assert facts["intermediate"] == [12]
    assert len(task.tokenizer) == facts["vocabulary"]
    assert load_model(tmp_path / "pruned").scores(["今天天气很好"]).shape == (1, 2)


def test_unused_words_leave_without_changing_any_score(wide, rows, tmp_path) -> None:
    texts = read_rows(rows).texts
    prune(wide.path, read_rows(rows), Cut(least_count=1), tmp_path / "pruned", seed=0)
    before, after = load_model(wide.path), load_model(tmp_path / "pruned")
    assert len(after.network.tokenizer) < len(before.network.tokenizer)
    assert np.allclose(before.scores(texts), after.scores(texts), atol=1e-6)
    assert after.scores(["没见过的词"]).shape == (1, 2)


def test_recovery_goes_on_from_the_pruned_weights(context, rows, wide) -> None:
    made = context.run("compress.prune", {"model": wide, "train": rows, "dev": rows}, heads_kept=0.5, **SHORT)
    card = model_io.read_card(made["model"].path)
    assert card.component == "compress.prune@1"
    assert "initial" not in card.settings
    facts = made["metrics"].read()["pruned"]
    assert facts["heads"] == [2, 2]
    again = ComponentContext(context.root / "again").run(
        "compress.prune", {"model": made["model"], "train": rows}, heads_kept=0.5, **SHORT
    )
    assert again["metrics"].read()["pruned"]["heads"] == [1, 1]


def test_bad_input(context, rows, ngram, wide, tmp_path) -> None:
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.prune", {"model": ngram, "train": rows})
    assert caught.value.code == "compress.unsupported_model"
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.prune", {"model": wide, "train": rows}, heads_kept=0.01)
    assert caught.value.code == "compress.nothing_left"
