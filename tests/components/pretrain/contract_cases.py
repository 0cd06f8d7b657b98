"""Tiny cases of the components of this folder, see the contract suite."""

from functools import cache
from pathlib import Path
from typing import Any

from component_context import ComponentContext

from inkstone.components.artifacts import Encoder

LINES = "\n".join(f"今天天气很好，我们去公园散步第{number}次 the weather is fine" for number in range(300))


@cache
def _made(root: Path, bench: Any) -> dict[str, Any]:
    context = ComponentContext(root / "pretrain", sources=bench.sources)
    source = bench.file("passages.txt", LINES)
    tokenizer = context.run("pretrain.tokenizer", source=source, vocabulary=64, characters=40)["tokenizer"]
    corpus = context.run("pretrain.corpus", {"tokenizer": tokenizer}, source=source, length=32, held_out_share=0.1)
    return {"tokenizer": tokenizer, **corpus}


def _tokenizer(bench: Any) -> Any:
    return {}, {"source": bench.file("passages.txt", LINES), "vocabulary": 64, "characters": 40}


def _corpus(bench: Any) -> Any:
    tokenizer = _made(bench.root, bench)["tokenizer"]
    return {"tables": [bench.table], "tokenizer": tokenizer, "evaluation": [bench.table]}, {
        "source": bench.file("passages.txt", LINES),
        "length": 32,
    }


def _masked_lm(bench: Any) -> Any:
    made = _made(bench.root, bench)
    return {"corpus": made["corpus"], "held_out": made["held_out"]}, {
        "epochs": 0.2,
        "batch_size": 16,
        "evals_per_epoch": 1,
    }


def _keep_encoder(bench: Any) -> Any:
    return {"encoder": Encoder(Path(bench.encoder))}, {"name": "kept", "replace": True}


CASES = {
    "pretrain.tokenizer": _tokenizer,
    "pretrain.corpus": _corpus,
    "pretrain.masked_lm": _masked_lm,
    "pretrain.keep_encoder": _keep_encoder,
}
