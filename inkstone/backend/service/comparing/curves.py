"""Curves of several runs over one axis, smoothed and thinned on the server."""

import math
from collections.abc import Sequence
from typing import Literal, get_args

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.comparing.subjects import find_subjects
from inkstone.backend.service.comparing.thinning import largest_triangles, smoothed
from inkstone.backend.service.comparing.views import ComparedCurve
from inkstone.backend.service.run_errors import BAD_AXIS
from inkstone.backend.store.database import session
from inkstone.backend.store.series import Curve
from inkstone.backend.store.series import curves as stored_curves

Axis = Literal["step", "epoch", "time"]


def curves(
    actor: Actor,
    references: Sequence[str],
    names: Sequence[str],
    *,
    axis: str = "step",
    smoothing: float = 0.0,
    points: int = 300,
) -> list[ComparedCurve]:
    """Return the curves of runs.

    Args:
        actor: Who asks.
        references: ``RUN`` or ``RUN:NODE``.
        names: Figures, such as ``train/loss``.
        axis: ``step``, ``epoch``, or ``time``: seconds since the first point of the run.
        smoothing: Weight of the past, 0 to 0.999.
        points: At most this many points a curve.

    Raises:
        InkstoneError: ``compare.bad_axis``.
    """
    require_read(actor, "run.compare")
    if axis not in get_args(Axis):
        raise BAD_AXIS(at="axis", axis=axis)
    with session() as db:
        subjects = [item.view for item in find_subjects(db, references)]
        runs = list(dict.fromkeys(item.run for item in subjects))
        stored = stored_curves(db, runs, names)
    first = {
        run: min((min(c.times) for key, c in stored.items() if key[0] == run and c.times), default=0.0) for run in runs
    }
    found, seen = [], set()
    for subject in subjects:
        if subject.run in seen:  # two evaluations of one run share its training
            continue
        seen.add(subject.run)
        for (run, node, name), curve in sorted(stored.items()):
            if run == subject.run and curve.total > 1:
                x, y, missing = _line(curve, axis, first[run])
                y = smoothed(y, min(0.999, max(0.0, smoothing)))
                kept = largest_triangles(x, y, points)
                found.append(
                    ComparedCurve(
                        key=subject.key,
                        node=node,
                        name=name,
                        x=[x[index] for index in kept],
                        y=[y[index] for index in kept],
                        total=curve.total,
                        missing=missing,
                    )
                )
    return found


def _line(curve: Curve, axis: str, start: float) -> tuple[list[float], list[float], int]:
    """Return the points that are numbers, in the order of the axis, and how many were not."""
    along: dict[str, Sequence[float | None]] = {
        "step": curve.steps,
        "epoch": curve.epochs,
        "time": [moment - start for moment in curve.times],
    }
    positions = along[axis]
    both = zip(positions, curve.values, strict=True)
    pairs = [(float(x), y) for x, y in both if x is not None and y is not None and math.isfinite(y)]
    pairs.sort(key=lambda pair: pair[0])
    missing = sum(value is None for value in curve.values)
    return [x for x, _ in pairs], [y for _, y in pairs], missing
