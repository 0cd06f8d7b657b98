"""Drops the pieces of a WordPiece vocabulary that no text at hand uses; texts at hand are cut into the same pieces as before."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.nlp.compression.errors import UNSUPPORTED

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

TOKENIZER = "tokenizer.json"


def used_pieces(tokenizer: "PreTrainedTokenizerBase", texts: Iterable[str], least: int) -> list[int]:
    """Return the numbers of the pieces that occur ``least`` times or more, and of all special tokens, in their order."""
    counts: Counter[int] = Counter()
    waiting: list[str] = []
    for item in texts:
        waiting.append(item)
        if len(waiting) == 1_000:
            _count(tokenizer, waiting, counts)
            waiting = []
    if waiting:
        _count(tokenizer, waiting, counts)
    special = set(tokenizer.all_special_ids)
    return sorted(special | {number for number, count in counts.items() if count >= least})


def _count(tokenizer: "PreTrainedTokenizerBase", texts: list[str], counts: Counter[int]) -> None:
    for ids in tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"]:
        counts.update(ids)


def reduce_tokenizer(folder: Path, kept: list[int]) -> dict[int, int]:
    """Rewrite the tokenizer in a folder so that it has the kept pieces alone, numbered anew.

    Removing pieces never lengthens a match, so greedy longest-match finds the same pieces wherever all of them were kept.

    Returns:
        Old number to new number.

    Raises:
        InkstoneError: ``compress.unsupported_model`` for other kinds of tokenizers.
    """
    path = folder / TOKENIZER
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    kind = data["model"].get("type")
    if kind != "WordPiece":
        raise UNSUPPORTED(kind=f"tokenizer {kind}", supported="WordPiece", at="vocabulary")
    numbers = {old: new for new, old in enumerate(kept)}
    pieces = {number: piece for piece, number in data["model"]["vocab"].items()}
    data["model"]["vocab"] = {pieces[old]: new for old, new in numbers.items() if old in pieces}
    for token in data["added_tokens"]:
        token["id"] = numbers[token["id"]]
    _renumber(data.get("post_processor"), numbers)
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    if (folder / "vocab.txt").is_file():
        (folder / "vocab.txt").write_text("".join(f"{pieces[old]}\n" for old in kept), "utf-8")
    return numbers


def _renumber(processor: Any, numbers: Mapping[int, int]) -> None:
    """Renumber the special tokens that a post-processor adds."""
    if not isinstance(processor, dict):
        return
    for inner in processor.get("processors", []):
        _renumber(inner, numbers)
    for name in ("cls", "sep"):
        if isinstance(processor.get(name), list):
            processor[name][1] = numbers[processor[name][1]]
    for token in (processor.get("special_tokens") or {}).values():
        token["ids"] = [numbers[number] for number in token["ids"]]
