"""What a label column holds: counts, spellings that mean the same, values that stand for nothing."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_MISSING = {"", "nan", "null", "n/a", "#n/a", "<na>"}  # "none" and "na" are real class names often enough
_SPACES = re.compile(r"\s+")


def is_missing(value: str | None) -> bool:
    """Return whether a label cell says nothing: empty, NaN, null."""
    return value is None or value.strip().casefold() in _MISSING


def label_key(label: str) -> str:
    """Return what two spellings of one label share: width, case and spaces folded."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", label).casefold())


def file_row(origin: Mapping[str, str], row_id: int) -> int:
    """Return where a row stands in the user's file as a spreadsheet counts: from one, the header being the first."""
    return row_id + 1 + (origin.get("header") == "yes")


@dataclass
class LabelCounts:
    """Labels of a column, counted.

    Attributes:
        counts: Label, without outer spaces, to number of rows.
        raw: The same with outer spaces kept, to tell which spellings occur.
        missing: Rows without a label.
        first_missing: Row of the first of them in the user's file.
        rows: All rows seen.
        start: Row of the user's file that the first row came from.
    """

    counts: Counter[str] = field(default_factory=Counter)
    raw: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    first_missing: int | None = None
    rows: int = 0
    start: int = 1

    def add(self, values: Iterable[str | None]) -> None:
        """Count the labels of further rows."""
        for value in values:
            if is_missing(value):
                self.missing += 1
                if self.first_missing is None:
                    self.first_missing = self.start + self.rows
            else:
                label = str(value)
                self.raw[label] += 1
                self.counts[label.strip()] += 1
            self.rows += 1

    def spellings(self) -> list[list[str]]:
        """Return groups of labels that differ only by case, spaces or width, the most frequent spelling first."""
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for label in self.raw:
            groups[label_key(label)].append(label)
        return [sorted(group, key=lambda item: (-self.raw[item], item)) for group in groups.values() if len(group) > 1]


def label_order(labels: Iterable[str]) -> list[str]:
    """Return labels in a fixed order: numbers by value, everything else by its characters."""
    known = set(labels)
    if known and all(re.fullmatch(r"-?\d{1,15}", label) for label in known):
        return sorted(known, key=lambda label: (int(label), label))
    return sorted(known)
