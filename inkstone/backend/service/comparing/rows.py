"""The test rows of several evaluations, row by row; or the reason why they cannot be laid side by side."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.comparing.subjects import Compared, find_subjects
from inkstone.backend.service.comparing.views import DecidingRow, DecidingRows
from inkstone.backend.store.database import session
from inkstone.components.artifacts import ROW_ID, Table
from inkstone.components.errors import InkstoneError
from inkstone.components.texts import Text, text

RowKey = tuple[int, bytes]
"""Position in the data, and the digest of the text: the same place of another version of the data is not the same row."""


@dataclass
class Judged:
    """The scored rows of one evaluation."""

    keys: list[RowKey]
    texts: list[str]
    pairs: list[str | None]
    labels: list[str]
    predicted: list[str]
    sure: list[float]


@dataclass
class SameRows:
    """Evaluations of the same rows, in one order."""

    compared: list[Compared]
    judged: list[Judged]


class DifferentRows(Exception):
    """The evaluations are not of the same rows."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def same_rows(actor: Actor, references: Sequence[str]) -> SameRows:
    """Return the rows of evaluations side by side.

    Raises:
        DifferentRows: They are not the same rows, their true labels differ, or the rows are gone.
        InkstoneError: ``runs.unknown`` and the like.
    """
    require_read(actor, "run.compare")
    with session() as db:
        compared = find_subjects(db, references)
        judged = [_judged(item) for item in compared]
    first = judged[0]
    order = {key: place for place, key in enumerate(first.keys)}
    for item, rows in zip(compared[1:], judged[1:], strict=True):
        _require_same(compared[0], item, set(order), set(rows.keys))
    aligned = [first, *(_in_order(rows, order) for rows in judged[1:])]
    for item, rows in zip(compared[1:], aligned[1:], strict=True):
        changed = sum(one != other for one, other in zip(first.labels, rows.labels, strict=True))
        if changed:
            raise DifferentRows(_OTHER_LABELS.format(first=compared[0].view.name, name=item.view.name, rows=changed))
    return SameRows(compared, aligned)


def deciding_rows(actor: Actor, references: Sequence[str], limit: int = 20, offset: int = 0) -> DecidingRows:
    """Return the rows that some have right and others wrong, those first where both are surest."""
    try:
        same = same_rows(actor, references)
    except DifferentRows as different:
        with session() as db:
            subjects = [item.view for item in find_subjects(db, references)]
        return DecidingRows(subjects=subjects, rows=[], total=0, refused=different.reason)
    first = same.judged[0]
    split = []
    for place, label in enumerate(first.labels):
        right = [item.predicted[place] == label for item in same.judged]
        if any(right) and not all(right):
            best = max(item.sure[place] for item, hit in zip(same.judged, right, strict=True) if hit)
            worst = max(item.sure[place] for item, hit in zip(same.judged, right, strict=True) if not hit)
            split.append((-(best + worst), place))
    split.sort()
    rows = [
        DecidingRow(
            row=first.keys[place][0],
            text=first.texts[place],
            text_pair=first.pairs[place],
            label=first.labels[place],
            predicted=[item.predicted[place] for item in same.judged],
            sure=[round(item.sure[place], 4) for item in same.judged],
        )
        for _, place in split[offset : offset + limit]
    ]
    return DecidingRows(subjects=[item.view for item in same.compared], rows=rows, total=len(split))


def _judged(item: Compared) -> Judged:
    try:
        folder = item.rows_folder()
    except InkstoneError as error:
        raise DifferentRows(_GONE.format(name=item.view.name, zh=error.what.zh, en=error.what.en)) from error
    if not (folder / "rows.arrow").is_file():
        raise DifferentRows(_NO_ROWS.format(name=item.view.name))
    return _read(folder, item)


def _read(folder: Path, item: Compared) -> Judged:
    rows = Judged([], [], [], [], [], [])
    for batch in Table(folder).batches():
        if not {"label", "predicted", "text"} <= set(batch.schema.names):
            raise DifferentRows(_OTHER_TASK.format(name=item.view.name))
        columns = batch.to_pydict()
        count = batch.num_rows
        pairs = columns.get("text_pair") or [None] * count
        scores = columns.get("scores") or [None] * count
        for position, words, pair, score in zip(columns[ROW_ID], columns["text"], pairs, scores, strict=True):
            digest = hashlib.blake2b(f"{words}\0{pair or ''}".encode(), digest_size=12).digest()
            rows.keys.append((int(position), digest))
            rows.sure.append(max(score) if score else 0.0)
        rows.texts += columns["text"]
        rows.pairs += pairs
        rows.labels += [label or "" for label in columns["label"]]
        rows.predicted += columns["predicted"]
    return rows


def _require_same(first: Compared, other: Compared, mine: set[RowKey], theirs: set[RowKey]) -> None:
    if mine != theirs:
        raise DifferentRows(
            _OTHER_ROWS.format(
                first=first.view.name,
                name=other.view.name,
                shared=len(mine & theirs),
                mine=len(mine - theirs),
                theirs=len(theirs - mine),
            )
        )


def _in_order(rows: Judged, order: dict[RowKey, int]) -> Judged:
    places = sorted(range(len(rows.keys)), key=lambda place: order[rows.keys[place]])
    return Judged(
        [rows.keys[place] for place in places],
        [rows.texts[place] for place in places],
        [rows.pairs[place] for place in places],
        [rows.labels[place] for place in places],
        [rows.predicted[place] for place in places],
        [rows.sure[place] for place in places],
    )


_OTHER_ROWS = text(
    "“{first}”与“{name}”的测试行不同：共有 {shared} 行，另有 {mine} 行只在前者、{theirs} 行只在后者。显著性只能在相同的行上检验；请用同一份测试数据和相同的划分重新评估。",
    "'{first}' and '{name}' were tested on different rows: {shared} in common, {mine} only in the former, {theirs} only in the latter. "
    "Significance can only be tested on the same rows; evaluate both on the same test data and the same split.",
)
_OTHER_LABELS = text(
    "“{first}”与“{name}”的测试行相同，但有 {rows} 行的真实标签不同（数据被更正过）。请用同一个数据版本重新评估。",
    "'{first}' and '{name}' share their test rows, but {rows} of them have other true labels (the data was corrected). "
    "Evaluate both on the same version of the data.",
)
_NO_ROWS = text(
    "“{name}”没有保存逐行的评分（结果是旧版本产生的，或不是分类评估）。请重新运行它的评估。",
    "'{name}' kept no scored rows (made by an older version, or not a classification). Run its evaluation again.",
)
_OTHER_TASK = text(
    "“{name}”不是单标签分类，不能逐行比较。",
    "'{name}' is not a classification with one label a row, so it cannot be compared row by row.",
)
_GONE = text("“{name}”的评估结果不可用：{zh}", "The evaluation of '{name}' is not available: {en}")
