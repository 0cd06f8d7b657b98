"""The rows of an evaluation, one by one: which the model gets wrong, finds hard or is unsure of; corrected, and explained."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from inkstone.backend.pipeline.document import Pipeline as Document
from inkstone.backend.service import labelling, run_details
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.errors import OUTPUT_NOT_FOUND, UNKNOWN_COLUMN
from inkstone.backend.service.row_domains import domains_of
from inkstone.backend.service.run_errors import NO_MODEL_THERE, NO_SUCH_TEST_ROW, NOT_CORRECTABLE
from inkstone.backend.service.run_record import environment_of
from inkstone.backend.service.run_rows import find_run
from inkstone.backend.service.views import DatasetVersionView
from inkstone.backend.store.database import session
from inkstone.components.artifacts import ROW_ID, Table
from inkstone.components.data.languages import language_of
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.occlusion import Part, occlusion

Kind = Literal["all", "wrong", "confident", "hardest", "unsure"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class RowFilter(BaseModel):
    """Which rows to show; what is not given does not narrow.

    Attributes:
        kind: ``wrong``; ``confident``: wrong, the surest first; ``hardest``: the lowest score of the true class first;
            ``unsure``: the two best classes nearest to each other first; ``all`` in the order of the file.
        label: Of this true class.
        predicted: Taken for this class.
        contains: The text holds this.
        low: The highest score is at least this.
        high: The highest score is at most this.
        shortest: Characters of the text at least.
        longest: Characters of the text at most.
        language: The script tells this language: ``zh``, ``latin``, ``mixed`` and so on.
        column: A column of the data that the rows came from.
        value: What it holds.
        rows: Only rows of these numbers.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Kind = "wrong"
    label: str | None = None
    predicted: str | None = None
    contains: str = Field("", max_length=200)
    low: float | None = None
    high: float | None = None
    shortest: int | None = None
    longest: int | None = None
    language: str | None = None
    column: str | None = None
    value: str | None = None
    rows: frozenset[int] | None = Field(None, max_length=100_000)


class EvaluatedRow(BaseModel):
    """A row of the test: the score of what was said, and that of the true class where the model knows it."""

    row: int
    text: str
    text_pair: str | None
    label: str
    predicted: str
    score: float
    true_score: float | None


class EvaluatedRows(BaseModel):
    """A page of rows.

    Attributes:
        source: The data they can be corrected in, None where there is none.
        target: ``node.parameter`` that reads it.
        languages: Languages of the test rows.
        domains: Column of the data to its values on the test rows.
    """

    rows: list[EvaluatedRow]
    total: int
    labels: list[str]
    source: str | None
    target: str | None
    languages: list[str] = []
    domains: dict[str, list[str]] = {}


def evaluated_rows(
    actor: Actor, run_id: str, node: str, wanted: RowFilter | None = None, *, limit: int = 50, offset: int = 0
) -> EvaluatedRows:
    """Return rows of an evaluation.

    Raises:
        InkstoneError: ``runs.output_not_found`` when the evaluation kept no rows, ``dataset.unknown_column``.
    """
    judged = judged_rows(actor, run_id, node)
    found, labels, source = chosen_rows(judged, wanted or RowFilter()), judged.labels, judged.source
    return EvaluatedRows(
        rows=[_view(row, labels) for row in found[offset : offset + limit]],
        total=len(found),
        labels=labels,
        source=source[1] if source else None,
        target=source[0] if source else None,
        languages=sorted({language_of(row["text"]) for row in judged.rows}),
        domains={name: sorted(set(values.values())) for name, values in judged.domains.items()},
    )


@dataclass
class JudgedRows:
    """All rows of an evaluation, with what the data says of them beside text and label."""

    rows: list[dict[str, Any]]
    labels: list[str]
    source: tuple[str, str] | None
    domains: dict[str, dict[int, str]]


def judged_rows(actor: Actor, run_id: str, node: str) -> JudgedRows:
    """Return all rows of an evaluation.

    Raises:
        InkstoneError: ``runs.output_not_found`` when the evaluation kept no rows.
    """
    table, labels = _table(actor, run_id, node)
    rows = [row for batch in table.batches() for row in batch.to_pylist()]
    source = _source(actor, run_id, table.info.origin.get("file", ""))
    domains: dict[str, dict[int, str]] = {}
    if source is not None:
        with suppress(InkstoneError):  # the data has gone: its other columns went with it, the judged rows stand
            domains = domains_of(source[1], {row[ROW_ID] for row in rows})
    return JudgedRows(rows, labels, source, domains)


def chosen_rows(judged: JudgedRows, wanted: RowFilter) -> list[dict[str, Any]]:
    """Return the rows that a filter lets through, in its order.

    Raises:
        InkstoneError: ``dataset.unknown_column``.
    """
    values: Mapping[int, str] | None = None
    if wanted.column is not None:
        if wanted.column not in judged.domains:
            raise UNKNOWN_COLUMN(at="column", column=wanted.column, columns=", ".join(judged.domains) or "-")
        values = judged.domains[wanted.column]
    found = [row for row in judged.rows if _passes(row, wanted, values)]
    return sorted(found, key=lambda row: _weight(row, wanted.kind, judged.labels))


