"""Masks, padding, labels and loss of text classification."""

from pathlib import Path

import numpy as np
import pytest
import torch
from component_context import make_table
from tiny_models import pair_table, tiny_encoder, two_class_table

from inkstone.components.nlp.collation import NO_LABEL, pad
from inkstone.components.nlp.scratch import write_scratch_encoder
from inkstone.components.nlp.text_classification import Settings, TextClassification, balanced_weights

LABELS = ("广告", "正常")


def scratch_task(folder: Path, **changes: object) -> TextClassification:
    write_scratch_encoder(["加微信领红包 hello world", "今天天气很好 see you"] * 3, folder, width=16, max_length=64)
    return TextClassification(
        Settings.model_validate(
            {"encoder": str(folder), "labels": LABELS, "random_weights": True, "pooling": "mean"} | changes
        )
    )


def pretrained_task(folder: Path, **changes: object) -> TextClassification:
    return TextClassification(
        Settings.model_validate({"encoder": str(tiny_encoder(folder)), "labels": LABELS} | changes)
    )


@pytest.mark.parametrize("kind", [scratch_task, pretrained_task])
@pytest.mark.parametrize("pooling", ["first", "mean"])
def test_padding_never_changes_the_logits(tmp_path: Path, kind: object, pooling: str) -> None:
    torch.manual_seed(0)
    task = kind(tmp_path / "encoder", pooling=pooling)  # type: ignore[operator]
    model = task.build().eval()
    encoded = task.encode(["加微信", "今天天气很好 see you tomorrow 今天天气很好"])
    rows = [{"input_ids": ids} for ids in encoded["input_ids"]]
    together = task.predict(model, task.collate(rows))["logits"]
    alone = np.concatenate([task.predict(model, pad([row], 0, multiple=1))["logits"] for row in rows])
    wide = task.predict(model, pad(rows, 0, multiple=61))["logits"]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(together, wide, atol=1e-5)
    batch = task.collate(rows)
    batch["input_ids"][0][batch["attention_mask"][0] == 0] = 7  # whatever stands under the mask does not matter
    np.testing.assert_allclose(task.predict(model, batch)["logits"], together, atol=1e-5)


def test_the_weighted_loss_is_the_one_computed_by_hand(tmp_path: Path) -> None:
    task = pretrained_task(tmp_path / "encoder", weights=(3.0, 0.5))
    logits = torch.tensor([[1.0, 2.0], [0.5, -0.5], [0.0, 0.0]])
    batch = {
        "input_ids": torch.zeros(3, 1),
        "attention_mask": torch.ones(3, 1),
        "labels": torch.tensor([0, 1, NO_LABEL]),
    }
    loss = task.loss(lambda **_: logits, batch)  # type: ignore[arg-type]
    first = -np.log(np.exp(1) / (np.exp(1) + np.exp(2)))
    second = -np.log(np.exp(-0.5) / (np.exp(0.5) + np.exp(-0.5)))
    assert loss.item() == pytest.approx((3.0 * first + 0.5 * second) / 3, rel=1e-5)


def test_losses_of_shards_add_up_to_the_loss_of_the_batch(tmp_path: Path) -> None:
    task = pretrained_task(tmp_path / "encoder", weights=(3.0, 0.5))
    model = task.build().eval()
    rows = [
        {"input_ids": ids, "labels": number % 2}
        for number, ids in enumerate(task.encode(["好", "加微信", "天气"])["input_ids"])
    ]
    whole = task.loss(model, task.collate(rows)).item()
    shards = [task.loss(model, task.collate(part)).item() * len(part) for part in (rows[:1], rows[1:])]
    assert sum(shards) / 3 == pytest.approx(whole, rel=1e-5)


def test_balanced_weights_are_those_of_scikit_learn() -> None:
    from sklearn.utils.class_weight import compute_class_weight

    labels = ["a"] * 6 + ["b"] * 3 + ["c"]
    ours = balanced_weights({"a": 6, "b": 3, "c": 1}, ["a", "b", "c"])
    np.testing.assert_allclose(ours, compute_class_weight("balanced", classes=np.array(["a", "b", "c"]), y=labels))


def test_rows_without_a_label_are_left_out_and_unknown_classes_marked(tmp_path: Path) -> None:
    task = pretrained_task(tmp_path / "encoder")
    table = make_table(
        tmp_path / "table",
        {"t": ["好", None, "加微信", "天气"], "y": ["正常", "广告", None, "别的"]},
        {"text": "t", "label": "y"},
    )
    rows = task.prepare(table)
    assert rows["_row"][:] == [0, 1, 3]
    assert rows["labels"][:] == [1, 0, NO_LABEL]
    assert rows["length"][:] == [len(ids) for ids in rows["input_ids"][:]]


def test_texts_are_cut_to_the_maximum_length(tmp_path: Path) -> None:
    task = pretrained_task(tmp_path / "encoder", max_length=6)
    (ids,) = task.encode(["今天天气很好今天天气很好"])["input_ids"]
    assert len(ids) == 6


def test_pairs_are_encoded_with_two_segments(tmp_path: Path) -> None:
    task = pretrained_task(tmp_path / "encoder", labels=("different", "same"), pairs=True)
    rows = task.prepare(pair_table(tmp_path / "pairs"))
    assert set(rows[0]["token_type_ids"]) == {0, 1}
    model = task.build()
    assert task.loss(model, task.collate([rows[0], rows[1]])).isfinite()


def test_a_saved_model_gives_the_same_scores_after_loading(tmp_path: Path) -> None:
    torch.manual_seed(0)
    task = scratch_task(tmp_path / "encoder")
    model = task.build().eval()
    rows = task.prepare(two_class_table(tmp_path / "table", 6))
    before = task.predict(model, task.collate(list(rows)))["logits"]
    task.save(model, tmp_path / "model")
    loaded, network = TextClassification.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(network, loaded.collate(list(rows)))["logits"], before)


def test_the_task_survives_the_trip_to_a_worker(tmp_path: Path) -> None:
    task = pretrained_task(tmp_path / "encoder", weights=(1.0, 2.0), pairs=True)
    assert TextClassification.from_dict(task.to_dict()).settings == task.settings
