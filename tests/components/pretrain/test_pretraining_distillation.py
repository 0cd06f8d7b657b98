"""Learning from a larger encoder: the losses by hand, the whole through the loop, and what does not fit."""

import math

import pytest
import torch
from pretraining_runs import SETTINGS, run, tiny_task

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.masked_lm import MaskedLanguageModel
from inkstone.components.nlp.pretraining_distillation import (
    Distillation,
    relation_heads,
    relation_loss,
    soft_cross_entropy,
)


def softmax(values):
    total = sum(math.exp(value) for value in values)
    return [math.exp(value) / total for value in values]


def divergence(first, second):
    return sum(p * math.log(p / q) for p, q in zip(first, second, strict=True))


def test_guesses_by_hand():
    teacher, student = [[2.0, 0.0, -2.0], [1.0, 1.0, 0.0]], [[0.0, 1.0, 0.0], [0.5, 0.0, 0.0]]
    halved = lambda row: softmax([value / 2 for value in row])  # noqa: E731
    expected = 4 * sum(divergence(halved(t), halved(s)) for t, s in zip(teacher, student, strict=True)) / 2
    assert soft_cross_entropy(torch.tensor(student), torch.tensor(teacher), 2.0).item() == pytest.approx(expected)
    assert soft_cross_entropy(torch.tensor(teacher), torch.tensor(teacher), 2.0).item() == pytest.approx(0, abs=1e-7)


def test_relations_by_hand():
    # Two tokens, one head; the student has width 1, the teacher width 4.
    student, teacher = [[1.0], [2.0]], [[1.0, 0.0, 0.0, 1.0], [0.0, 2.0, 0.0, 0.0]]

    def rows(vectors):
        width = len(vectors[0])
        dots = [[sum(a * b for a, b in zip(x, y, strict=True)) / math.sqrt(width) for y in vectors] for x in vectors]
        return [softmax(row) for row in dots]

    expected = sum(divergence(t, s) for t, s in zip(rows(teacher), rows(student), strict=True)) / 2
    assert relation_loss(torch.tensor([student]), torch.tensor([teacher]), 1).item() == pytest.approx(expected)


def test_padding_and_heads_change_nothing_else():
    generator = torch.Generator().manual_seed(0)
    student, teacher = (torch.randn(1, 3, width, generator=generator) for width in (8, 12))
    padded = [
        torch.cat([value, torch.randn(1, 2, value.shape[-1], generator=generator)], 1) for value in (student, teacher)
    ]
    mask = torch.tensor([[1, 1, 1, 0, 0]])
    assert relation_loss(*padded, 2, mask).item() == pytest.approx(relation_loss(student, teacher, 2).item())
    by_head = [
        relation_loss(student[..., i * 4 : i * 4 + 4], teacher[..., i * 6 : i * 6 + 6], 1).item() for i in (0, 1)
    ]
    assert relation_loss(student, teacher, 2).item() == pytest.approx(sum(by_head) / 2)
    assert [relation_heads(192, 320), relation_heads(312, 768), relation_heads(7, 9)] == [16, 12, 1]


@pytest.fixture
def teacher(pack, tokenizer_folder, tmp_path):
    task = tiny_task(tokenizer_folder, layers=2, hidden=48, heads=3)
    _, _, training = run(task, pack, tmp_path / "teacher-run")
    task.save(training.model, tmp_path / "teacher")
    return tmp_path / "teacher"


def test_the_mean_of_both_losses(pack, tokenizer_folder, teacher):
    task = tiny_task(tokenizer_folder)
    tokens, continues = pack.open().take(torch.arange(4).numpy())
    import numpy as np

    batch = task.batch(tokens, continues, np.random.default_rng(0))
    model = task.build().eval()

    def loss(**changes):
        distil = Distillation(teacher=str(teacher), **changes)
        return task.model_copy(update={"distil": distil}).loss(model, batch).item()

    true = task.loss(model, batch).item()
    assert loss(share=0, relations=0) == pytest.approx(true)
    soft = loss(share=1, relations=0)
    assert loss(share=0.25, relations=0) == pytest.approx(0.75 * true + 0.25 * soft)
    related = loss(share=0, relations=1) - true
    assert related > 0
    assert loss(share=0.25, relations=2) == pytest.approx(0.75 * true + 0.25 * soft + 2 * related, rel=1e-4)


def test_a_student_comes_nearer_to_its_teacher_and_resumes_exactly(pack, tokenizer_folder, teacher, tmp_path):
    from inkstone.components.errors import Cancelled

    settings = SETTINGS.model_copy(update={"steps": 12, "learning_rate": 3e-3})
    task = tiny_task(tokenizer_folder, distil=Distillation(teacher=str(teacher), share=1.0))
    whole, figures, reference = run(task, pack, tmp_path / "whole", settings)
    assert whole[12] < whole[1] and "held-out/masked_accuracy" in figures
    with pytest.raises(Cancelled):
        run(task, pack, tmp_path / "parts", settings, stop_after=5)
    rest, _, resumed = run(task, pack, tmp_path / "parts", settings)
    assert rest == {step: loss for step, loss in whole.items() if step > 5}
    state = resumed.model.state_dict()
    assert all(torch.equal(value, state[name]) for name, value in reference.model.state_dict().items())
    alone = task.model_copy(update={"distil": None})
    with pytest.raises(InkstoneError, match=r"other_settings.*distil"):
        run(alone, pack, tmp_path / "parts", settings)


def test_a_student_goes_on_from_its_own_weights(pack, tokenizer_folder, teacher, tmp_path):
    distil = Distillation(teacher=str(teacher))
    task = MaskedLanguageModel(encoder=str(teacher), length=32, shifted=0.5, distil=distil)
    assert task.positions() == 64
    losses, _, _ = run(task, pack, tmp_path / "run")
    assert len(losses) == SETTINGS.steps


def test_teachers_that_do_not_fit_are_refused(pack, tokenizer_folder, teacher, tmp_path):
    from tiny_models import tiny_encoder

    tiny_encoder(tmp_path / "strange")
    for distil, code in (
        (Distillation(teacher=str(tmp_path / "strange")), "other_teacher"),
        (Distillation(teacher=str(teacher), layer=9), "short_teacher"),
    ):
        with pytest.raises(InkstoneError, match=code):
            run(tiny_task(tokenizer_folder, distil=distil), pack, tmp_path / code)
