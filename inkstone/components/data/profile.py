"""Profiles a table: lengths, labels, languages, duplicates and empty cells of each column."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from inkstone.components.artifacts import Role, Table
from inkstone.components.data.languages import Language, language_of
from inkstone.components.data.options import Progress

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MOST_VALUES = 5_000
"""Columns with more different values are free text: their values are not counted one by one."""
_LANGUAGE_ROWS = 20_000
_BINS = 30


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Histogram(_Part):
    """Counts between edges: ``counts[i]`` rows lie in ``[edges[i], edges[i + 1])``, the last bin taking all above."""

    edges: list[int]
    counts: list[int]


class ColumnProfile(_Part):
    """What one column holds.

    Attributes:
        name: The column.
        dtype: Its type.
        empty: Rows without a value.
        distinct: Different values; None when there are more than ``MOST_VALUES``.
        values: The commonest values with their rows, at most 50; empty for free text.
        shortest: Least characters of a filled cell.
        longest: Most characters.
        mean: Mean characters.
        median: Median characters.
        p95: 95 of 100 cells are no longer.
        lengths: Histogram of characters.
        duplicates: Rows whose text repeats an earlier one apart from width, case and spaces; only for the text column.
        languages: Share of rows by language, from a sample; only for the text column.
    """

    name: str
    dtype: str
    empty: int
    distinct: int | None
    values: list[tuple[str, int]]
    shortest: int
    longest: int
    mean: float
    median: float
    p95: float
    lengths: Histogram
    duplicates: int | None = None
    languages: dict[Language, float] | None = None


class TableProfile(_Part):
    """What a table holds, column by column."""

    rows: int
    columns: list[ColumnProfile]


class _Gathered:
    """What one column shows while its rows stream by."""

    def __init__(self) -> None:
        self.empty = 0
        self.values: Counter[str] | None = Counter()
        self.lengths: list[np.ndarray] = []

    def add(self, array: "pa.Array") -> None:
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if pa.types.is_list(array.type):
            array = pc.binary_join(array.cast(pa.list_(pa.string())), ", ")
        texts = array if pa.types.is_string(array.type) else array.cast(pa.string())
        self.empty += texts.null_count
        filled = texts.drop_null()
        self.lengths.append(np.asarray(pc.utf8_length(filled), np.int32))
        if self.values is not None:
            for pair in pc.value_counts(filled):
                self.values[pair["values"].as_py()] += pair["counts"].as_py()
            if len(self.values) > MOST_VALUES:
                self.values = None


def profile_table(
    table: Table, roles: Mapping[Role, str] | None = None, progress: Progress | None = None
) -> TableProfile:
    """Profile a table in two passes over its rows, never holding them.

    Args:
        table: The table.
        roles: Which column is the text; by default what the table itself says.
        progress: Called with rows done and rows to do; may raise to stop.
    """
    info = table.info
    text = (roles or info.roles).get("text")
    work = info.rows * (2 if text else 1)
    gathered = {column.name: _Gathered() for column in info.columns}
    done = 0
    for batch in table.batches():
        for name, column in gathered.items():
            column.add(batch.column(name))
        done += batch.num_rows
        if progress:
            progress(done, work)
    extra: dict[str, Any] = {}
    if text in gathered:
        extra = _text_profile(table, text, lambda rows: progress(info.rows + rows, work) if progress else None)
    columns = [
        _finished(column.name, column.dtype, gathered[column.name], extra if column.name == text else {})
        for column in info.columns
    ]
    return TableProfile(rows=info.rows, columns=columns)


def _finished(name: str, dtype: str, gathered: _Gathered, extra: dict[str, Any]) -> ColumnProfile:
    import numpy as np

    lengths = np.concatenate(gathered.lengths) if gathered.lengths else np.zeros(0, np.int32)
    known = lengths if len(lengths) else np.zeros(1, np.int32)
    values = gathered.values
    is_free_text = values is None or (len(values) > 50 and len(values) > len(lengths) / 2)
    return ColumnProfile(
        name=name,
        dtype=dtype,
        empty=gathered.empty,
        distinct=None if values is None else len(values),
        values=[] if is_free_text or values is None else values.most_common(50),
        shortest=int(known.min()),
        longest=int(known.max()),
        mean=round(float(known.mean()), 2),
        median=float(np.median(known)),
        p95=float(np.percentile(known, 95)),
        lengths=_histogram(known),
        **extra,
    )


def _histogram(lengths: "np.ndarray") -> Histogram:
    """Return at most 30 bins of equal width up to the 99th percentile; longer cells fall into the last."""
    import numpy as np

    top = max(1, int(np.percentile(lengths, 99)))
    width = max(1, -(-top // _BINS))
    bins = np.minimum(lengths // width, -(-top // width) - 1 if top > width else 0)
    counts = np.bincount(bins)
    return Histogram(edges=[width * place for place in range(len(counts) + 1)], counts=counts.tolist())


def _text_profile(table: Table, text: str, report: Any) -> dict[str, Any]:
    """Return duplicates of the text column, and the languages of a sample spread over it."""
    import numpy as np

    from inkstone.components.data.text_keys import text_key

    step = max(1, table.info.rows // _LANGUAGE_ROWS)
    languages: Counter[Language] = Counter()
    keys: list[np.ndarray] = []
    done = 0
    for batch in table.batches([text]):
        values = [str(value) for value in batch.column(0).to_pylist() if value is not None]
        keys.append(np.fromiter((text_key(value) for value in values), np.uint64, len(values)))
        languages.update(language_of(value) for value in values[::step])
        done += batch.num_rows
        report(done)
    together = np.concatenate(keys) if keys else np.zeros(0, np.uint64)
    counted = max(1, sum(languages.values()))
    return {
        "duplicates": int(len(together) - len(np.unique(together))),
        "languages": {language: round(count / counted, 4) for language, count in languages.most_common()},
    }