def correct(actor: Actor, run_id: str, node: str, labels: Mapping[int, str]) -> DatasetVersionView:
    """Correct labels of test rows in the data they came from: a new version is made, the old one stays.

    Raises:
        InkstoneError: ``runs.not_correctable``, ``runs.no_such_test_row`` or ``auth.forbidden``.
    """
    table, _ = _table(actor, run_id, node)
    source = _source(actor, run_id, table.info.origin.get("file", ""))
    if source is None:
        raise NOT_CORRECTABLE(run=run_id[:8])
    known = {row for batch in table.batches([ROW_ID]) for row in batch.column(ROW_ID).to_pylist()}
    for row in labels:
        if row not in known:
            raise NO_SUCH_TEST_ROW(row_number=row)
    return labelling.edit_labels(actor, source[1], labels)


def explain(actor: Actor, run_id: str, node: str, row: int) -> tuple[str, list[Part]]:
    """Return what a row was taken for, and how far each part of its text speaks for that.

    Raises:
        InkstoneError: ``runs.no_such_test_row`` or ``runs.no_model_there``.
    """
    from inkstone.backend.serving.loaded import get_predictor

    table, _ = _table(actor, run_id, node)
    rows = (item for batch in table.batches() for item in batch.to_pylist())
    found = next((item for item in rows if item[ROW_ID] == row), None)
    if found is None:
        raise NO_SUCH_TEST_ROW(row_number=row)
    predictor = get_predictor(_model_folder(actor, run_id, node))
    label, pair = str(found["predicted"]), found.get("text_pair")

    def score(texts: list[str]) -> list[float]:
        ranked = predictor.predict(texts, [pair] * len(texts) if pair is not None else None)
        return [next((item["score"] for item in scores if item["label"] == label), 0.0) for scores in ranked]

    return label, occlusion(str(found["text"]), score)


def _table(actor: Actor, run_id: str, node: str) -> tuple[Table, list[str]]:
    folder = run_details.output_folder(actor, run_id, node, "metrics") / "rows"
    if not (folder / "rows.arrow").is_file():
        raise OUTPUT_NOT_FOUND(node=node, at="metrics", port="rows")
    table = Table(folder)
    names = {column.name for column in table.info.columns}
    if not {"text", "label", "predicted", "scores"} <= names:
        raise OUTPUT_NOT_FOUND(node=node, at="metrics", port="rows")
    return table, list(table.info.labels or [])


def _passes(row: Mapping[str, Any], wanted: RowFilter, values: Mapping[int, str] | None) -> bool:
    text, top = row["text"], max(row["scores"])
    bounds = ((top, wanted.low, wanted.high), (len(text), wanted.shortest, wanted.longest))
    return (
        (wanted.kind not in ("wrong", "confident") or row["label"] != row["predicted"])
        and (wanted.rows is None or row[ROW_ID] in wanted.rows)
        and wanted.label in (None, row["label"])
        and wanted.predicted in (None, row["predicted"])
        and (values is None or wanted.value in (None, values.get(row[ROW_ID])))
        and wanted.contains.lower() in text.lower()
        and all((low is None or value >= low) and (high is None or value <= high) for value, low, high in bounds)
        and (wanted.language is None or language_of(text) == wanted.language)
    )


def _weight(row: Mapping[str, Any], kind: Kind, labels: list[str]) -> float:
    if kind in ("wrong", "confident"):
        return -float(max(row["scores"]))
    if kind == "hardest":
        return _true_score(row, labels) or 0.0
    if kind == "unsure":
        best = sorted(row["scores"])[-2:]
        return float(best[-1] - best[0])
    return float(row[ROW_ID])


def _true_score(row: Mapping[str, Any], labels: list[str]) -> float | None:
    return float(row["scores"][labels.index(row["label"])]) if row["label"] in labels else None


def _view(row: Mapping[str, Any], labels: list[str]) -> EvaluatedRow:
    true = _true_score(row, labels)
    return EvaluatedRow(
        row=row[ROW_ID],
        text=row["text"],
        text_pair=row.get("text_pair"),
        label=row["label"] or "",
        predicted=row["predicted"],
        score=round(max(row["scores"]), 4),
        true_score=None if true is None else round(true, 4),
    )


def _source(actor: Actor, run_id: str, file: str) -> tuple[str, str] | None:
    """Return ``node.parameter`` and reference of the dataset version that the test rows came from.

    Where several are read (train and test apart), the one whose file bears the name that the rows remember.
    """
    from inkstone.backend.service import datasets

    with session() as db:
        run = find_run(db, run_id)
        document, found_id = Document.model_validate(run.document), run.id
    meant = {item["target"]: item["means"] for item in environment_of(found_id).get("data", [])}
    read = {
        f"{node}.source": meant.get(f"{node}.source", str(item.params["source"]))
        for node, item in document.nodes.items()
        if item.enabled and str(item.params.get("source", "")).startswith("dataset:")
    }
    if len(read) == 1:
        return next(iter(read.items()))
    same = []
    for target, reference in read.items():
        with suppress(InkstoneError):  # a deleted dataset cannot be corrected
            if datasets.get(actor, reference).file_name == file:
                same.append((target, reference))
    return same[0] if len(same) == 1 else None


def _model_folder(actor: Actor, run_id: str, node: str) -> Any:
    require_read(actor, "run.explain")
    with session() as db:
        document = Document.model_validate(find_run(db, run_id).document)
    given = document.nodes[node].inputs.get("model") if node in document.nodes else None
    edge = str(given[0] if isinstance(given, list) else given) if given else ""
    source, dot, port = edge.partition(".")
    if not dot:
        raise NO_MODEL_THERE(node=node)
    return run_details.output_folder(actor, run_id, source, port)
