"""Reads texts and their human keywords out of tables."""

from dataclasses import dataclass, field
from pathlib import Path

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Table
from inkstone.components.nlp.tagging.answers import occurrences
from inkstone.components.nlp.tagging.entities import Entity, without_overlaps, write_entities
from inkstone.components.nlp.tagging.errors import KEYWORDS_ABSENT, NO_KEYWORDS

LABEL = "keyword"
LEAST_IN_TEXTS = 0.02
"""Of fewer keywords in their texts nothing is learned by marking them there."""


@dataclass
class KeywordRows:
    """Texts with their keywords; rows without any are left out."""

    row_ids: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    keywords: list[list[str]] = field(default_factory=list)


def read_keyword_rows(table: Table) -> KeywordRows:
    """Return the rows that have keywords.

    Raises:
        InkstoneError: ``data.missing_role`` or ``keywords.none``.
    """
    from inkstone.components.data.label_mapping import split_keywords

    words, column = table.column("text"), table.column("keywords")
    found = KeywordRows()
    for batch in table.batches([ROW_ID, words, column]):
        columns = (batch.column(name).to_pylist() for name in (ROW_ID, words, column))
        for row, text, cell in zip(*columns, strict=True):
            keywords = split_keywords(cell)
            if keywords:
                found.row_ids.append(row)
                found.texts.append("" if text is None else str(text))
                found.keywords.append(keywords)
    if not found.texts:
        raise NO_KEYWORDS(at="keywords")
    return found


def share_in_texts(rows: KeywordRows) -> float:
    """Return the share of the keywords that stand in their texts, case folded."""
    present = total = 0
    for text, keywords in zip(rows.texts, rows.keywords, strict=True):
        present += sum(bool(_places(text, word, most=1)) for word in keywords)
        total += len(keywords)
    return present / total


def as_entities(rows: KeywordRows, folder: Path) -> Table:
    """Write a table in which each keyword is an entity wherever it stands in its text.

    Raises:
        InkstoneError: ``keywords.not_in_texts``.
    """
    from inkstone.components.data.writing import TableWriter

    if share_in_texts(rows) < LEAST_IN_TEXTS:
        raise KEYWORDS_ABSENT(at="keywords")
    cells = []
    for text, keywords in zip(rows.texts, rows.keywords, strict=True):
        spans = [Entity(start, end, LABEL) for word in keywords for start, end in _places(text, word)]
        cells.append(write_entities(without_overlaps(spans)))
    with TableWriter(folder, [ColumnInfo(name=name, dtype="string") for name in ("text", "entities")]) as writer:
        writer.write({ROW_ID: rows.row_ids, "text": rows.texts, "entities": cells})
    return writer.finish(roles={"text": "text", "entities": "entities"})


def _places(text: str, word: str, most: int = 100) -> list[tuple[int, int]]:
    """Return where a word stands, whatever its case where that keeps the length of the text."""
    folded = text.casefold()
    same_length = len(folded) == len(text)
    return occurrences(folded if same_length else text, word.casefold() if same_length else word, most)
