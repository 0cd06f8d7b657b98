"""Figures of finished folds, kept while a node is not finished: a resumed cross-validation goes on where it was."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkstone.components.nlp.rows import TextRows


class FoldMemory:
    """One line of JSON a fold, in a file that stays when the node is stopped or killed.

    Args:
        file: Where the lines stand.
        about: What the figures depend on besides rows and seed: method, parameters, class names. JSON.

    Attributes:
        recalled: How many folds were there already.
    """

    def __init__(self, file: Path, about: Mapping[str, Any]) -> None:
        self._file = file
        self._about = _digest(dict(about))
        self._known = dict(_lines(file))
        self.recalled = 0

    def recall(self, learned: TextRows, judged: TextRows, seed: int) -> dict[str, float] | None:
        """Return the figures of a fold that was finished before."""
        found = self._known.get(self._key(learned, judged, seed))
        self.recalled += found is not None
        return found

    def keep(self, learned: TextRows, judged: TextRows, seed: int, figures: Mapping[str, float]) -> None:
        """Write the figures of a finished fold."""
        line = json.dumps({"fold": self._key(learned, judged, seed), "figures": dict(figures)})
        with self._file.open("a", encoding="utf-8") as file:
            file.write("\n" + line)  # a line that a kill cut short before stays alone
            file.flush()
            os.fsync(file.fileno())

    def _key(self, learned: TextRows, judged: TextRows, seed: int) -> str:
        parts = [[rows.texts, rows.pairs, rows.labels] for rows in (learned, judged)]
        return _digest([self._about, parts, seed])


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _lines(file: Path) -> list[tuple[str, dict[str, float]]]:
    """Read the lines; one that a kill cut short is left out."""
    found = []
    for text in file.read_text("utf-8").splitlines() if file.exists() else []:
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        found.append((line["fold"], line["figures"]))
    return found
