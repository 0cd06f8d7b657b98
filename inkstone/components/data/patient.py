"""What the checks of the data doctor look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import ROW_ID, Role, Table
from inkstone.components.data.doctor import SHOWN_ROWS, Finding, Fix, Options
from inkstone.components.data.labels import is_missing
from inkstone.components.data.languages import language_of
from inkstone.components.data.text_keys import text_key

if TYPE_CHECKING:
    import numpy as np

EXAMPLES = 5


@dataclass(frozen=True)
class Patient:
    """A table under examination. Keeps 8 bytes a row for the text, the labels as numbers, and reads texts when asked.

    Attributes:
        table: The table.
        text_column: The text.
        label_column: The label, if there is one.
        others: Further parts.
        other_texts: Part to the column of its text, where that has another name there.
        options: Limits of the checks.
        ids: ``_row`` of each row.
        keys: Text keys.
        empty: Which rows have no text.
        tokens: Estimated tokens of each text.
        codes: Label number of each row; -1 where there is none.
        names: Label of each number, as it stands in the file.
    """

    table: Table
    text_column: str
    label_column: str | None
    others: Mapping[str, Table]
    other_texts: Mapping[str, str]
    options: Options
    ids: "np.ndarray"
    keys: "np.ndarray"
    empty: "np.ndarray"
    tokens: "np.ndarray"
    codes: "np.ndarray"
    names: list[str]

    @classmethod
    def read(
        cls,
        table: Table,
        roles: Mapping[Role, str],
        others: Mapping[str, Table],
        options: Options,
        other_texts: Mapping[str, str],
    ) -> "Patient":
        """Read a table once."""
        import numpy as np

        text_column = roles.get("text") or table.column("text")
        label_column = roles.get("label")
        rows = table.info.rows
        ids, keys = np.zeros(rows, np.int64), np.zeros(rows, np.uint64)
        tokens, codes = np.zeros(rows, np.int32), np.full(rows, -1, np.int32)
        numbers: dict[str, int] = {}
        at = 0
        for batch in table.batches([ROW_ID, text_column] + ([label_column] if label_column else [])):
            texts = [str(value or "") for value in batch.column(1).to_pylist()]
            part = slice(at, at + batch.num_rows)
            ids[part] = batch.column(0)
            keys[part] = [text_key(value) for value in texts]
            tokens[part] = [estimated_tokens(value) if value.strip() else 0 for value in texts]
            if label_column:
                labels = (None if value is None else str(value) for value in batch.column(2).to_pylist())
                codes[part] = [
                    -1 if is_missing(label) else numbers.setdefault(str(label), len(numbers)) for label in labels
                ]
            at += batch.num_rows
        return cls(
            table,
            text_column,
            label_column,
            others,
            other_texts,
            options,
            ids,
            keys,
            tokens == 0,
            tokens,
            codes,
            list(numbers),
        )

    @cached_property
    def counts(self) -> "np.ndarray":
        """Rows of each label number."""
        import numpy as np

        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))

    def texts(self, places: "np.ndarray") -> list[str]:
        """Return the texts at these places of the table, in the order given."""
        import pyarrow as pa

        column = self.table.dataset().with_format("arrow")[sorted(set(places.tolist()))] if len(places) else None
        if column is None:
            return []
        found = pa.chunked_array(column[self.text_column]).to_pylist()
        by_place = dict(zip(sorted(set(places.tolist())), found, strict=True))
        return [str(by_place[place] or "") for place in places.tolist()]

    def sample(self, most: int) -> "np.ndarray":
        """Return places of at most so many rows with text (and label), in order, the same for the same seed."""
        import numpy as np

        usable = ~self.empty & (self.codes >= 0) if self.names else ~self.empty
        places = usable.nonzero()[0]
        if len(places) <= most:
            return places
        return np.sort(np.random.default_rng(self.options.seed).choice(places, most, replace=False))

    def label(self, place: int) -> str | None:
        """Return the label of a row."""
        return self.names[self.codes[place]] if self.codes[place] >= 0 else None

    def finding(
        self, code: str, severity: Any, what: Any, advice: Any, places: "np.ndarray", **more: Any
    ) -> list[Finding]:
        """Return a finding about the rows at these places, or nothing when there are none."""
        if len(places) == 0:
            return []
        examples = more.pop("examples", None)
        if examples is None:
            first = places[:EXAMPLES]
            examples = [
                {"row": int(self.ids[place]), "text": value[:200], "label": self.label(place)}
                for place, value in zip(first.tolist(), self.texts(first), strict=True)
            ]
        return [
            Finding(
                code=f"doctor.{code}",
                severity=severity,
                what=what,
                advice=advice,
                count=more.pop("count", len(places)),
                rows=self.ids[places[:SHOWN_ROWS]].tolist(),
                examples=examples,
                **more,
            )
        ]

    def dropping(self, code: str, places: "np.ndarray", title: Any) -> Fix:
        """Return the fix that drops the rows at these places."""
        return Fix(id=f"doctor.{code}", title=title, drop=self.ids[places].tolist())


def estimated_tokens(value: str) -> int:
    """Return about how many tokens an encoder makes of a text: one a Chinese character, 1.3 a word of other scripts."""
    if language_of(value) in {"zh", "ja", "ko", "mixed"}:
        return len(value)
    return int(1.3 * len(value.split())) + 1
