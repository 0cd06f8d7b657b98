"""Each loss against values computed by hand."""

import math

import pytest
import torch

from inkstone.components.nlp.fewshot.circle_loss import circle_loss
from inkstone.components.nlp.fewshot.label_words import Variant, Word
from inkstone.components.nlp.fewshot.prompt_classification import PromptClassification
from inkstone.components.nlp.fewshot.prompt_network import PromptNetwork
from inkstone.components.nlp.fewshot.sentence_pairs import SentencePairs


class Fixed(torch.nn.Module):
    """Gives the same output whatever it is asked."""

    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, **_inputs):
        return self.value


def test_words_of_different_lengths_are_compared_by_their_mean_log_probability():
    variants = [Variant(0, 1, (Word(0, (1,)), Word(1, (2,)))), Variant(0, 2, (Word(1, (3, 4)),))]
    network = PromptNetwork(torch.nn.Identity(), variants, 1, 2)
    chances = torch.full((1, 2, 2, 5), -9.0)
    chances[0, 0, 0, 1] = math.log(0.5)
    chances[0, 0, 0, 2] = math.log(0.2)
    chances[0, 1, 0, 3], chances[0, 1, 1, 4] = math.log(0.4), math.log(0.1)
    scores = network.read(chances)
    two_tokens = math.exp((math.log(0.4) + math.log(0.1)) / 2)
    assert two_tokens == pytest.approx(0.2)
    expected = [math.log(0.5), math.log((0.2 + 0.2) / 2)]
    assert scores[0, 0].tolist() == pytest.approx(expected, abs=1e-6)


def test_prompt_loss_is_the_mean_cross_entropy_over_patterns_and_rows():
    scores = torch.log(torch.tensor([[[0.8, 0.2], [0.4, 0.1]], [[0.3, 0.3], [0.1, 0.9]]]))
    loss = PromptClassification.loss(None, Fixed(scores), {"labels": torch.tensor([0, 1])})
    by_hand = -(math.log(0.8) + math.log(0.8) + math.log(0.5) + math.log(0.9)) / 4
    assert loss.item() == pytest.approx(by_hand, abs=1e-6)


def test_circle_loss_of_three_rows():
    # cosines: rows 0 and 1 (same class) 0.6; row 2 (other class) with 0: 0.0, with 1: 0.8
    features = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    m, g = 0.4, 2.0

    def pull(s):
        return -g * max(0.0, 1 + m - s) * (s - (1 - m))

    def push(s):
        return g * max(0.0, s + m) * (s - m)

    losses = circle_loss(features, torch.tensor([0, 0, 1]), margin=m, scale=g)
    first = math.log1p(math.exp(pull(0.6) + push(0.0)))
    second = math.log1p(math.exp(pull(0.6) + push(0.8)))
    assert pull(0.6) == pytest.approx(0.0)
    assert push(0.0) == pytest.approx(-0.32)
    assert push(0.8) == pytest.approx(0.96)
    assert losses.tolist() == pytest.approx([first, second, 0.0], abs=1e-5)


def test_circle_loss_sums_over_several_negatives_and_passes_no_gradient_through_its_weights():
    angle = torch.tensor(0.3, requires_grad=True)
    features = torch.stack(
        [
            torch.tensor([1.0, 0.0]),
            torch.stack([angle.cos(), angle.sin()]),
            torch.tensor([0.0, 1.0]),
            torch.tensor([-1.0, 0.0]),
        ]
    )
    m, g = 0.25, 4.0
    loss = circle_loss(features, torch.tensor([0, 0, 1, 1]), m, g)[0]
    s_p = math.cos(0.3)
    pulled = -g * (1 + m - s_p) * (s_p - (1 - m))
    pushed = math.log(math.exp(g * (0 + m) * (0 - m)) + math.exp(0.0))  # cosine -1: the weight max(0, -1 + m) is 0
    assert loss.item() == pytest.approx(math.log1p(math.exp(pulled + pushed)), abs=1e-5)
    loss.backward()
    sigmoid = 1 / (1 + math.exp(-(pulled + pushed)))
    assert angle.grad.item() == pytest.approx(sigmoid * -g * (1 + m - s_p) * -math.sin(0.3), abs=1e-5)


def test_contrastive_prompt_loss_adds_both_halves():
    from inkstone.components.nlp.fewshot.contrastive_prompt import ContrastivePrompt, ContrastivePromptSettings

    features = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    settings = ContrastivePromptSettings(
        encoder="", labels=("a", "b"), templates=("{text}{label}",), margin=0.4, scale=2.0, language_model_weight=0.5,
        contrastive_weight=2.0,
    )  # fmt: skip
    batch = {"labels": torch.tensor([0, 0, 1]), "input_ids": torch.zeros(3, 1, 1)}
    loss = ContrastivePrompt(settings).loss(Fixed((features, torch.tensor(3.0))), batch)
    contrast = (math.log1p(math.exp(-0.32)) + math.log1p(math.exp(0.96))) / 3
    assert loss.item() == pytest.approx(2.0 * contrast + 0.5 * 3.0, abs=1e-5)


def test_auxiliary_loss_is_the_cross_entropy_of_the_masked_tokens(bert):
    from inkstone.components.nlp.fewshot.contrastive_network import ContrastivePromptNetwork
    from inkstone.components.nlp.fewshot.language_model import load_language_model
    from inkstone.components.nlp.fewshot.prompted_encoder import PromptedEncoder

    model = load_language_model(bert).eval()
    network = ContrastivePromptNetwork(
        PromptedEncoder(model), width=32, classes=2, anchors=0, mask_id=4, mask_share=0.5
    )
    ids = torch.tensor([[2, 10, 11, 12, 3]])
    hidden = model.bert(ids)[0]
    logits = model(ids).logits
    by_hand = -(logits.log_softmax(-1)[0, 1, 7] + logits.log_softmax(-1)[0, 3, 9]) / 2
    assert network.guess(hidden[0, [1, 3]], torch.tensor([7, 9])).item() == pytest.approx(by_hand.item(), abs=1e-5)


def test_pair_loss_is_the_squared_distance_of_cosine_and_target():
    vectors = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 4.0], [0.0, 1.0]])  # first texts, then second texts
    loss = SentencePairs.loss(None, Fixed(vectors), {"labels": torch.tensor([1.0, 0.0])})
    assert loss.item() == pytest.approx(((0.6 - 1.0) ** 2 + (1.0 - 0.0) ** 2) / 2, abs=1e-6)
