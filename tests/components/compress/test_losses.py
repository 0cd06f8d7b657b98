"""Losses of distillation against values computed by hand."""

import math

import pytest
import torch

from inkstone.components.nlp.compression import losses
from inkstone.components.nlp.compression.alignment import overlap


def test_soft_labels_at_a_temperature_by_hand() -> None:
    # Teacher (2 ln 3, 0) at T = 2 gives odds 3 : 1, the student (0, 0) gives 1 : 1.
    teacher, student = torch.tensor([[2 * math.log(3), 0.0]]), torch.zeros(1, 2)
    by_hand = 4 * (0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5))
    assert losses.soft_label_loss(student, teacher, 2.0).item() == pytest.approx(by_hand, abs=1e-6)


def test_soft_labels_equal_torch_s_divergence() -> None:
    torch.manual_seed(0)
    student, teacher = torch.randn(5, 3), torch.randn(5, 3)
    theirs = torch.nn.functional.kl_div(
        (student / 3).log_softmax(-1), (teacher / 3).log_softmax(-1), reduction="none", log_target=True
    )
    assert torch.allclose(losses.soft_label_loss(student, teacher, 3.0), 9 * theirs.sum(-1), atol=1e-6)


def test_labels_that_do_not_exclude_each_other_by_hand() -> None:
    # p = 3/4 against q = 1/2 for the first label, nothing to learn for the second.
    teacher, student = torch.tensor([[math.log(3), 0.0]]), torch.zeros(1, 2)
    by_hand = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    assert losses.soft_labels_loss(student, teacher, 1.0).item() == pytest.approx(by_hand, abs=1e-6)
    # At T = 2 of logits twice as large the distributions are the same, and the loss four times as much.
    assert losses.soft_labels_loss(student, 2 * teacher, 2.0).item() == pytest.approx(4 * by_hand, abs=1e-6)


def test_labels_equal_torch_s_cross_entropy_up_to_the_teacher_s_entropy() -> None:
    torch.manual_seed(0)
    student, teacher = torch.randn(4, 6), torch.randn(4, 6)
    chance = (teacher / 3).sigmoid()
    cross = torch.nn.functional.binary_cross_entropy_with_logits
    gap = cross(student / 3, chance, reduction="none") - cross(teacher / 3, chance, reduction="none")
    assert torch.allclose(losses.soft_labels_loss(student, teacher, 3.0), 9 * gap.sum(-1), atol=1e-6)


def test_tags_by_hand_leave_out_tokens_that_the_teacher_does_not_know() -> None:
    # First row: odds 3 : 1 against 1 : 1, then no difference, then a token to leave out; second row: nothing known.
    teacher = torch.tensor([[[2 * math.log(3), 0.0], [1.0, 1.0], [50.0, -50.0]], [[9.0, 0.0]] * 3])
    student, known = torch.zeros(2, 3, 2), torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    one = 4 * (0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5))
    assert losses.soft_tag_loss(student, teacher, known, 2.0).tolist() == [pytest.approx(one / 2, abs=1e-6), 0.0]


@pytest.mark.parametrize(
    ("mapping", "expected"), [("uniform", [3, 6, 9, 12]), ("last", [9, 10, 11, 12]), ("skip", [3, 6, 9, 12])]
)
def test_layers_of_a_twelve_layer_teacher(mapping, expected) -> None:
    assert [teacher + 1 for _, teacher in losses.layer_pairs(4, 12, mapping)] == expected


def test_skip_and_uniform_differ_where_layers_do_not_divide() -> None:
    assert [b + 1 for _, b in losses.layer_pairs(5, 12, "skip")] == [2, 4, 6, 8, 10]
    assert [b + 1 for _, b in losses.layer_pairs(5, 12, "uniform")] == [2, 5, 7, 10, 12]
    assert [b + 1 for _, b in losses.layer_pairs(4, 2, "last")] == [1, 1, 1, 2]


def test_hidden_states_by_hand_ignore_padding() -> None:
    student = torch.tensor([[[1.0, 2.0], [0.0, 0.0], [9.0, 9.0]]])
    teacher = torch.zeros(1, 3, 2)
    mask = torch.tensor([[1.0, 1.0, 0.0]])
    assert losses.hidden_loss(student, teacher, mask).tolist() == [pytest.approx((2.5 + 0.0) / 2)]


def test_attention_by_hand() -> None:
    student = torch.tensor([[[[1.0, 0.0], [0.5, 0.5]]]])
    teacher = torch.tensor([[[[0.0, 1.0], [0.5, 0.5]]]])
    assert losses.attention_loss(student, teacher, torch.ones(1, 2)).tolist() == [pytest.approx(2.0 / 2)]


def test_heads_that_differ_in_number_are_mixed_evenly_at_first() -> None:
    projections = losses.Projections(1, (4, 6), heads=(2, 3))
    weights = torch.rand(1, 2, 5, 5)
    mixed = projections.attention(0, weights)
    assert mixed.shape == (1, 3, 5, 5)
    assert torch.allclose(mixed[:, 0], weights.mean(1), atol=1e-6)


def test_tokens_meet_by_their_characters() -> None:
    # Student: [CLS] ab c [SEP]; teacher: [CLS] a bc [SEP].
    ours, theirs = ([0, 0, 2, 0], [0, 2, 3, 0]), ([0, 0, 1, 0], [0, 1, 3, 0])
    found = overlap([ours], [theirs], (5, 4))[0]
    assert found[0].tolist() == [1, 0, 0, 0]
    assert found[1].tolist() == [0, 0.5, 0.5, 0]
    assert found[2].tolist() == [0, 0, 1, 0]
    assert found[3:].sum() == 0
