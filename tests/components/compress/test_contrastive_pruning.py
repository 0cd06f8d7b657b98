"""CAP: the losses and the schedule by hand, and the share of zeros in a saved model."""

import math

import pytest
import torch

from inkstone.components.nlp.compression import contrastive_pruning as cap
from inkstone.components.nlp.compression.pruning import load_classifier


def test_the_contrastive_loss_by_hand() -> None:
    vectors = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    alone = cap.contrastive_loss(vectors, vectors, None)
    by_hand = -math.log(math.exp(10) / (math.exp(10) + 1))
    assert alone.tolist() == pytest.approx([by_hand, by_hand], abs=1e-6)
    # With one class for both rows nothing is negative.
    assert cap.contrastive_loss(vectors, vectors, torch.tensor([1, 1])).tolist() == pytest.approx([0, 0], abs=1e-6)
    unknown = cap.contrastive_loss(vectors, vectors, torch.tensor([-100, -100]))
    assert unknown.tolist() == pytest.approx(alone.tolist())


def test_sparsity_rises_by_the_cubic_schedule() -> None:
    assert cap.sparsity_at(0, 100, 0.8) == 0
    assert cap.sparsity_at(35, 100, 0.8) == pytest.approx(0.8 * (1 - 0.5**3))
    assert cap.sparsity_at(70, 100, 0.8) == pytest.approx(0.8)
    assert cap.sparsity_at(100, 100, 0.8) == pytest.approx(0.8)


def test_the_smallest_weights_of_all_layers_go(wide) -> None:
    _, network = load_classifier(wide.path)
    stay = cap.choose_zeros(network, 0.5)
    named = dict(network.named_parameters())
    kept = torch.cat([named[name].abs()[mask == 1] for name, mask in stay.items()])
    gone = torch.cat([named[name].abs()[mask == 0] for name, mask in stay.items()])
    assert len(gone) == pytest.approx(len(kept), abs=2)
    assert gone.max() <= kept.min()
    assert not [name for name in stay if "embeddings" in name]


def test_a_saved_model_has_its_zeros(context, rows, wide) -> None:
    made = context.run(
        "compress.prune", {"model": wide, "train": rows, "dev": rows}, method="contrastive", sparsity=0.8, epochs=2.0,
        precision="fp32",
    )  # fmt: skip
    assert cap.zero_share(load_classifier(made["model"].path)[1]) == pytest.approx(0.8, abs=0.01)
    assert made["metrics"].read()["sparsity"] == pytest.approx(0.8, abs=0.01)
