"""``pretrain.corpus``: packs raw text into full token sequences, without duplicates and without evaluation texts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact, Corpus, Report
from inkstone.components.pretrain.texts import TABLES, TextSource, passages, table_texts
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.nlp.packing import Pack

TOKENIZER = "tokenizer"
"""Subfolder of a corpus that keeps the tokenizer it was packed with."""


class PackCorpus(TextSource):
    """Parameters of ``pretrain.corpus``."""

    encoder: str | None = param(
        None,
        kind="encoder",
        impact=2,
        common=True,
        max_length=500,
        title=text("编码器", "Encoder"),
        help=text(
            "要继续预训练的编码器，语料用它的分词器打包。训练新编码器时留空，并连接“学习词表”。",
            "The encoder to continue; the corpus is packed with its tokenizer. Empty for a new one: connect Learn a vocabulary.",
        ),
    )
    length: int = param(
        128,
        ge=16,
        le=4096,
        impact=2,
        common=True,
        unit=text("词元", "tokens"),
        title=text("序列长度", "Sequence length"),
        help=text(
            "每个训练序列的长度，短文本会拼满。",
            "Length of a training sequence; short passages share one until it is full.",
        ),
    )
    held_out_share: float = param(
        0.01,
        ge=0.001,
        le=0.5,
        impact=1,
        common=True,
        title=text("留出比例", "Held-out share"),
        help=text("留出多少文本，用来衡量困惑度。", "Share of the passages kept aside to measure perplexity."),
    )
    drop_duplicates: bool = param(
        True,
        impact=1,
        title=text("去掉重复", "Drop duplicates"),
        help=text("标点和大小写之外相同的段落只留一份。", "Passages equal but for punctuation and case are kept once."),
    )
    similarity: float = param(
        0.7,
        ge=0.3,
        le=1.0,
        impact=1,
        title=text("近似阈值", "Similarity"),
        help=text(
            "与评测文本的相似度达到多少就去掉（三字片段的 Jaccard 系数）。",
            "How close to an evaluation text a passage must be to be left out (Jaccard similarity of three-letter shingles).",
        ),
    )


SPEC = Component(
    id="pretrain.corpus",
    title=text("打包语料", "Pack a corpus"),
    summary=text(
        "清除重复和评测文本，分词并拼成满长的序列，供预训练使用。",
        "Drops duplicates and evaluation texts, tokenises, and packs full sequences for pre-training.",
    ),
    inputs=(
        TABLES,
        Port(name="tokenizer", type=PortType.ENCODER, title=text("分词器", "Tokenizer"), optional=True),
        Port(name="evaluation", type=PortType.TABLE, title=text("评测集", "Evaluation"), optional=True, many=True),
    ),
    outputs=(
        Port(name="corpus", type=PortType.CORPUS, title=text("语料", "Corpus")),
        Port(name="held_out", type=PortType.CORPUS, title=text("留出语料", "Held out"), optional=True),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=PackCorpus,
    keywords=("corpus", "语料", "去重", "packing", "deduplicate", "预训练"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: PackCorpus) -> Mapping[str, Artifact]:
    """Pack the texts; a fixed share of them, chosen by their content, is kept aside."""
    from inkstone.components.nlp.model_io import load_tokenizer
    from inkstone.components.nlp.packing import Packer

    tokenizer = load_tokenizer(_tokenizer_folder(ctx, inputs, params))
    packers = {name: Packer(ctx.output(name), tokenizer, params.length) for name in ("corpus", "held_out")}
    counts: Counter[str] = Counter()
    aside: list[str] = []
    kept = _kept(ctx, inputs, params, counts)
    packers["corpus"].add(passage for passage in kept if not _set_aside(passage, params.held_out_share, aside))
    packers["held_out"].add(aside)
    pack = packers["corpus"].close()
    tokenizer.save_pretrained(pack.path / TOKENIZER)
    outputs: dict[str, Artifact] = {"corpus": Corpus(pack.path)}
    if aside:
        outputs["held_out"] = Corpus(packers["held_out"].close().path)
    outputs["report"] = Report.write(ctx.output("report"), _report(counts, pack, len(aside)))
    return outputs


def _tokenizer_folder(ctx: Context, inputs: Mapping[str, Any], params: PackCorpus) -> Path:
    from inkstone.components.nlp.pretraining_errors import NO_TOKENIZER

    if "tokenizer" in inputs:
        return Path(inputs["tokenizer"].path)
    if params.encoder is None:
        raise NO_TOKENIZER(at="encoder")
    return ctx.encoder(params.encoder)


def _kept(ctx: Context, inputs: Mapping[str, Any], params: PackCorpus, counts: "Counter[str]") -> Iterator[str]:
    from inkstone.components.nlp.duplicates import KnownTexts, text_key

    known = KnownTexts(threshold=params.similarity)
    for table in inputs.get("evaluation") or []:
        known.add(table_texts(table))
    seen: set[bytes] = set()
    for passage in passages(ctx, inputs, params):
        counts["read"] += 1
        key = text_key(passage)
        match = known.match(passage) if len(known) else None
        if params.drop_duplicates and key in seen:
            counts["duplicate"] += 1
        elif match is not None:
            counts[match] += 1
        else:
            seen.add(key)
            yield passage


def _set_aside(passage: str, share: float, aside: list[str]) -> bool:
    from inkstone.components.nlp.duplicates import text_key

    if int.from_bytes(text_key(passage)[-4:], "big") >= share * 2**32:
        return False
    aside.append(passage)
    return True


def _report(counts: Mapping[str, int], pack: "Pack", aside: int) -> dict[str, Any]:
    info = pack.info
    facts: list[tuple[Text, int]] = [
        (text("读入段落", "Passages read"), counts.get("read", 0)),
        (text("重复", "Duplicates"), counts.get("duplicate", 0)),
        (text("与评测文本相同", "Equal to an evaluation text"), counts.get("exact", 0)),
        (text("与评测文本近似", "Close to an evaluation text"), counts.get("near", 0)),
        (text("含有评测文本", "Quoting an evaluation text"), counts.get("contained", 0)),
        (text("留出段落", "Passages held out"), aside),
        (text("训练段落", "Training passages"), info.passages),
        (text("训练词元", "Training tokens"), info.tokens),
        (text("序列", "Sequences"), info.rows),
    ]
    section = {
        "title": text("打包结果", "What was packed").model_dump(),
        "kind": "facts",
        "facts": [[name.model_dump(), value] for name, value in facts],
    }
    return {"title": text("语料", "Corpus").model_dump(), "sections": [section]}
