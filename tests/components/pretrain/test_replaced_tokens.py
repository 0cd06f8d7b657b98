"""Replaced-token detection: the loss by hand, what is shared, and the loop."""

import numpy as np
import pytest
import torch
from pretraining_runs import SETTINGS, run, tiny_task

from inkstone.components.errors import Cancelled
from inkstone.components.nlp.guessing import IGNORED
from inkstone.components.nlp.replaced_tokens import ReplacedTokenDetection
from inkstone.components.nlp.replaced_tokens_model import DisentangledEmbedding, draw


@pytest.fixture
def task(tokenizer_folder):
    return tiny_task(tokenizer_folder, ReplacedTokenDetection, layers=2)


@pytest.fixture
def batch(task, pack):
    tokens, continues = pack.open().take(np.arange(6))
    return task.batch(tokens, continues, np.random.default_rng(0))


def test_the_loss_by_hand(task, batch):
    model = task.build().eval()
    torch.manual_seed(3)
    found = model(**batch)
    torch.manual_seed(3)
    loss = task.loss(model, batch).item()
    chances = torch.sigmoid(found.scores)
    right = torch.where(found.replaced, chances, 1 - chances)
    guessed = torch.log_softmax(found.logits, -1)[torch.arange(len(found.labels)), found.labels]
    assert loss == pytest.approx((-guessed.mean() - 50 * right.log().mean()).item(), rel=1e-5)


def test_only_masked_places_are_replaced_and_a_true_draw_is_no_replacement(task, batch):
    model = task.build().eval()
    masked = batch["labels"] != IGNORED
    assert (batch["input_ids"][masked] == task.tokenizer().mask_token_id).all()
    found = model(**batch)
    assert not found.replaced[~masked].any() and found.replaced[masked].float().mean() > 0.9
    with torch.no_grad():  # a generator that always knows the token
        bias = model.generator.cls.predictions.bias
        bias.zero_()
        bias[batch["labels"][masked][0]] = 1e4
    one = {name: value.clone() for name, value in batch.items()}
    one["labels"][masked] = batch["labels"][masked][0]
    assert not model(**one).replaced.any()


def test_draws_follow_the_softmax():
    logits = torch.log(torch.tensor([0.7, 0.2, 0.1])).expand(20_000, 3)
    drawn = draw(logits, torch.Generator().manual_seed(0))
    shares = torch.bincount(drawn, minlength=3) / len(drawn)
    assert shares.tolist() == pytest.approx([0.7, 0.2, 0.1], abs=0.015)


@pytest.mark.parametrize("sharing", ["tied", "disentangled", "none"])
def test_what_is_shared(task, batch, sharing):
    model = task.model_copy(update={"sharing": sharing}).build()
    inner = model.generator.bert.embeddings.word_embeddings
    outer = model.encoder.embeddings.word_embeddings
    assert model.generator.cls.predictions.decoder.weight is inner.weight
    assert len(model.generator.bert.encoder.layer) == 1 and len(model.encoder.encoder.layer) == 2
    found = model(**batch)
    (found.scores**2).sum().backward()
    moved = inner.weight.grad is not None and bool(inner.weight.grad.abs().sum() > 0)
    assert moved == (sharing == "tied")
    if sharing == "disentangled":
        assert isinstance(outer, DisentangledEmbedding) and outer.difference.grad.abs().sum() > 0
    assert (outer is inner) == (sharing == "tied")


@pytest.mark.parametrize("sharing", ["tied", "disentangled"])
def test_it_learns_resumes_exactly_and_is_saved_as_an_ordinary_encoder(task, pack, tmp_path, sharing):
    from transformers import AutoModel, AutoTokenizer

    task = task.model_copy(update={"sharing": sharing, "dropout": 0.1})
    settings = SETTINGS.model_copy(update={"steps": 12, "learning_rate": 3e-3})
    whole, figures, reference = run(task, pack, tmp_path / "whole", settings)
    assert whole[12] < whole[1]
    assert 0 <= figures["held-out/detection_recall"] <= 1 and 0 < figures["held-out/replaced_share"] < 0.2
    with pytest.raises(Cancelled):
        run(task, pack, tmp_path / "parts", settings, stop_after=5)
    rest, again, _ = run(task, pack, tmp_path / "parts", settings)
    assert rest == {step: loss for step, loss in whole.items() if step > 5} and again == figures
    task.save(reference.model, tmp_path / "encoder")
    words = AutoTokenizer.from_pretrained(tmp_path / "encoder")(["今天天气很好"], return_tensors="pt")
    loaded = AutoModel.from_pretrained(tmp_path / "encoder", add_pooling_layer=False).eval()
    with torch.no_grad():
        expected = reference.model.eval().encoder(**words)[0]
        assert torch.allclose(loaded(**words)[0], expected, atol=1e-5)


def test_it_goes_on_from_an_encoder(task, pack, tokenizer_folder, tmp_path):
    plain = tiny_task(tokenizer_folder, layers=2)
    _, _, training = run(plain, pack, tmp_path / "plain")
    plain.save(training.model, tmp_path / "encoder")
    further = ReplacedTokenDetection(encoder=str(tmp_path / "encoder"), length=32)
    model = further.build()
    name = "encoder.layer.1.output.dense.weight"
    assert torch.equal(model.encoder.state_dict()[name], training.model.bert.state_dict()[name])
