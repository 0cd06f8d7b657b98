"""Label a few more and train again: a finished run's model picks texts, people label them, the run starts again with them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from inkstone.backend.pipeline.edit import apply_overrides
from inkstone.backend.service import audit, data_jobs, dataset_rows, datasets, label_entries, labelling, models, runs
from inkstone.backend.service.actor import Actor, require_create, require_read
from inkstone.backend.service.derived import Roles, derive, open_version
from inkstone.backend.service.errors import NOT_CHOSEN, NOTHING_LABELLED, NOTHING_TO_CHOOSE
from inkstone.backend.service.label_queue import label_values, rows_to_label
from inkstone.backend.service.learning_sources import Sources, find_sources, settled
from inkstone.backend.service.table_search import rows_at
from inkstone.backend.service.views import JobView, LabelRound, RunView
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.components.artifacts import Table
from inkstone.components.data.options import Progress
from inkstone.components.errors import InkstoneError

Measure = Literal["entropy", "margin"]
_JOB = "choose"
_POOL = 2000
_AT_ONCE = 64


def possible(actor: Actor, run_id: str | None) -> bool:
    """Return whether a run has a model and texts that could be labelled next."""
    try:
        _require_sources(actor, run_id or "")
    except InkstoneError:
        return False
    return True


def choose(
    actor: Actor, run_id: str, count: int = 20, measure: Measure = "entropy", diversity: float = 0.5
) -> LabelRound:
    """Start choosing, in the background, the texts that the run's model is least sure of; once chosen they stay chosen.

    Args:
        actor: Who will label them.
        run_id: A run that succeeded, with a model and with texts without a label.
        count: Texts wanted.
        measure: ``entropy``: unsure among all classes; ``margin``: unsure between the first two.
        diversity: How much likeness to texts already picked counts against a text.

    Raises:
        InkstoneError: ``learning.nothing_to_choose``.
    """
    require_create(actor, "dataset.label")
    detail, found = _require_sources(actor, run_id)
    sources = settled(actor, found)
    folder = data_jobs.folder_of(_JOB, sources.pool, {"run": detail.run.id})
    if data_jobs.look(_JOB, folder).state not in {"running", "done"}:
        _start(actor, folder, sources, detail, {"count": count, "measure": measure, "diversity": diversity})
    return look(actor, run_id)


def look(actor: Actor, run_id: str) -> LabelRound:
    """Return the texts of a round with their labels so far, or how far choosing them is."""
    require_read(actor, "dataset.label_queue")
    detail, found = _require_sources(actor, run_id)
    sources = _known(actor, found)
    if sources is None:
        return LabelRound(run=detail.run.id, job=JobView(kind=_JOB, state="none"))
    job = data_jobs.look(_JOB, data_jobs.folder_of(_JOB, sources.pool, {"run": detail.run.id}))
    facts: dict[str, Any] = {"run": detail.run.id, "dataset": sources.pool}
    if job.state != "done":
        return LabelRound(job=job, **facts)
    chosen = {int(item["row"]): item for item in job.result["rows"]}
    given = {row: labels for row, labels in _given(sources.pool).items() if row in chosen}
    table, roles = open_version(sources.pool)
    text = str(job.result["text"])
    classes = list(dict.fromkeys([*job.result["labels"], *(name for labels in given.values() for name in labels)]))
    return LabelRound(
        job=job.model_copy(update={"result": None}),
        model=job.result["model"],
        text=text,
        rows=rows_to_label(table, {**roles, "text": text}, list(chosen), chosen),
        given=given,
        classes=classes,
        **facts,
    )


def label(actor: Actor, run_id: str, labels: Mapping[int, str]) -> LabelRound:
    """Give labels to texts of a round; an empty one skips the text.

    Raises:
        InkstoneError: ``learning.not_chosen`` for a row that the round does not hold.
    """
    found = look(actor, run_id)
    rows = {item.row for item in found.rows}
    for row in labels:
        if found.dataset is None or row not in rows:
            raise NOT_CHOSEN(at="labels", row=row)
    for row, name in labels.items():
        if name.strip():
            labelling.label(actor, found.dataset or "", row, [name])
        else:
            labelling.skip(actor, found.dataset or "", row)
    return look(actor, run_id)


def retrain(actor: Actor, run_id: str, launcher: Literal["supervisor", "cli"] = "supervisor") -> RunView:
    """Make a new version of the labelled data with the labels of the round, and start the run again with it.

    Raises:
        InkstoneError: ``dataset.nothing_labelled``.
    """
    require_create(actor, "run.start")
    detail, found = _require_sources(actor, run_id)
    sources = settled(actor, found)
    round_ = look(actor, run_id)
    labels = {row: names[0] for row, names in round_.given.items() if names}
    if not labels:
        raise NOTHING_LABELLED()
    if sources.own:
        reference = labelling.make_version(actor, sources.train).reference
    else:
        reference = _with_labels(actor, sources, round_, labels)
    document = apply_overrides(detail.document, {f"{sources.reader}.source": reference})
    kept = {name: detail.run.options[name] for name in ("seed", "executor") if name in detail.run.options}
    with session() as db:
        audit.record(db, actor, "run.retrain", detail.run.id, labels=len(labels), data=reference)
    return runs.start(
        actor, document, name=detail.run.name, template=detail.run.template, options=kept, launcher=launcher
    )


def choose_work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> Any:
    """Do the job ``choose``: score the texts, and pick the uncertain ones that differ from each other."""
    import numpy as np

    from inkstone.components.fewshot.select_rows import pick, uncertainty
    from inkstone.components.nlp.fewshot.component import text_column

    table, roles = open_version(reference)
    text = params["text"] if params["own"] else text_column(table, roles.get("text") or params["text"])
    train_table, _ = open_version(params["train"])
    known = set() if params["own"] else set(_column(train_table, params["text"]))
    rows = _candidates(table, text, known, params["own"], reference)
    if not rows:
        raise NOTHING_TO_CHOOSE()
    places = list(rows)
    texts = [rows[place] for place in places]
    ranked = []
    for start in range(0, len(texts), _AT_ONCE):
        ranked += models.predict(actor, params["model"], texts[start : start + _AT_ONCE])
        progress(min(start + _AT_ONCE, len(texts)), len(texts))
    unsure = uncertainty(np.array([[item.score for item in row] for row in ranked]), params["measure"])
    chosen = pick(texts, unsure, params["count"], params["diversity"])
    picked = [
        {"row": places[index], "suggestion": ranked[index][0].label, "confidence": ranked[index][0].score,
         "uncertainty": float(unsure[index])}
        for index in chosen
    ]  # fmt: skip
    return {"rows": picked, "text": text, "model": params["model"], "labels": params["labels"], "read": len(texts)}


def _start(actor: Actor, folder: Path, sources: Sources, detail: Any, wanted: dict[str, Any]) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    roles = {
        **datasets.get(actor, sources.train).roles,
        **{str(role): column for role, column in sources.columns.items()},
    }
    about = {"model": detail.model.reference, "labels": detail.model.labels, "train": sources.train,
             "own": sources.own, "text": roles["text"]}  # fmt: skip
    data_jobs.start(actor, _JOB, folder, sources.pool, {**wanted, **about})


def _require_sources(actor: Actor, run_id: str) -> tuple[Any, Sources]:
    """Return a run and where its rows come from.

    Raises:
        InkstoneError: ``learning.nothing_to_choose``, or what is wrong with the id.
    """
    detail = runs.get(actor, run_id)
    found = find_sources(detail.document)
    if detail.run.state != RunState.SUCCEEDED or detail.model is None or found is None:
        raise NOTHING_TO_CHOOSE()
    if found.own and not _has_unlabelled(actor, found):
        raise NOTHING_TO_CHOOSE()
    return detail, found


def _has_unlabelled(actor: Actor, sources: Sources) -> bool:
    """Return whether rows without a label stand in the labelled file itself; samples have none."""
    if not sources.train or sources.train.startswith("sample:"):
        return False
    table, roles = open_version(datasets.get(actor, sources.train).id)
    roles = {**roles, **sources.columns}
    return "text" in roles and "label" in roles and bool(len(label_values(table, roles).unlabelled))


def _known(actor: Actor, sources: Sources) -> Sources | None:
    """Return settled sources without making anything; None for a sample that is no dataset yet."""
    if not any(reference.startswith("sample:") for reference in (sources.train, sources.pool)):
        return settled(actor, sources)
    return settled(actor, sources) if actor.role != "viewer" else None


def _given(reference: str) -> dict[int, list[str]]:
    with session() as db:
        return label_entries.current(db, dataset_rows.find_version(db, reference))


def _candidates(table: Table, text: str, known: set[str], own: bool, reference: str) -> dict[int, str]:
    """Return rows, at most ``_POOL`` at even distances, with their texts: neither empty, nor seen, nor labelled already."""
    given = _given(reference)
    _, roles = open_version(reference)
    allowed = set(label_values(table, roles).unlabelled.tolist()) if own else None
    rows: dict[int, str] = {}
    seen = set(known)
    for place, value in enumerate(_column(table, text)):
        if not value.strip() or value in seen or place in given or (allowed is not None and place not in allowed):
            continue
        seen.add(value)
        rows[place] = value
    step = max(1, -(-len(rows) // _POOL))
    return dict(list(rows.items())[::step])


def _column(table: Table, name: str) -> list[str]:
    return [str(value or "") for batch in table.batches([name]) for value in batch.column(0).to_pylist()]


def _with_labels(actor: Actor, sources: Sources, round_: LabelRound, labels: Mapping[int, str]) -> str:
    """Make a version of the labelled data with the texts that were labelled, and return its reference."""
    from inkstone.components.data.appended import append_labelled

    pool, _ = open_version(sources.pool)
    texts = [str(row[round_.text or ""]) for row in rows_at(pool, list(labels))]

    def change(table: Table, roles: Roles, scratch: Path) -> tuple[Table, Roles]:
        used: Roles = {**roles, **sources.columns}
        return append_labelled(table, texts, list(labels.values()), used, scratch / "grown"), used

    made = {"how": "learning", "labels": len(labels), "run": round_.run}
    return derive(actor, sources.train, change, made).reference
