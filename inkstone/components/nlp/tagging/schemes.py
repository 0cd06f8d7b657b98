"""Tagging schemes: entities as one tag a token, and back.

BIO: ``B-`` begins an entity, ``I-`` goes on, ``O`` is outside (Ramshaw and Marcus 1995, in the form called IOB2). BIOES
also marks the end ``E-`` and single tokens ``S-``.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

Scheme = Literal["bio", "bioes"]
Span = tuple[int, int, str]
"""First token, token behind the last, type."""
OUTSIDE = "O"


def tag_names(labels: Sequence[str], scheme: Scheme) -> list[str]:
    """Return the tags of a scheme: ``O`` first."""
    prefixes = "BI" if scheme == "bio" else "BIES"
    return [OUTSIDE, *(f"{prefix}-{label}" for label in labels for prefix in prefixes)]


def encode_spans(spans: Sequence[Span], length: int, scheme: Scheme) -> list[str]:
    """Return one tag a token; of overlapping spans the first keeps its tokens."""
    tags = [OUTSIDE] * length
    for start, end, label in spans:
        if any(tag != OUTSIDE for tag in tags[start:end]):
            continue
        inside = [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
        if scheme == "bioes":
            inside[-1] = f"E-{label}" if end - start > 1 else f"S-{label}"
        tags[start:end] = inside
    return tags


def decode_tags(tags: Sequence[str]) -> list[Span]:
    """Return the spans of a tag sequence in either scheme.

    Sequences that no scheme allows are read as ``conlleval`` does: an ``I-`` or ``E-`` that nothing began begins an entity, and so
    does a change of type.
    """
    spans: list[Span] = []
    start, kind = 0, ""
    for place, tag in enumerate([*tags, OUTSIDE]):
        prefix, _, label = tag.partition("-")
        goes_on = prefix in {"I", "E"} and label == kind
        if kind and not goes_on:
            spans.append((start, place, kind))
            kind = ""
        if prefix in {"B", "S"} or (prefix in {"I", "E"} and not goes_on):
            start, kind = place, label
        if kind and prefix in {"E", "S"}:
            spans.append((start, place + 1, kind))
            kind = ""
    return spans


def allowed_steps(tags: Sequence[str]) -> "np.ndarray":
    """Return which tag may follow which, shape (tags, tags): row before, column after."""
    bioes = any(tag.startswith("E-") for tag in tags)
    steps = np.ones((len(tags), len(tags)), dtype=bool)
    for row, before in enumerate(tags):
        opened = before[:2] in {"B-", "I-"}
        for column, after in enumerate(tags):
            continues = after[:2] in {"I-", "E-"}
            same = before[2:] == after[2:]
            if continues:
                steps[row, column] = opened and same
            elif bioes and opened:
                steps[row, column] = False
    return steps
