"""Finds runs: filters, free search, any parameter or figure as a column, sorted by the database, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, Select, Subquery, case, exists, func, or_, select
from sqlalchemy.orm import Session

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.run_errors import BAD_ORDER, BAD_STATE
from inkstone.backend.service.run_rows import run_views
from inkstone.backend.service.views import RunView
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import LatestMetric, Run, User
from inkstone.backend.store.tables_organisation import RunStar, RunTag, RunValue

FIGURE, PARAMETER = "figure:", "param:"
_SIMPLE = {"created": Run.created_at, "name": Run.name, "state": Run.state}
_MOST_CHOICES = 500


class FigureRange(BaseModel):
    """Bounds of a figure, both included."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=100)
    low: float | None = None
    high: float | None = None


class RunFilter(BaseModel):
    """Which runs to show; what is not given does not narrow.

    Attributes:
        text: Part of the name, the note, a tag, the template, the data, or the beginning of the id.
        states: Any of these states.
        template: Started from this solution template.
        dataset: Reads this dataset, in any version.
        tags: Has all of these tags.
        owner: Started by the user of this name.
        starred: Has a star of the asker.
        after: Started then or later.
        before: Started before.
        figures: Each figure lies within its bounds.
        trashed: Show the trash instead.
    """

    model_config = ConfigDict(extra="forbid")

    text: str = Field("", max_length=200)
    states: list[RunState] = []
    template: str | None = None
    dataset: str | None = None
    tags: list[str] = []
    owner: str | None = None
    starred: bool = False
    after: datetime | None = None
    before: datetime | None = None
    figures: list[FigureRange] = []
    trashed: bool = False


class RunRow(BaseModel):
    """A run with the values of the chosen columns (``figure:NAME``, ``param:NODE.NAME``)."""

    run: RunView
    owner: str | None
    values: dict[str, float | str | None]


class RunPage(BaseModel):
    """A page of runs; ``total`` counts all that the filter lets through."""

    rows: list[RunRow]
    total: int


class RunChoices(BaseModel):
    """What can be filtered by and shown: names with the number of runs that have them."""

    figures: dict[str, int]
    params: dict[str, int]
    tags: dict[str, int]
    templates: dict[str, int]
    datasets: dict[str, int]
    owners: dict[str, int]


def search(
    actor: Actor,
    wanted: RunFilter | None = None,
    *,
    order: str = "-created",
    columns: Sequence[str] = (),
    limit: int = 50,
    offset: int = 0,
) -> RunPage:
    """Return a page of runs.

    Args:
        actor: Who asks.
        wanted: Which runs.
        order: ``created``, ``name``, ``state``, ``seconds``, ``figure:NAME`` or ``param:NODE.NAME``; with ``-`` the other
            way round. Runs without the value come last either way.
        columns: Figures and parameters to return with each run.
        limit: Rows of the page.
        offset: Rows before it.

    Raises:
        InkstoneError: ``runs.bad_order``.
    """
    require_read(actor, "run.list")
    with session() as db:
        query = filtered(actor, wanted or RunFilter())
        total = db.scalar(select(func.count()).select_from(query.with_only_columns(Run.id).subquery())) or 0
        found = db.scalars(_ordered(query, order).limit(limit).offset(offset)).all()
        views = run_views(db, found, actor)
        cells = values(db, [run.id for run in found], columns)
        owners = dict(db.execute(select(User.id, User.name)).tuples().all())
        rows = [
            RunRow(run=view, owner=owners.get(view.owner_id or ""), values=cells.get(view.id, {})) for view in views
        ]
    return RunPage(rows=rows, total=total)


def choices(actor: Actor) -> RunChoices:
    """Return what the runs that are not in the trash can be filtered by."""
    require_read(actor, "run.list")
    kept = select(Run.id).where(Run.trashed_at.is_(None)).scalar_subquery()
    source = RunValue.name.endswith(".source", autoescape=True)
    with session() as db:

        def count(column: Any, run_id: Any, *where: ColumnElement[bool]) -> dict[str, int]:
            query = select(column, func.count(func.distinct(run_id))).where(
                run_id.in_(kept), column.is_not(None), *where
            )
            rows = db.execute(query.group_by(column).order_by(column).limit(_MOST_CHOICES)).tuples()
            return {str(name): int(number) for name, number in rows}

        references = count(RunValue.text, RunValue.run_id, source)
        owners = select(User.name, func.count()).join(Run, Run.owner_id == User.id).where(Run.trashed_at.is_(None))
        return RunChoices(
            figures=count(LatestMetric.name, LatestMetric.run_id),
            params=count(RunValue.name, RunValue.run_id),
            tags=count(RunTag.tag, RunTag.run_id),
            templates=count(Run.template, Run.id),
            datasets=_by_dataset(references),
            owners=dict(db.execute(owners.group_by(User.name)).tuples().all()),
        )


def states_named(name: str | None) -> list[RunState]:
    """Return the states that a word means: one state, ``active`` (not ended), or all when there is none.

    Raises:
        InkstoneError: ``runs.bad_state``.
    """
    if not name:
        return []
    if name.lower() == "active":
        return [state for state in RunState if not state.is_final]
    if name.upper() not in RunState.__members__:
        raise BAD_STATE(at="state", state=name, states=", ".join(state.lower() for state in RunState))
    return [RunState(name.upper())]


