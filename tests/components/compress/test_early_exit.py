"""Early exit: rows leave where they should, what stays is what the whole network says."""

import pytest
import torch

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.early_exit import ExitClassifier
from inkstone.components.nlp.compression.pruning import load_classifier
from inkstone.components.nlp.inference import load_model


@pytest.fixture
def network(wide):
    task, classifier = load_classifier(wide.path)
    torch.manual_seed(0)
    rows = [{"input_ids": [2, 9, 8, 7, 3]}, {"input_ids": [2, 5, 3]}, {"input_ids": [2, 12, 13, 14, 15, 16, 3]}]
    return ExitClassifier(classifier).eval(), classifier, task.collate(rows)


def test_the_last_layer_says_what_the_classifier_said(network) -> None:
    exits, classifier, batch = network
    assert torch.allclose(exits(**batch)[:, -1], classifier(**batch), atol=1e-5)


def test_rows_leave_at_the_first_layer_that_is_sure(network) -> None:
    exits, _, batch = network
    every = exits(**batch)
    logits, used = exits.leave(0.0, **batch)
    assert used.tolist() == [1, 1, 1]
    assert torch.allclose(logits, every[:, 0], atol=1e-5)
    logits, used = exits.leave(1.1, **batch)
    assert used.tolist() == [2, 2, 2]
    assert torch.allclose(logits, every[:, -1], atol=1e-5)
    border = float(every[:, 0].softmax(-1).amax(-1).median())
    logits, used = exits.leave(border, **batch)
    assert sorted(used.tolist()) == [1, 1, 2]
    expected = every[torch.arange(3), used - 1]
    assert torch.allclose(logits, expected, atol=1e-5)


def test_a_saved_model_serves_like_any_other(context, rows, wide) -> None:
    made = context.run(
        "compress.early_exit", {"model": wide, "train": rows, "dev": rows}, epochs=1.0, precision="fp32", threshold=0.6
    )
    card = model_io.verify(made["model"].path)
    assert card.task == "early_exit"
    assert 1 <= made["metrics"].read()["values"]["layers_used"] <= 2
    model = load_model(made["model"].path)
    assert model.scores(["今天天气很好", "加微信领红包"]).sum(axis=1) == pytest.approx([1, 1])


def test_an_ngram_model_has_no_layers(context, rows, ngram) -> None:
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.early_exit", {"model": ngram, "train": rows})
    assert caught.value.code == "compress.unsupported_model"
