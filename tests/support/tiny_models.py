"""Tiny real encoders and tables for tests."""

from pathlib import Path

from component_context import make_table

from inkstone.components.artifacts import Table

GOOD = ["今天天气很好", "这个产品不错", "明天一起吃饭吧", "谢谢你的帮助", "会议改到下午三点", "see you tomorrow"]
BAD = ["加微信领红包", "点击链接中大奖", "免费贷款秒批", "注册就送彩金", "高价回收账号", "click to win money"]
ENDS = ["", "啊", "呀！", "，真的", "。。。", " ok"]


def tiny_encoder(folder: Path, texts: list[str] | None = None, *, dropout: float = 0.0, layers: int = 1) -> Path:
    """Write a BERT of 16 units with random weights as safetensors, and its tokenizer."""
    import torch
    from transformers import AutoConfig, AutoModel

    from inkstone.components.nlp.scratch import NGRAM_KEY, write_scratch_encoder

    write_scratch_encoder(texts or [*GOOD, *BAD, *ENDS] * 2, folder, width=16, layers=layers, max_length=64)
    config = AutoConfig.from_pretrained(folder)
    delattr(config, NGRAM_KEY)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = dropout
    torch.manual_seed(0)
    AutoModel.from_config(config).save_pretrained(folder)
    return folder


def two_class_rows(count: int = 48) -> tuple[list[str], list[str]]:
    """Return texts and labels of two classes that even a tiny model can tell apart."""
    texts, labels = [], []
    for number in range(count):
        words, label = (GOOD, "正常") if number % 2 else (BAD, "广告")
        texts.append(words[number // 2 % len(words)] + ENDS[number // 12 % len(ENDS)])
        labels.append(label)
    return texts, labels


def two_class_table(folder: Path, count: int = 48) -> Table:
    """Write the rows of ``two_class_rows`` as a table."""
    texts, labels = two_class_rows(count)
    return make_table(folder, {"text": texts, "label": labels}, {"text": "text", "label": "label"})


def pair_table(folder: Path) -> Table:
    """Write a table of text pairs: same or different."""
    first = [GOOD[number % 6] for number in range(24)]
    second = [first[number] if number % 2 else BAD[number % 6] for number in range(24)]
    labels = ["same" if number % 2 else "different" for number in range(24)]
    roles = {"text": "a", "text_pair": "b", "label": "label"}
    return make_table(folder, {"a": first, "b": second, "label": labels}, roles)