def filtered(actor: Actor, wanted: RunFilter) -> Select[Run]:
    """Return the query of the runs that a filter lets through."""
    query = select(Run).where(Run.trashed_at.is_not(None) if wanted.trashed else Run.trashed_at.is_(None))
    if wanted.states:
        query = query.where(Run.state.in_([state.value for state in wanted.states]))
    if wanted.template:
        query = query.where(Run.template == wanted.template)
    if wanted.dataset:
        query = query.where(_reads(wanted.dataset))
    for tag in wanted.tags:
        query = query.where(exists().where(RunTag.run_id == Run.id, RunTag.tag == tag))
    if wanted.owner:
        query = query.where(Run.owner_id == select(User.id).where(User.name == wanted.owner).scalar_subquery())
    if wanted.starred:
        query = query.where(exists().where(RunStar.run_id == Run.id, RunStar.user_id == (actor.user_id or "")))
    if wanted.after:
        query = query.where(Run.created_at >= wanted.after)
    if wanted.before:
        query = query.where(Run.created_at < wanted.before)
    for bounds in wanted.figures:
        found = figure_values(bounds.name)
        query = query.join(found, found.c.run_id == Run.id)
        if bounds.low is not None:
            query = query.where(found.c.value >= bounds.low)
        if bounds.high is not None:
            query = query.where(found.c.value <= bounds.high)
    return query.where(_holds(wanted.text.strip())) if wanted.text.strip() else query


def figure_values(name: str) -> Subquery:
    """Return run and value of a figure: that of the node whose figures the lists show, else the highest of any node."""
    shown = func.max(case((LatestMetric.node == Run.figures_node, LatestMetric.value)))
    query = select(LatestMetric.run_id, func.coalesce(shown, func.max(LatestMetric.value)).label("value"))
    query = query.join(Run, Run.id == LatestMetric.run_id).where(LatestMetric.name == name)
    return query.group_by(LatestMetric.run_id).subquery()


def values(db: Session, run_ids: list[str], columns: Sequence[str]) -> dict[str, dict[str, float | str | None]]:
    """Return run to column to value."""
    found: dict[str, dict[str, float | str | None]] = {}
    names = [column.removeprefix(PARAMETER) for column in columns if column.startswith(PARAMETER)]
    if names:
        rows = select(RunValue).where(RunValue.run_id.in_(run_ids), RunValue.name.in_(names))
        for row in db.scalars(rows):
            found.setdefault(row.run_id, {})[PARAMETER + row.name] = row.text if row.number is None else row.number
    for column in columns:
        if column.startswith(FIGURE):
            part = figure_values(column.removeprefix(FIGURE))
            for run_id, value in db.execute(select(part).where(part.c.run_id.in_(run_ids))).tuples():
                found.setdefault(run_id, {})[column] = value
    return found


def _ordered(query: Select[Run], order: str) -> Select[Run]:
    name = order.removeprefix("-")
    column: Any
    if name in _SIMPLE:
        column = _SIMPLE[name]
    elif name == "seconds":
        column = func.julianday(Run.ended_at) - func.julianday(Run.started_at)
        column = Run.ended_at - Run.started_at if _postgres() else column
    elif name.startswith(FIGURE):
        part = figure_values(name.removeprefix(FIGURE))
        query, column = query.outerjoin(part, part.c.run_id == Run.id), part.c.value
    elif name.startswith(PARAMETER):
        part = select(RunValue).where(RunValue.name == name.removeprefix(PARAMETER)).subquery()
        query = query.outerjoin(part, part.c.run_id == Run.id)
        down = order.startswith("-")
        both = [part.c.number, part.c.text]
        return query.order_by(*((item.desc() if down else item.asc()).nulls_last() for item in both), Run.id)
    else:
        raise BAD_ORDER(at="order", order=order)
    return query.order_by((column.desc() if order.startswith("-") else column.asc()).nulls_last(), Run.id)


def _postgres() -> bool:
    from inkstone.backend.store.database import engine

    return engine().dialect.name == "postgresql"


def _reads(dataset: str) -> ColumnElement[bool]:
    name = dataset if ":" in dataset else f"dataset:{dataset}"
    same = or_(RunValue.text == name, RunValue.text.startswith(name + "@", autoescape=True))
    return exists().where(RunValue.run_id == Run.id, RunValue.name.endswith(".source", autoescape=True), same)


def _holds(text: str) -> ColumnElement[bool]:
    return or_(
        Run.name.icontains(text, autoescape=True),
        Run.note.icontains(text, autoescape=True),
        Run.id.startswith(text.lower(), autoescape=True),
        Run.template.icontains(text, autoescape=True),
        exists().where(RunTag.run_id == Run.id, RunTag.tag.icontains(text, autoescape=True)),
        exists().where(
            RunValue.run_id == Run.id,
            RunValue.name.endswith(".source", autoescape=True),
            RunValue.text.icontains(text, autoescape=True),
        ),
    )


def _by_dataset(references: dict[str, int]) -> dict[str, int]:
    """Sum the versions of each dataset up."""
    found: dict[str, int] = {}
    for reference, number in references.items():
        name = reference.rpartition("@")[0] or reference
        found[name] = found.get(name, 0) + number
    return found
