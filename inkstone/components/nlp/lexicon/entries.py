"""The words of a word list, and the folder that holds them: ``lexicon.json`` and ``words.tsv``."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

from inkstone.components.artifacts import Lexicon, write_json
from inkstone.components.nlp.lexicon.errors import (
    BAD_SEVERITY,
    EMPTY_LEXICON,
    LONG_WORD,
    NOT_A_LEXICON,
    TOO_MANY_WORDS,
    UNREADABLE,
)

Severity = Literal["block", "review", "note", "allow"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""``block`` and ``review`` decide; ``note`` is only shown; within an ``allow`` word nothing counts."""
MOST_WORDS = 2_000_000
LONGEST_WORD = 200
DEFAULT_CATEGORY = "default"
_WORDS = "words.tsv"
_COLUMNS = {
    "word": "word", "词": "word", "词语": "word", "敏感词": "word", "keyword": "word", "关键词": "word",
    "category": "category", "类别": "category", "分类": "category",
    "severity": "severity", "级别": "severity", "level": "severity", "等级": "severity",
}  # fmt: skip
_SAFE_FORMULA = re.compile(r"^'[=+\-@]")
_NAMES: dict[str, Severity] = {"拦截": "block", "复审": "review", "提示": "note", "白名单": "allow"}


class Entry(NamedTuple):
    """One word.

    Attributes:
        word: Taken letter by letter; signs that mean something to regular expressions mean nothing here.
        category: What it is a sign of, such as a class of the model.
        severity: What a hit does.
    """

    word: str
    category: str = DEFAULT_CATEGORY
    severity: Severity = "block"


def tidy(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries without outer spaces, empty words and repetitions (the last of a word wins), in their order.

    Raises:
        InkstoneError: ``lexicon.empty``, ``lexicon.long_word``, ``lexicon.too_many_words``.
    """
    found: dict[str, Entry] = {}
    for row, entry in enumerate(entries, start=1):
        word = " ".join(entry.word.split())
        if not word:
            continue
        if len(word) > LONGEST_WORD:
            raise LONG_WORD(row=row, limit=LONGEST_WORD)
        found[word] = Entry(word, " ".join(entry.category.split()) or DEFAULT_CATEGORY, entry.severity)
        if len(found) > MOST_WORDS:
            raise TOO_MANY_WORDS(limit=MOST_WORDS)
    if not found:
        raise EMPTY_LEXICON()
    return list(found.values())


def write_lexicon(folder: Path, entries: Iterable[Entry]) -> Lexicon:
    """Write an artifact folder; the same words give the same bytes."""
    kept = tidy(entries)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _WORDS).open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{entry.word}\t{entry.category}\t{entry.severity}\n" for entry in kept)
    write_json(folder / Lexicon.FILE, summary(kept))
    return Lexicon(folder)


def summary(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return how many words there are, by category and by severity."""
    categories: Counter[str] = Counter()
    severities: Counter[str] = Counter()
    for entry in entries:
        categories[entry.category] += 1
        severities[entry.severity] += 1
    return {"words": categories.total(), "categories": dict(categories), "severities": dict(severities)}


def read_lexicon(folder: Path) -> Iterator[Entry]:
    """Yield the words of an artifact folder.

    Raises:
        InkstoneError: ``lexicon.damaged``.
    """
    try:
        with (folder / _WORDS).open("r", encoding="utf-8", newline="\n") as file:
            for line in file:
                word, category, severity = line.rstrip("\n").split("\t")
                yield Entry(word, category, cast(Severity, severity))
    except (OSError, ValueError) as error:
        raise NOT_A_LEXICON(folder=folder.name) from error


def parse(content: bytes, name: str, category: str = "", severity: Severity = "block") -> list[Entry]:
    """Return the words of an uploaded TXT, CSV or TSV.

    A first line that names a column ``word`` (or 词) makes it a table; otherwise every line is a word, letter by letter.

    Args:
        content: The file.
        name: Its name, for messages.
        category: Of words without one; by default the file's name.
        severity: Of words without one.

    Raises:
        InkstoneError: ``lexicon.unreadable``, ``lexicon.bad_severity`` and those of ``tidy``.
    """
    words = _decoded(content, name)
    default = category or Path(name).stem or DEFAULT_CATEGORY
    first, _, _ = words.lstrip().partition("\n")
    for separator in ("\t", ",", ";"):
        columns = [_COLUMNS.get(cell.strip().strip('"').lower()) for cell in first.split(separator)]
        if "word" in columns:
            return tidy(_table(words, separator, columns, default, severity))
    return tidy(Entry(line, default, severity) for line in words.splitlines())


def _decoded(content: bytes, name: str) -> str:
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UNREADABLE(name=name)
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UNREADABLE(name=name)


def _table(words: str, separator: str, columns: list[str | None], category: str, severity: Severity) -> Iterator[Entry]:
    rows = csv.reader(words.lstrip().splitlines(), delimiter=separator)
    next(rows)
    for number, row in enumerate(rows, start=2):
        cells = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column}
        wished = cells.get("severity", "").lower()
        found = _NAMES.get(wished, wished) or severity
        if found not in SEVERITIES:
            raise BAD_SEVERITY(row=number, severity=wished[:40])
        word = cells.get("word", "")
        # Our own export, made safe for spreadsheets, sets an apostrophe before what looks like a formula.
        yield Entry(word[1:] if _SAFE_FORMULA.match(word) else word, cells.get("category") or category, found)


def facts(folder: Path) -> dict[str, Any]:
    """Return ``lexicon.json`` of a folder.

    Raises:
        InkstoneError: ``lexicon.damaged``.
    """
    try:
        found: dict[str, Any] = json.loads((folder / Lexicon.FILE).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NOT_A_LEXICON(folder=folder.name) from error
    return found
