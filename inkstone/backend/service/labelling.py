"""Labelling: a queue of rows, every label kept with who and when, and new versions made of the labels."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inkstone.backend.service import audit, data_jobs, dataset_rows, label_entries, models
from inkstone.backend.service.actor import Actor, require_create, require_read
from inkstone.backend.service.derived import Roles, derive, open_version
from inkstone.backend.service.errors import NOTHING_LABELLED
from inkstone.backend.service.label_queue import label_values, next_rows
from inkstone.backend.service.views import DatasetVersionView, JobView, LabelQueue, LabelView
from inkstone.backend.store.database import session
from inkstone.components.artifacts import Table
from inkstone.components.data.options import Progress

_JUDGED_ROWS = 2000
_JUDGED_AT_ONCE = 64


def queue(actor: Actor, reference: str, model: str | None = None, limit: int = 20) -> LabelQueue:
    """Return the rows to label next: those without a label first; with ``model``, the least certain first.

    Args:
        actor: Who labels.
        reference: The version.
        model: A registered model that was asked with ``begin_uncertainty``; its answer must be there.
        limit: Rows to return.
    """
    require_read(actor, "dataset.label_queue")
    order = None
    if model:
        job = look_uncertainty(actor, reference, model)
        order = job.result if job.state == "done" else None
    with session() as db:
        version = dataset_rows.find_version(db, reference)
        given = label_entries.current(db, version)
    table, roles = open_version(reference)
    return next_rows(table, roles, given, order, limit)


def classes(actor: Actor, reference: str) -> list[str]:
    """Return the labels that stand in the label column, the commonest 200."""
    require_read(actor, "dataset.classes")
    return label_values(*open_version(reference)).classes


def label(actor: Actor, reference: str, row: int, labels: Sequence[str]) -> None:
    """Give a row its label, and further ones where it has several."""
    _keep(actor, reference, {row: label_entries.tidy(row, labels)})


def skip(actor: Actor, reference: str, row: int) -> None:
    """Put a row aside: it comes back at the end of the queue."""
    _keep(actor, reference, {row: []})


def undo(actor: Actor, reference: str) -> int | None:
    """Take back this person's last label or skip; return the row."""
    require_create(actor, "dataset.label")
    with session() as db:
        return label_entries.undo(db, actor, dataset_rows.find_version(db, reference))


def history(actor: Actor, reference: str, limit: int = 100, offset: int = 0) -> list[LabelView]:
    """Return who gave which label when, newest first."""
    require_read(actor, "dataset.labels")
    with session() as db:
        return label_entries.history(db, dataset_rows.find_version(db, reference), limit, offset)


def make_version(actor: Actor, reference: str, progress: Progress | None = None) -> DatasetVersionView:
    """Make a new version with the labels that people gave to the rows of this one.

    Raises:
        InkstoneError: ``dataset.nothing_labelled``.
    """
    require_create(actor, "dataset.label")
    with session() as db:
        entries = label_entries.current(db, dataset_rows.find_version(db, reference))
    labels = {row: given for row, given in entries.items() if given}
    if not labels:
        raise NOTHING_LABELLED()
    return _derive(actor, reference, labels, progress)


def edit_labels(actor: Actor, reference: str, labels: Mapping[int, str]) -> DatasetVersionView:
    """Correct labels and make a new version at once; who corrected what is kept like any label."""
    given = {row: label_entries.tidy(row, [name]) for row, name in labels.items()}
    if not given:
        raise NOTHING_LABELLED()
    _keep(actor, reference, given)
    return _derive(actor, reference, given, None)


def begin_edit(actor: Actor, reference: str, labels: Mapping[int, str]) -> JobView:
    """Keep corrected labels, and start making the new version in the background."""
    _keep(actor, reference, {row: label_entries.tidy(row, [name]) for row, name in labels.items()})
    return begin_version(actor, reference)


def begin_version(actor: Actor, reference: str) -> JobView:
    """Start making the new version in the background."""
    require_create(actor, "dataset.label")
    return data_jobs.begin(actor, "labels", reference, {}, again=True)


def look_version(actor: Actor, reference: str) -> JobView:
    """Return how far the new version is."""
    require_read(actor, "dataset.label")
    return data_jobs.look("labels", data_jobs.folder_of("labels", reference, {}))


def begin_uncertainty(actor: Actor, reference: str, model: str) -> JobView:
    """Start asking a model, in the background, which rows it is least sure of."""
    require_create(actor, "dataset.label")
    return data_jobs.begin(actor, "uncertainty", reference, _question(actor, reference, model))


def look_uncertainty(actor: Actor, reference: str, model: str) -> JobView:
    """Return how far the model is; its result is a list of row, suggestion and confidence, the least certain first."""
    require_read(actor, "dataset.label")
    return data_jobs.look(
        "uncertainty", data_jobs.folder_of("uncertainty", reference, _question(actor, reference, model))
    )


def stop_uncertainty(actor: Actor, reference: str, model: str) -> None:
    """Stop asking the model."""
    require_create(actor, "dataset.label")
    data_jobs.stop(data_jobs.folder_of("uncertainty", reference, _question(actor, reference, model)))


def version_work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> Any:
    """Do the job ``labels``."""
    return make_version(actor, reference, progress).model_dump(mode="json")


def uncertainty_work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> Any:
    """Do the job ``uncertainty``: a model reads rows without a label, or all where every row has one.

    The least certain rows are those with the smallest highest probability: Lewis and Gale, "A Sequential Algorithm for
    Training Text Classifiers" (1994).
    """
    table, roles = open_version(reference)
    rows = label_values(table, roles).sample(_JUDGED_ROWS)
    text, pair = table.column("text") if "text" not in roles else roles["text"], roles.get("text_pair")
    from inkstone.backend.service.table_search import rows_at

    judged = []
    for start in range(0, len(rows), _JUDGED_AT_ONCE):
        places = rows[start : start + _JUDGED_AT_ONCE]
        values = rows_at(table, places)
        texts = [str(row[text] or "") for row in values]
        pairs = [str(row[pair] or "") for row in values] if pair else None
        for place, ranked in zip(places, models.predict(actor, params["model"], texts, pairs), strict=True):
            judged.append({"row": int(place), "suggestion": ranked[0].label, "confidence": ranked[0].score})
        progress(start + len(places), len(rows))
    return sorted(judged, key=lambda item: item["confidence"])


def _question(actor: Actor, reference: str, model: str) -> dict[str, Any]:
    view = models.get(actor, model)
    return {"roles": open_version(reference)[1], "model": f"{view.name}@{view.version}"}


def _keep(actor: Actor, reference: str, labels: Mapping[int, Sequence[str]]) -> None:
    require_create(actor, "dataset.label")
    with session() as db:
        label_entries.add(db, actor, dataset_rows.find_version(db, reference), labels)


def _derive(
    actor: Actor, reference: str, labels: Mapping[int, Sequence[str]], progress: Progress | None
) -> DatasetVersionView:
    from inkstone.components.data.labelled import write_labels

    def change(table: Table, roles: Roles, scratch: Path) -> tuple[Table, Roles]:
        return write_labels(table, labels, scratch / "labelled", roles)

    made = {"how": "labels", "labels": len(labels)}
    version = derive(actor, reference, change, made, progress)
    with session() as db:
        audit.record(db, actor, "dataset.label", f"{version.name}@{version.version}", labels=len(labels))
    return version
