"""Reads texts and their human keywords out of tables."""

from dataclasses import dataclass, field
from pathlib import Path

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Table
from inkstone.components.nlp.tagging.answers import occurrences
from inkstone.components.nlp.tagging.entities import Entity, without_overlaps, write_entities
from inkstone.components.nlp.tagging.errors import KEYWORDS_ABSENT, NO_KEYWORDS

LABEL = "keyword"


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


def as_entities(rows: KeywordRows, folder: Path) -> tuple[Table, float]:
    """Write a table in which each keyword is an entity wherever it stands in its text.

    Returns:
        The table, and the share of the keywords that stand in their texts.

    Raises:
        InkstoneError: ``keywords.not_in_texts``.
    """
    from inkstone.components.data.writing import TableWriter

    cells, present, total = [], 0, 0
    for text, keywords in zip(rows.texts, rows.keywords, strict=True):
        folded = text.casefold()
        same_length = len(folded) == len(text)
        spans = []
        for word in keywords:
            places = occurrences(folded if same_length else text, word.casefold() if same_length else word)
            present += bool(places)
            total += 1
            spans += [Entity(start, end, LABEL) for start, end in places]
        cells.append(write_entities(without_overlaps(spans)))
    if present < 0.02 * total or not present:
        raise KEYWORDS_ABSENT(at="keywords")
    with TableWriter(folder, [ColumnInfo(name=name, dtype="string") for name in ("text", "entities")]) as writer:
        writer.write({ROW_ID: rows.row_ids, "text": rows.texts, "entities": cells})
    return writer.finish(roles={"text": "text", "entities": "entities"}), present / total
