"""``pretrain.tokenizer``: learns a WordPiece or byte-level BPE vocabulary from raw text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from inkstone.components.artifacts import Artifact, Encoder
from inkstone.components.pretrain.texts import TABLES, TextSource, passages
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import text


class Tokenizer(TextSource):
    """Parameters of ``pretrain.tokenizer``."""

    method: Literal["wordpiece", "bpe"] = param(
        "wordpiece",
        impact=1,
        title=text("方法", "Method"),
        help=text(
            "WordPiece：BERT 的方法，适合中文小词表；字节级 BPE：没有未知字，保留空格和大小写，生僻字会拆成几片。",
            "WordPiece is BERT's, good for small Chinese vocabularies; byte-level BPE knows every character, keeps spaces, and cuts"
            " rare characters into pieces.",
        ),
        choices={"wordpiece": text("WordPiece", "WordPiece"), "bpe": text("字节级 BPE", "Byte-level BPE")},
    )
    vocabulary: int = param(
        10_240,
        ge=64,
        le=200_000,
        impact=2,
        common=True,
        unit=text("个词元", "pieces"),
        title=text("词表大小", "Vocabulary"),
        help=text(
            "小编码器用小词表，把参数留给各层。语料不够时会报错并给出可用的大小。",
            "A small encoder takes a small vocabulary, which leaves weights to its layers. Too little text gives an error with"
            " the size it supports.",
        ),
    )
    characters: int | None = param(
        None,
        ge=16,
        le=100_000,
        impact=1,
        title=text("保留的单字数", "Characters"),
        help=text(
            "保留多少个不同的单字，常用的优先；留空为词表的三分之二。BPE 不用它。",
            "How many different single characters to keep, the most frequent first; empty keeps two thirds of the vocabulary."
            " BPE keeps all.",
        ),
    )
    min_frequency: int = param(
        2,
        ge=1,
        le=10_000,
        impact=1,
        title=text("最少次数", "Minimum count"),
        help=text("出现次数更少的词片不进词表。", "Pieces seen less often are not made."),
    )
    lowercase: bool = param(
        True,
        impact=1,
        title=text("统一小写", "Lower case"),
        help=text("把大写字母转为小写并去掉变音符号。", "Folds capital letters and strips accents."),
    )


SPEC = Component(
    id="pretrain.tokenizer",
    title=text("学习词表", "Learn a vocabulary"),
    summary=text(
        "从语料学习 WordPiece 或 BPE 词表：中文按字，拉丁文按词片。",
        "Learns a WordPiece or BPE vocabulary from text: Chinese by character, Latin words by pieces.",
    ),
    inputs=(TABLES,),
    outputs=(Port(name="tokenizer", type=PortType.ENCODER, title=text("分词器", "Tokenizer")),),
    params=Tokenizer,
    keywords=("WordPiece", "vocabulary", "词表", "分词器", "BPE"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Tokenizer) -> Mapping[str, Artifact]:
    """Learn the vocabulary and write the tokenizer's files, without weights."""
    folder = ctx.output("tokenizer")
    pieces = (_wordpiece if params.method == "wordpiece" else _bytepair)(ctx, inputs, params, folder)
    ctx.log(text(f"词表有 {pieces} 个词元", f"The vocabulary has {pieces} pieces"))
    return {"tokenizer": Encoder(folder)}


def _wordpiece(ctx: Context, inputs: Mapping[str, Any], params: Tokenizer, folder: Path) -> int:
    from inkstone.components.nlp.wordpiece import learn_wordpiece, save_wordpiece

    vocabulary = learn_wordpiece(
        lambda: passages(ctx, inputs, params),
        params.vocabulary,
        characters=params.characters,
        min_frequency=params.min_frequency,
        lowercase=params.lowercase,
    )
    ctx.check_cancelled()
    save_wordpiece(vocabulary, folder, lowercase=params.lowercase)
    return len(vocabulary)


def _bytepair(ctx: Context, inputs: Mapping[str, Any], params: Tokenizer, folder: Path) -> int:
    from inkstone.components.nlp.bytepair import learn_bytepair, save_bytepair

    learned = learn_bytepair(
        lambda: passages(ctx, inputs, params),
        params.vocabulary,
        min_frequency=params.min_frequency,
        lowercase=params.lowercase,
    )
    ctx.check_cancelled()
    save_bytepair(learned, folder)
    return int(learned.get_vocab_size())
