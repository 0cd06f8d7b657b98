"""Runs again: the same with the same data and seed, to see whether the figures come out the same; or with changes."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from inkstone.backend.pipeline.document import Pipeline as Document
from inkstone.backend.pipeline.edit import apply_overrides
from inkstone.backend.service import runs
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.run_record import environment_of
from inkstone.backend.service.run_rows import find_run, latest_metrics
from inkstone.backend.service.views import RunView
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Run

Launcher = Literal["supervisor", "cli"]
_TIMES = ("seconds", "rows_per_second", "per_second")  # figures of the clock differ each time


class Reproduction(BaseModel):
    """Whether a repeated run gave the same figures.

    Attributes:
        original: The run repeated.
        same: Figures that came out the same, to the last digit.
        different: Figure to its value before and now.
        changed: What differs in the environment: name to what it was and is.
    """

    original: str
    same: list[str]
    different: dict[str, tuple[float | None, float | None]]
    changed: dict[str, tuple[Any, Any]]


def reproduce(actor: Actor, run_id: str, launcher: Launcher = "supervisor") -> RunView:
    """Queue a run that repeats another: the same document, the versions of data that it read then, its seed, no cache.

    Raises:
        InkstoneError: ``runs.unknown``, ``auth.forbidden``, or what is not there any more.
    """
    require_read(actor, "run.reproduce")
    with session() as db:
        run = find_run(db, run_id)
        document = Document.model_validate(run.document)
        original, name, kept = run.id, run.name, dict(run.options)
    pinned = {item["target"]: item["means"] for item in environment_of(original).get("data", [])}
    options = {key: kept[key] for key in ("executor", "seed", "template", "to", "only") if kept.get(key) is not None}
    made = runs.start(
        actor,
        apply_overrides(document, pinned),
        name=name,
        template=kept.get("template"),
        options={**options, "fresh": True, "reproduces": original},
        launcher=launcher,
    )
    with session() as db:
        db.get_one(Run, made.id).parent_id = original
    return runs.view(actor, made.id)


def clone(
    actor: Actor,
    run_id: str,
    overrides: Mapping[str, Any],
    *,
    seed: int | None = None,
    name: str | None = None,
    launcher: Launcher = "supervisor",
) -> RunView:
    """Queue a run of the same document with other parameters; what did not change comes from the cache.

    Args:
        actor: Who asks.
        run_id: The run to start from.
        overrides: ``node.param`` to value.
        seed: Another seed.
        name: Another name.
        launcher: Who starts the run process.

    Raises:
        InkstoneError: ``runs.unknown``, ``pipeline.unknown_node`` and the like.
        ProblemList: Everything that is wrong with the changed document.
    """
    require_read(actor, "run.clone")
    with session() as db:
        run = find_run(db, run_id)
        document = Document.model_validate(run.document)
        kept, old_name = dict(run.options), run.name
    options = {key: kept[key] for key in ("executor", "seed") if kept.get(key) is not None}
    if seed is not None:
        options["seed"] = seed
    return runs.start(
        actor,
        apply_overrides(document, overrides),
        name=name or old_name,
        template=kept.get("template"),
        options=options,
        launcher=launcher,
    )


def reproduction(actor: Actor, run_id: str) -> Reproduction | None:
    """Return how a repeated run compares with its original; None for a run that repeats none."""
    require_read(actor, "run.get")
    with session() as db:
        run = find_run(db, run_id)
        original = run.options.get("reproduces")
        if original is None or db.get(Run, original) is None:
            return None
        figures = latest_metrics(db, [run.id, original])
        here = run.id
    before, now = (_flat(figures.get(item, {})) for item in (original, here))
    names = [name for name in before.keys() & now.keys() if not name.endswith(_TIMES)]
    old, new = environment_of(original), environment_of(here)
    keys = sorted(old.keys() & new.keys() - {"packages", "data"})
    changed = {key: (old[key], new[key]) for key in keys if old[key] != new[key]}
    packages = (old.get("packages", {}), new.get("packages", {}))
    for key in sorted(packages[0].keys() & packages[1].keys()):
        if packages[0][key] != packages[1][key]:
            changed[key] = (packages[0][key], packages[1][key])
    return Reproduction(
        original=original,
        same=sorted(name for name in names if before[name] == now[name]),
        different={name: (before[name], now[name]) for name in sorted(names) if before[name] != now[name]},
        changed=changed,
    )


def _flat(figures: Mapping[str, Mapping[str, float | None]]) -> dict[str, float | None]:
    return {f"{node}:{name}": value for node, group in figures.items() for name, value in group.items()}
