"""Training: best checkpoint, early stop, cancel, resume, continue, accumulation."""

import json
from pathlib import Path
from typing import Any

import pytest

from inkstone.backend.runtime.reporter import Reporter
from inkstone.components.artifacts import content_hash
from inkstone.components.errors import Cancelled, InkstoneError
from inkstone.components.nlp import model_io


def values(result: Any, name: str) -> list[float]:
    return [item["value"] for item in result.history if item["name"] == name]


def events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in sorted((folder / "spool").glob("*")) for line in file.read_text().splitlines()]


class StopsAfter(Reporter):
    """Asks for a stop once ``steps`` losses were reported, as a user who clicks *Stop*."""

    def metric(self, name: str, value: float, step: int = 0, epoch: float | None = None) -> None:
        super().metric(name, value, step, epoch)
        if name == "train/loss" and step == STOP_AT:
            (self.run_folder / "stop").touch()


STOP_AT = 4


def test_the_best_checkpoint_is_saved_and_the_curves_reported(train: Any, tmp_path: Path) -> None:
    result = train("node", epochs=3)
    assert result.epochs == 3
    assert result.steps == 9
    scores = values(result, "dev/macro_f1")
    assert result.best["macro_f1"] == max(scores)
    assert result.best_epoch == scores.index(max(scores)) + 1
    assert len(values(result, "train/loss")) == len(values(result, "train/learning_rate")) == 9
    assert model_io.verify(result.folder).task == "text_classification"
    seen = events(tmp_path / "node-run")
    assert {item["name"] for item in seen if item["kind"] == "metric"} >= {"train/loss", "dev/macro_f1", "dev/loss"}
    progress = [item for item in seen if item["kind"] == "progress"]
    assert (progress[-1]["done"], progress[-1]["total"]) == (9, 9)


def test_the_same_seed_gives_the_same_model_and_another_seed_another(train: Any) -> None:
    first, again, other = train("a"), train("b"), train("c", seed=1)
    assert content_hash(first.folder) == content_hash(again.folder)
    assert content_hash(first.folder) != content_hash(other.folder)


def test_small_pieces_give_the_curve_of_whole_batches(train: Any) -> None:
    whole = train("whole", dropout=0)
    pieces = train("pieces", dropout=0, micro_batch_size=5)
    assert values(whole, "train/loss") == pytest.approx(values(pieces, "train/loss"), rel=1e-4)
    assert values(whole, "dev/loss") == pytest.approx(values(pieces, "dev/loss"), rel=1e-4)


def test_a_stop_keeps_a_checkpoint_and_resuming_gives_the_uninterrupted_result(train: Any, tmp_path: Path) -> None:
    uninterrupted = train("whole", epochs=3)
    with pytest.raises(Cancelled):
        train("node", epochs=3, reporter=StopsAfter(tmp_path / "run", "train"))
    (tmp_path / "run" / "stop").unlink()
    resumed = train("node", epochs=3, reporter=Reporter(tmp_path / "run", "train"))
    assert any(
        "checkpoint-5" in item.get("message", {}).get("en", "")
        for item in events(tmp_path / "run")
        if item["kind"] == "log"
    )
    assert values(resumed, "train/loss") == pytest.approx(values(uninterrupted, "train/loss"), abs=1e-6)
    assert values(resumed, "dev/loss") == pytest.approx(values(uninterrupted, "dev/loss"), abs=1e-6)
    assert content_hash(resumed.folder) == content_hash(uninterrupted.folder)


def test_a_finished_training_is_not_repeated(train: Any) -> None:
    first = train("node")
    again = train("node")
    assert again == first


def test_other_settings_start_afresh(train: Any) -> None:
    train("node")
    other = train("node", learning_rate=1e-4)
    assert values(other, "train/learning_rate")[0] < 1e-4
    assert other.steps == 6


