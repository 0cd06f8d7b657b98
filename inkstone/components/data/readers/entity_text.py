"""CoNLL columns: one token a line with its tag last, a blank line between sentences."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from inkstone.components.data.options import Progress
from inkstone.components.data.readers.base import Reading, WatchedFile, string_columns
from inkstone.components.nlp.tagging.entities import Entity, write_entities
from inkstone.components.nlp.tagging.errors import UNTAGGED_LINE
from inkstone.components.nlp.tagging.schemes import decode_tags

_TAG = re.compile(r"^(O|[BIESMLUW]-\S+)$")
_OTHER_NAMES = {"M": "I", "L": "E", "U": "S", "W": "S"}
"""Prefixes of BMES, BILOU and BMEW, by those of BIOES."""
_ROWS_A_BATCH = 4096
_LEAST_LINES = 4


def looks_like_conll(sample: str, *, complete: bool) -> bool:
    """Return whether the beginning of a file is tokens with tags: every line ends with one, and some begin an entity."""
    lines = sample.splitlines() if complete else sample.splitlines()[:-1]
    rows = [line.split() for line in lines if line.strip() and not line.startswith("-DOCSTART-")]
    if len(rows) < _LEAST_LINES or not all(len(row) >= 2 for row in rows[:50]):
        return False
    tagged = sum(bool(_TAG.match(row[-1])) and len(row) >= 2 for row in rows)
    begun = sum(row[-1][:2] in {"B-", "I-", "S-", "U-"} for row in rows)
    return tagged >= 0.98 * len(rows) and begun > 0


def read_conll(path: Path, name: str, progress: Progress | None, encoding: str) -> Reading:
    """Read sentences into the columns ``text`` and ``entities``."""

    def batches() -> Iterator[pa.RecordBatch]:
        schema = pa.schema([("text", pa.string()), ("entities", pa.string())])
        waiting: list[tuple[str, str]] = []
        for tokens, tags in _sentences(path, name, progress, encoding):
            waiting.append(as_row(tokens, tags))
            if len(waiting) >= _ROWS_A_BATCH:
                yield _batch(waiting, schema)
                waiting = []
        if waiting:
            yield _batch(waiting, schema)

    return Reading(string_columns(["text", "entities"]), batches(), {"encoding": encoding, "format": "conll"})


def _batch(rows: list[tuple[str, str]], schema: pa.Schema) -> pa.RecordBatch:
    columns = [pa.array(list(values), pa.string()) for values in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _sentences(
    path: Path, name: str, progress: Progress | None, encoding: str
) -> Iterator[tuple[list[str], list[str]]]:
    tokens: list[str] = []
    tags: list[str] = []
    with io.TextIOWrapper(io.BufferedReader(WatchedFile(path, progress), 1 << 20), encoding) as reader:
        for number, line in enumerate(reader, start=1):
            parts = line.strip("\ufeff\r\n").split()
            if parts and parts[0] != "-DOCSTART-":
                if len(parts) == 1 and _TAG.match(parts[0]):
                    parts = [" ", *parts]  # the token is a space
                if len(parts) < 2:
                    raise UNTAGGED_LINE(row=number, file=name, line=line.strip()[:40])
                tokens.append(parts[0])
                tags.append(parts[-1])
            elif tokens:
                yield tokens, tags
                tokens, tags = [], []
    if tokens:
        yield tokens, tags


def as_row(tokens: list[str], tags: list[str]) -> tuple[str, str]:
    """Return text and entities of one sentence; words in letters are parted by a space, Chinese characters are not."""
    text, starts = "", []
    for token in tokens:
        if text and _is_letter(text[-1]) and _is_letter(token[0]):
            text += " "
        starts.append(len(text))
        text += token
    named = [f"{_OTHER_NAMES.get(tag[0], tag[0])}{tag[1:]}" for tag in tags]
    spans = [
        Entity(starts[first], starts[last - 1] + len(tokens[last - 1]), label)
        for first, last, label in decode_tags(named)
    ]
    return text, write_entities(spans)


def _is_letter(character: str) -> bool:
    return character.isalnum() and not "\u2e80" <= character <= "\u9fff" and not "\u3040" <= character <= "\uffdc"
