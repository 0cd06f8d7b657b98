"""Whether the texts that a deployment is asked, and the labels it gives, still look like those it was trained on.

Population stability index (Siddiqi, "Credit Risk Scorecards", 2006) between the shares a of training and b of now:
``PSI = sum_i (a_i - b_i) ln(a_i / b_i)``. Without any change, PSI follows about ``chi2(B - 1) (1/N + 1/M)`` for B bars, N training
rows and M texts (Yurdakul and Naranjo, "Statistical properties of the population stability index", 2020): what lies within 95 % of
that is noise and not called drift.
"""

import math
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import select

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.deployment_views import Drift, DriftView
from inkstone.backend.service.deployments import deployment_row
from inkstone.backend.service.models import version_folder
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import ModelVersion, now
from inkstone.backend.store.tables_serving import DeploymentMinute
from inkstone.components.nlp import model_io
from inkstone.components.nlp.profile import LENGTHS, LONGER

LEAST_TEXTS = 100
SOME, MUCH = 0.1, 0.25
"""Usual bounds of the index: a moderate shift, a large one."""
_HALF = 0.5  # added to each count, so that an empty bar does not make the index infinite


def drift(actor: Actor, name: str, hours: int = 24) -> DriftView:
    """Compare what the answering version of a deployment was asked within some hours with its training rows.

    Args:
        actor: Who asks.
        name: The deployment.
        hours: How far to look back.

    Raises:
        InkstoneError: ``deployment.unknown``.
    """
    require_read(actor, "deployment.usage")
    with session() as db:
        row = deployment_row(db, name)
        version = db.get_one(ModelVersion, row.version_id)
        since = now() - timedelta(hours=hours)
        minutes = db.scalars(
            select(DeploymentMinute).where(
                DeploymentMinute.deployment_id == row.id,
                DeploymentMinute.version_id == row.version_id,
                DeploymentMinute.minute >= since,
            )
        ).all()
        profile = model_io.read_card(version_folder(version)).profile
        reference = f"{version.model.name}@{version.number}"
    lengths, labels = _added(item.lengths for item in minutes), _added(item.labels for item in minutes)
    texts = sum(lengths.values())
    enough = bool(profile) and texts >= LEAST_TEXTS
    return DriftView(
        model=reference,
        hours=hours,
        texts=texts,
        least_texts=LEAST_TEXTS,
        known=bool(profile),
        lengths=compare(_ordered(profile["lengths"]), lengths) if enough else None,
        labels=compare(profile["labels"], labels) if enough and profile["labels"] else None,
    )


def compare(before: Mapping[str, int], after: Mapping[str, int]) -> Drift:
    """Return the index between two histograms, and what it means."""
    from scipy.stats import chi2

    bars = [*before, *(bar for bar in after if bar not in before)]
    first, second = _shares(before, bars), _shares(after, bars)
    index = sum((first[bar] - second[bar]) * math.log(first[bar] / second[bar]) for bar in bars)
    freedom = 1 / sum(before.values()) + 1 / sum(after.values())
    noise = float(chi2.ppf(0.95, len(bars) - 1)) * freedom if len(bars) > 1 else 0.0
    return Drift(
        before={bar: before.get(bar, 0) / sum(before.values()) for bar in bars},
        after={bar: after.get(bar, 0) / sum(after.values()) for bar in bars},
        index=round(index, 4),
        noise=round(noise, 4),
        verdict=_verdict(index, noise),
    )


def _verdict(index: float, noise: float) -> Literal["steady", "some", "much"]:
    if index < SOME or index <= noise:
        return "steady"
    return "some" if index < MUCH else "much"


def _shares(counts: Mapping[str, int], bars: list[str]) -> dict[str, float]:
    total = sum(counts.values()) + _HALF * len(bars)
    return {bar: (counts.get(bar, 0) + _HALF) / total for bar in bars}


def _added(histograms: Any) -> Counter[str]:
    total: Counter[str] = Counter()
    for histogram in histograms:
        total.update(histogram)
    return total


def _ordered(lengths: Mapping[str, int]) -> dict[str, int]:
    """Return the bars from short to long, those without rows in between included."""
    bars = [*map(str, LENGTHS), LONGER]
    used = [place for place, bar in enumerate(bars) if lengths.get(bar)]
    return {bar: lengths.get(bar, 0) for bar in bars[min(used, default=0) : max(used, default=0) + 1]}