def test_a_changed_checkpoint_is_refused(train: Any, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        train("node", epochs=3, reporter=StopsAfter(tmp_path / "run", "train"))
    (tmp_path / "run" / "stop").unlink()
    state = tmp_path / "node" / "checkpoints" / "checkpoint-5" / "optimizer.pt"
    state.write_bytes(state.read_bytes() + b"x")
    with pytest.raises(InkstoneError) as caught:
        train("node", epochs=3)
    assert caught.value.code == "train.foreign_checkpoint"


def test_a_half_written_checkpoint_counts_as_absent(train: Any, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        train("node", epochs=3, reporter=StopsAfter(tmp_path / "run", "train"))
    (tmp_path / "run" / "stop").unlink()
    (tmp_path / "node" / "checkpoints" / "checkpoint-5" / "manifest.json").unlink()
    resumed = train("node", epochs=3)
    assert resumed.steps == 9


def test_training_stops_early_without_improvement(train: Any) -> None:
    result = train("node", epochs=30, patience=2, learning_rate=1e-7)
    assert result.epochs == pytest.approx(3)
    assert result.best_epoch == 1


def test_a_lower_loss_is_better(train: Any) -> None:
    result = train("node", epochs=3, metric="loss", greater_is_better=False)
    assert result.best["loss"] == min(values(result, "dev/loss"))


def test_more_epochs_go_on_from_the_weights_and_count_on(train: Any, tmp_path: Path) -> None:
    first = train("first", epochs=2)
    more = train("more", epochs=1, continue_from=tmp_path / "first")
    assert more.epochs == 3
    assert more.steps == 9
    assert values(more, "train/loss")[: len(values(first, "train/loss"))] == values(first, "train/loss")
    assert more.best["macro_f1"] >= first.best["macro_f1"]
    last = [item for item in more.history if item["name"] == "train/loss"][-1]
    assert (last["step"], last["epoch"]) == (9, 3)


def test_a_continued_training_that_gets_worse_keeps_the_earlier_best(train: Any, tmp_path: Path) -> None:
    first = train("first", epochs=8, metric="loss", greater_is_better=False)
    more = train(
        "more", epochs=1, learning_rate=0.5, metric="loss", greater_is_better=False, continue_from=tmp_path / "first"
    )
    assert more.best == first.best
    assert content_hash(more.folder / "model.safetensors") == content_hash(first.folder / "model.safetensors")


def test_without_dev_rows_the_last_checkpoint_is_the_model(train: Any) -> None:
    result = train("node", dev=False, patience=1)
    assert result.best == {}
    assert result.best_epoch == result.epochs == 2
    assert not values(result, "dev/macro_f1")


def test_several_dev_passes_an_epoch_and_part_of_an_epoch(train: Any) -> None:
    result = train("node", epochs=1.34, evals_per_epoch=3)
    assert result.steps == 5
    assert len(values(result, "dev/macro_f1")) == 5


def test_layerwise_rates_fall_towards_the_embeddings(train: Any) -> None:
    from inkstone.backend.runtime.training.layers import layerwise_groups
    from inkstone.components.nlp.fitting import FitSettings
    from inkstone.components.nlp.text_classification import TextClassification

    result = train("node", layerwise_decay=0.5)
    model = TextClassification.load(result.folder)[1]
    rates = {
        id(p): g["lr"]
        for g in layerwise_groups(model, FitSettings(learning_rate=0.8, layerwise_decay=0.5, head_rate=2.0), set())
        for p in g["params"]
    }
    named = {name: rates[id(parameter)] for name, parameter in model.named_parameters()}
    assert named["head.weight"] == 1.6
    assert named["encoder.encoder.layer.0.output.dense.weight"] == 0.4
    assert named["encoder.embeddings.word_embeddings.weight"] == pytest.approx(0.2)


def test_an_unknown_metric_names_the_known_ones(train: Any) -> None:
    with pytest.raises(InkstoneError, match="macro_f1"):
        train("node", metric="no_such")


def test_a_loss_that_is_no_number_ends_with_advice(train: Any) -> None:
    with pytest.raises(InkstoneError) as caught:
        train("node", epochs=20, learning_rate=1e30, max_grad_norm=1e30)
    assert caught.value.code == "train.diverged"


def test_bf16_follows_the_curve_of_fp32(train: Any) -> None:
    exact, half = train("exact", dropout=0), train("half", dropout=0, precision="bf16")
    assert values(half, "train/loss") == pytest.approx(values(exact, "train/loss"), rel=0.05)
    assert values(half, "train/loss") != values(exact, "train/loss")


def test_on_a_processor_attention_with_dropout_is_plain_products_with_the_same_result() -> None:
    import torch
    from transformers import BertConfig, BertModel

    from inkstone.backend.runtime.training.hardware import choose_attention

    shape = {
        "vocab_size": 50,
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
    }
    ids = torch.arange(5, 29).reshape(3, 8)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    for dropout, wanted in ((0.1, "eager"), (0.0, "sdpa")):
        model = BertModel(BertConfig(**shape, attention_probs_dropout_prob=dropout)).eval()
        before = model(input_ids=ids, attention_mask=mask)[0]
        choose_attention(model, gpu=False)
        assert model.config._attn_implementation == wanted
        after = model(input_ids=ids, attention_mask=mask)[0]
        assert torch.allclose(before[mask.bool()], after[mask.bool()], atol=1e-5)
