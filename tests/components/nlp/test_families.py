"""Every architecture family of the zoo loads, takes a training step, is saved, and loads again."""

from pathlib import Path
from typing import Any

import pytest
import torch

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.masked_lm import MaskedLanguageModel
from inkstone.components.nlp.text_classification import Settings, TextClassification
from inkstone.components.nlp.wordpiece import learn_wordpiece, save_wordpiece

SMALL = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
FAMILIES: dict[str, dict[str, Any]] = {
    "bert": SMALL,
    "roberta": SMALL | {"max_position_embeddings": 80},
    "albert": SMALL | {"embedding_size": 8},
    "electra": SMALL | {"embedding_size": 8},
    "ernie": SMALL,
    "xlnet": {"d_model": 16, "n_layer": 2, "n_head": 2, "d_inner": 32},
    "deberta-v2": SMALL | {"relative_attention": True, "pos_att_type": ["p2c", "c2p"], "position_buckets": 16},
    "modernbert": SMALL | {"global_attn_every_n_layers": 2, "local_attention": 16},
    "t5": {"d_model": 16, "num_layers": 2, "num_heads": 2, "d_kv": 8, "d_ff": 32},
}
TEXTS = ["今天天气很好", "点击链接领红包", "see you tomorrow", "click to win"] * 4


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tokenizer")
    save_wordpiece(learn_wordpiece(lambda: TEXTS, 64, characters=40, exact_size=False), folder, max_length=64)
    return folder


def checkpoint(family: str, tokenizer: Path, folder: Path, kind: str = "AutoModel") -> Path:
    """Write a checkpoint with random weights, as it would lie on the hub."""
    import transformers

    loaded = transformers.AutoTokenizer.from_pretrained(tokenizer)
    special = {"pad_token_id": 0, "cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2, "eos_token_id": 3}
    config = transformers.AutoConfig.for_model(family, vocab_size=len(loaded), **special, **FAMILIES[family])
    torch.manual_seed(0)
    getattr(transformers, kind).from_config(config).save_pretrained(folder)
    loaded.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_trains_and_comes_back(family: str, tokenizer: Path, tmp_path: Path) -> None:
    folder = checkpoint(family, tokenizer, tmp_path / "encoder")
    task = TextClassification(Settings(encoder=str(folder), labels=("正常", "广告"), max_length=32, dropout=0.0))
    model = task.build()
    encoded = task.encode(TEXTS[:4])["input_ids"]
    batch = task.collate(
        [{"input_ids": ids, "labels": label} for ids, label in zip(encoded, (0, 1, 0, 1), strict=True)]
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    losses = []
    for _ in range(8):
        loss = task.loss(model, batch)
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    assert losses[-1] < losses[0]
    model.eval()
    expected = torch.softmax(torch.from_numpy(task.predict(model, batch)["logits"]), dim=-1)
    task.save(model, tmp_path / "model")
    for scored, scores in zip(load_model(tmp_path / "model").predict(TEXTS[:4]), expected, strict=True):
        assert {item.label: item.score for item in scored}["广告"] == pytest.approx(float(scores[1]), abs=1e-4)


@pytest.mark.parametrize("family", ["bert", "roberta", "albert", "electra", "ernie", "modernbert", "deberta-v2"])
def test_a_family_goes_on_with_pretraining(family: str, tokenizer: Path, tmp_path: Path) -> None:
    folder = checkpoint(family, tokenizer, tmp_path / "encoder", "AutoModelForMaskedLM")
    task = MaskedLanguageModel(encoder=str(folder), length=32)
    model = task.build()
    vocabulary = len(task.tokenizer())
    flagged = torch.randint(5, vocabulary, (4, 16)).numpy().astype("uint16")
    batch = task.collate([{"tokens": row} for row in flagged])
    loss = task.loss(model, batch)
    loss.backward()
    whole = model.eval()(**{name: value for name, value in batch.items() if name != "labels"}).logits
    expected = torch.nn.functional.cross_entropy(whole.flatten(0, 1), batch["labels"].flatten())
    assert float(task.loss(model, batch)) == pytest.approx(float(expected), rel=1e-4)
    task.save(model, tmp_path / "again")
    assert MaskedLanguageModel(encoder=str(tmp_path / "again")).build() is not None


def test_a_family_without_a_head_for_guessing_is_refused(tokenizer: Path, tmp_path: Path) -> None:
    folder = checkpoint("t5", tokenizer, tmp_path / "encoder")
    with pytest.raises(InkstoneError, match="other_architecture"):
        MaskedLanguageModel(encoder=str(folder)).build()
