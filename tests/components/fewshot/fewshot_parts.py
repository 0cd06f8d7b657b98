"""Tiny checkpoints and rows for the few-shot tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inkstone.components.artifacts import Table
from inkstone.components.nlp.fewshot.folds import as_table
from inkstone.components.nlp.rows import TextRows

CHARACTERS = "好坏差很的这是条评价一般。，！总之不喜欢屏幕慢快手机物流服务态度满意失望与关于体育财经新闻股票球赛队"
WORDS = ["good", "bad", "great", "it", "was", "the", "film", "=", ",", ".", "topic", "a", "b", "##ly", "fine"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def write_bert(folder: Path, *, layers: int = 2, head: bool = True, seed: int = 0) -> Path:
    """Write a tiny random BERT with its tokenizer; without ``head`` it has no masked-language-model head."""
    import torch
    from transformers import BertConfig, BertForMaskedLM, BertModel, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = [*SPECIAL, *dict.fromkeys(CHARACTERS), *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"))
    tokenizer.save_pretrained(folder)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=layers, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=64,
    )  # fmt: skip
    (BertForMaskedLM if head else BertModel)(config).save_pretrained(folder)
    return folder


def rows_of(texts: Sequence[str], labels: Sequence[str] | None, pairs: Sequence[str] | None = None) -> TextRows:
    """Make rows by hand."""
    return TextRows(
        list(range(len(texts))), list(texts), list(pairs) if pairs else None, list(labels) if labels else None
    )


def table_of(folder: Path, texts: Sequence[str], labels: Sequence[str], pairs: Sequence[str] | None = None) -> Table:
    """Write a table by hand."""
    return as_table(rows_of(texts, labels, pairs), sorted(set(labels)), folder)


SMALL: Mapping[str, Any] = {"epochs": 2, "batch_size": 4, "max_length": 32, "folds": 0, "precision": "fp32"}
TEXTS = ["屏幕很好", "物流很快", "手机很慢", "服务很差", "很满意", "很失望", "喜欢", "不喜欢"]
LABELS = ["好评", "好评", "差评", "差评", "好评", "差评", "好评", "差评"]
