"""The loop: learns, resumes exactly, and refuses what does not fit."""

import json
from itertools import pairwise

import numpy as np
import pytest
import torch
from pretraining_runs import SETTINGS, run, tiny_task

from inkstone.components.errors import Cancelled, InkstoneError
from inkstone.components.nlp.masked_lm import MaskedLanguageModel
from inkstone.components.nlp.masking import Masking
from inkstone.components.nlp.packing import Packer
from inkstone.components.nlp.pretraining import (
    PretrainingSettings,
    checkpoints,
    learning_rate,
    rows_of_step,
)


@pytest.fixture
def task(tokenizer_folder):
    return tiny_task(tokenizer_folder, dropout=0.1, shifted=0.5)


def test_it_learns(task, pack, tmp_path):
    settings = SETTINGS.model_copy(update={"steps": 150, "learning_rate": 5e-3})
    easy = task.model_copy(update={"dropout": 0.0, "masking": Masking(unit="token"), "shifted": 0.0})
    losses, figures, _ = run(easy, pack, tmp_path, settings)
    assert losses[150] < losses[1] - 1
    assert figures["held-out/masked_accuracy"] > 0.05
    assert figures["held-out/perplexity"] == pytest.approx(np.exp(figures["held-out/loss"]))


def test_a_stopped_run_goes_on_with_the_same_losses(task, pack, tmp_path):
    whole, _, reference = run(task, pack, tmp_path / "whole")
    with pytest.raises(Cancelled):
        run(task, pack, tmp_path / "parts", stop_after=5)
    rest, _, resumed = run(task, pack, tmp_path / "parts")
    assert rest == {step: loss for step, loss in whole.items() if step > 5}
    for name, value in reference.model.state_dict().items():
        assert torch.equal(value, resumed.model.state_dict()[name]), name
    assert list(checkpoints(tmp_path / "parts")) and len(list(checkpoints(tmp_path / "parts"))) <= 2


def test_micro_batches_add_up_to_the_same_step(task, pack, tmp_path):
    plain = task.model_copy(update={"dropout": 0.0})
    one, _, _ = run(plain, pack, tmp_path / "one")
    four, _, _ = run(plain, pack, tmp_path / "four", SETTINGS.model_copy(update={"micro_batch_size": 2}))
    assert list(four.values()) == pytest.approx(list(one.values()), rel=1e-4)


def test_every_pass_sees_every_sequence_once_in_a_new_order():
    passes = [
        np.concatenate([rows_of_step(step, 40, SETTINGS) for step in steps]) for steps in (range(5), range(5, 10))
    ]
    assert [sorted(rows) for rows in passes] == [list(range(40))] * 2
    assert (passes[0] != passes[1]).any()


def test_the_rate_rises_stays_and_falls():
    settings = PretrainingSettings(steps=100, warmup_steps=10, decay_steps=20, learning_rate=1.0)
    rates = [learning_rate(step, settings) for step in range(100)]
    assert rates[0] == 0.1 and rates[9:80] == [1.0] * 71
    assert all(later < sooner for sooner, later in pairwise(rates[80:]))


def test_the_encoder_loads_without_remote_code(task, pack, tmp_path):
    from transformers import AutoModel, AutoModelForMaskedLM, AutoTokenizer

    _, _, training = run(task, pack, tmp_path / "run")
    task.save(training.model, tmp_path / "encoder")
    batch = AutoTokenizer.from_pretrained(tmp_path / "encoder")(["今天天气很好"], return_tensors="pt")
    model = AutoModelForMaskedLM.from_pretrained(tmp_path / "encoder")
    assert AutoModel.from_pretrained(tmp_path / "encoder")(**batch).last_hidden_state.shape[-1] == 32
    assert model.config.hidden_dropout_prob == 0.1
    training.model.eval()
    with torch.no_grad():
        assert torch.allclose(model.eval()(**batch).logits, training.model(**batch).logits, atol=1e-5)
    again = MaskedLanguageModel(encoder=str(tmp_path / "encoder"), length=32)
    losses, _, _ = run(again, pack, tmp_path / "continued")
    assert losses[1] < 7


def test_another_corpus_is_refused(task, pack, tokenizer, sentences, tmp_path):
    run(task, pack, tmp_path / "run")
    packer = Packer(tmp_path / "other", tokenizer, 32)
    packer.add(reversed(sentences))
    with pytest.raises(InkstoneError, match="other_corpus"):
        run(task, packer.close(), tmp_path / "run")


def test_other_settings_and_architectures_are_refused(task, pack, tmp_path):
    run(task, pack, tmp_path / "run")
    with pytest.raises(InkstoneError, match=r"other_settings.*learning_rate"):
        run(task, pack, tmp_path / "run", SETTINGS.model_copy(update={"learning_rate": 0.5}))
    longer, _, _ = run(task, pack, tmp_path / "run", SETTINGS.model_copy(update={"steps": 10}))
    assert list(longer) == [9, 10]


def test_a_checkpoint_of_another_architecture_is_refused(task, pack, tmp_path):
    from inkstone.components.nlp.model_io import load_weights, save_weights

    run(task, pack, tmp_path / "run")
    path = tmp_path / "run" / "checkpoint-00000008" / "state.safetensors"
    weights = load_weights(path)
    narrow = {
        name: value[:, :16] if name.endswith("word_embeddings.weight") else value for name, value in weights.items()
    }
    for changed in (narrow, {f"model.{name}": value for name, value in weights.items()}):
        save_weights(path, changed)
        with pytest.raises(InkstoneError, match="other_architecture"):
            run(task, pack, tmp_path / "run", SETTINGS.model_copy(update={"steps": 9}))


def test_one_line_and_a_strange_tokenizer_are_refused(task, pack, tokenizer, tmp_path):
    from inkstone.components.nlp.wordpiece import save_wordpiece

    packer = Packer(tmp_path / "one", tokenizer, 32)
    packer.add(["只有一行文字。"])
    with pytest.raises(InkstoneError, match="small_corpus"):
        run(task, packer.close(), tmp_path / "run")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "好"]
    save_wordpiece(pieces, tmp_path / "strange")
    with pytest.raises(InkstoneError, match="other_tokenizer"):
        run(task.model_copy(update={"encoder": str(tmp_path / "strange")}), pack, tmp_path / "run")


def test_a_checkpoint_of_an_older_version_resumes(task, pack, tmp_path):
    run(task, pack, tmp_path / "run")
    path = tmp_path / "run" / "checkpoint-00000008" / "state.json"
    state = json.loads(path.read_text("utf-8"))
    del state["task"]["distil"]
    del state["settings"]["weight_decay"]
    path.write_text(json.dumps(state), "utf-8")
    longer, _, _ = run(task, pack, tmp_path / "run", SETTINGS.model_copy(update={"steps": 9}))
    assert list(longer) == [9]
