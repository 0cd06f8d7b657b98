"""The fast gradient method, focal loss and temperature against hand-computed values."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from component_context import ComponentContext
from tiny_models import tiny_encoder, two_class_table
from torch import nn

from inkstone.components.nlp import model_io
from inkstone.components.nlp.adversarial import with_adversary
from inkstone.components.nlp.calibration import fit_temperature
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.metrics import cross_entropy, softmax
from inkstone.components.nlp.text_classification import Settings, TextClassification


def test_the_move_is_along_the_gradient_and_of_the_wished_length() -> None:
    table = nn.Embedding(2, 2)
    table.weight.data = torch.tensor([[3.0, 4.0], [0.0, 5.0]])  # both of norm 5
    ids = torch.tensor([[0, 1]])
    direction = torch.tensor([1.0, 0.0])
    seen: list[torch.Tensor] = []

    def loss_of() -> torch.Tensor:
        output = table(ids)
        seen.append(output.detach().clone())
        return (output @ direction).sum()  # gradient (1, 0) at both tokens: norm sqrt(2)

    loss = with_adversary(loss_of, [table], 0.1)
    assert torch.allclose(seen[1] - seen[0], torch.tensor([0.5 / 2**0.5, 0.0]).expand(1, 2, 2))
    assert loss.item() == pytest.approx(3.0 + 0.5 / 2**0.5)  # the mean of 3 and 3 + 2 * 0.5 / sqrt(2)
    assert not table._forward_hooks


def test_focal_loss_by_hand(tmp_path: Path) -> None:
    class Fixed(nn.Module):
        def forward(self, **_: Any) -> torch.Tensor:
            return torch.log(torch.tensor([[0.8, 0.2], [0.5, 0.5]]))

    task = TextClassification(Settings(encoder="-", labels=("a", "b"), focal_gamma=2.0))
    loss = task.loss(Fixed(), {"labels": torch.tensor([0, 1])})
    expected = (0.2**2 * -np.log(0.8) + 0.5**2 * -np.log(0.5)) / 2
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_temperature_makes_overconfident_scores_honest() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(2000, 4)) * 1.5
    true = np.array([random.choice(4, p=row) for row in softmax(logits)])
    temperature = fit_temperature(logits * 3, true)
    assert temperature == pytest.approx(3.0, rel=0.15)
    assert cross_entropy(softmax(logits * 3 / temperature), true) < cross_entropy(softmax(logits * 3), true)
    assert fit_temperature(logits, [-1] * 2000) == 1.0


def test_options_train_and_the_temperature_is_used(tmp_path: Path) -> None:
    encoder, table = tiny_encoder(tmp_path / "encoder"), two_class_table(tmp_path / "table")
    options = {"focal_gamma": 1.0, "adversarial": 0.5, "disguised_copies": 0.5, "calibrate": True}
    made = ComponentContext(tmp_path / "run").run(
        "train.text_classification", {"train": table, "dev": table}, encoder=str(encoder), epochs=2.0, **options
    )
    folder = made["model"].path
    model = load_model(folder)
    temperature = model.card.settings["temperature"]
    assert temperature != 1.0
    shown = model.scores(["加微信领红包"])
    model_io.amend(folder, settings=model.card.settings | {"temperature": 1.0})
    plain = load_model(folder).scores(["加微信领红包"])
    assert np.allclose(softmax(np.log(plain) / temperature), shown, atol=1e-6)
