"""Thresholds of a model's classes: tried on its dev rows, and kept as the policy of a new version of the model.

A version of a model never changes. Saving thresholds therefore makes the next version: the same classifier with another policy,
which everything that answers with that version obeys.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from inkstone.backend.service import audit, models
from inkstone.backend.service.actor import Actor, require_read, require_write
from inkstone.backend.service.analysis.dev_rows import DevRows, dev_rows
from inkstone.backend.service.analysis.errors import BAD_THRESHOLD, NOT_A_CLASSIFIER
from inkstone.backend.service.views import ModelVersionView
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.components.nlp.metrics import membership
from inkstone.components.nlp.risk.policy import ClassPolicy, Goal, Policy, safe_class
from inkstone.components.nlp.risk.thresholds import NEVER, Costs
from inkstone.components.nlp.risk.trial import Trial, curve_of, suggested, trial

NO_CLASS = "-"
"""Stands for: no class is harmless."""


class Wish(BaseModel):
    """What to try.

    Attributes:
        data: Labelled rows instead of the dev rows of the model's run.
        safe: The class of harmless texts; ``-`` for none; None takes that of the model's policy, or one called normal, 正常 ...
            A model of several classes a text knows its own.
        classes: Thresholds of classes; those not given stay as they are.
        goal: Choose the thresholds for this instead.
        wished: The wished precision or recall.
        costs: Of a miss, a wrong decision and a review.
    """

    model_config = ConfigDict(extra="forbid")

    data: str | None = None
    safe: str | None = None
    classes: dict[str, ClassPolicy] = {}
    goal: Goal | None = None
    wished: float = Field(0.95, gt=0, le=1)
    costs: tuple[float, float, float] = Costs()


class Thresholds(BaseModel):
    """Thresholds with what they do on the rows.

    Attributes:
        model: The version.
        data: Where the rows came from.
        from_run: They are the dev rows of the model's run.
        rows: How many rows count.
        left_out: Rows left out, as there are more than are scored.
        labels: Classes of the model.
        policy: The thresholds tried.
        several: A text may be of several classes, each with thresholds for itself.
        saved: The model has a policy already.
        words: The model has a word list, which is not counted here.
        trial: What they do.
        curves: Precision and recall of each class over its threshold.
    """

    model: str
    data: str
    from_run: bool
    rows: int
    left_out: int
    labels: list[str]
    policy: Policy
    several: bool
    saved: bool
    words: bool
    trial: Trial
    curves: dict[str, dict[str, Any]]


def look(actor: Actor, reference: str, wish: Wish | None = None) -> Thresholds:
    """Try thresholds on the dev rows of a model.

    Raises:
        InkstoneError: ``models.unknown``, ``thresholds.not_a_classifier``, ``thresholds.no_dev_rows``,
            ``thresholds.bad_threshold``, ``risk.unknown_safe_class``.
    """
    require_read(actor, "model.thresholds")
    wish = wish or Wish()
    version = models.get(actor, reference)
    _require_classes(actor, version)
    rows = dev_rows(actor, version, wish.data)
    present = _present(actor, version)
    policy = _policy(wish, rows, present)
    members = membership(rows.true, len(rows.labels))
    return Thresholds(
        model=version.reference,
        data=rows.data,
        from_run=rows.from_run,
        rows=len(rows.true),
        left_out=rows.left_out,
        labels=rows.labels,
        policy=policy,
        several=rows.several,
        saved=present is not None,
        words=_parts(actor, version)[1] is not None,
        trial=trial(policy, rows.labels, rows.scores, rows.true, Costs(*wish.costs)),
        curves={label: curve_of(rows.scores[:, n], members[:, n]) for n, label in enumerate(rows.labels)},
    )


def save(actor: Actor, reference: str, wish: Wish) -> ModelVersionView:
    """Keep thresholds as the policy of the next version of the model.

    Raises:
        InkstoneError: As ``look``, or ``auth.forbidden``.
    """
    import tempfile
    from pathlib import Path

    from inkstone import paths
    from inkstone.backend.store.registry import register_model
    from inkstone.components.nlp.risk.model import save_risk_model

    with session() as db:
        row = lookup.model_version(db, reference)
        require_write(actor, row.model.owner_id, "model.policy")
        owner, name, run_id, node = row.model.owner_id, row.model.name, row.run_id, row.node
    version = models.get(actor, reference)
    _require_classes(actor, version)
    rows = dev_rows(actor, version, wish.data)
    policy = _policy(wish, rows, _present(actor, version))
    inner, lexicon, fuzzy = _parts(actor, version)
    with tempfile.TemporaryDirectory(dir=paths.folder("cache")) as folder:
        target = Path(folder) / "model"
        target.mkdir()
        save_risk_model(target, inner, policy, lexicon, fuzzy, component="thresholds")
        made = register_model(
            name,
            target,
            metrics=version.metrics,
            note=_note(version, rows),
            run_id=run_id,
            node=node,
            owner_id=owner,
        )
    with session() as db:
        audit.record(db, actor, "model.policy", made, rows=len(rows.true), data=rows.data)
    return models.get(actor, made)


def _require_classes(actor: Actor, version: ModelVersionView) -> None:
    """Raise ``thresholds.not_a_classifier`` unless a model gives classes, one or several, to one text."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.tagging.requirements import gives_labels

    if not gives_labels(model_io.read_card(_parts(actor, version)[0]).task):
        require_classifier(actor, version)


def _note(version: ModelVersionView, rows: DevRows) -> Any:
    from inkstone.components.texts import text

    return text(
        f"{version.reference} 加上阈值，阈值在“{rows.data}”的 {len(rows.true)} 行上选定，没有用测试集。",
        f"{version.reference} with thresholds, chosen on {len(rows.true)} rows of {rows.data}, not on test rows.",
    )


def _parts(actor: Actor, version: ModelVersionView) -> tuple[Any, Any, bool]:
    from inkstone.components.nlp.risk.model import parts_of

    return parts_of(models.folder(actor, version.reference))


def _present(actor: Actor, version: ModelVersionView) -> Policy | None:
    """Return the policy that the model has."""
    if version.task != "risk_control":
        return None
    return Policy.model_validate_json((models.folder(actor, version.reference) / "policy.json").read_text("utf-8"))


def _policy(wish: Wish, rows: DevRows, present: Policy | None) -> Policy:
    labels = rows.labels
    # Of several classes "none" is one that the model itself knows of, so it is no matter of choice.
    safe = rows.safe if rows.safe is not None else _safe(wish.safe, labels, present)
    _require_sound(wish.classes, labels, safe)
    if wish.goal is None and present is not None and present.safe == safe:
        classes = dict(present.classes)
    elif wish.goal is None and safe is None:
        classes = {label: ClassPolicy() for label in labels}
    else:
        goal = wish.goal or "precision"
        costs = Costs(*wish.costs)
        classes = suggested(labels, rows.scores, rows.true, safe, goal, wish.wished, costs, several=rows.several)
    changed: dict[str, Any] = {
        "safe": safe,
        "several": rows.several,
        "classes": classes | wish.classes,
        "goal": wish.goal or "hand",
        "wished": wish.wished,
    }
    return present.model_copy(update=changed) if present is not None else Policy(**changed)


def _safe(wished: str | None, labels: list[str], present: Policy | None) -> str | None:
    if wished == NO_CLASS:
        return None
    if wished is None and present is not None:
        return present.safe
    if wished is not None:
        return safe_class(labels, wished)
    from inkstone.components.errors import InkstoneError

    try:
        return safe_class(labels, None)
    except InkstoneError:
        return None  # none is called so: every class counts


def _require_sound(classes: Mapping[str, ClassPolicy], labels: list[str], safe: str | None) -> None:
    for label, limits in classes.items():
        numbers = (limits.review, limits.block, limits.accept)
        fit = all(np.isfinite(number) and 0 <= number <= NEVER for number in numbers) and limits.review <= limits.block
        if label not in labels or label == safe or not fit:
            raise BAD_THRESHOLD(
                label=label, value=", ".join(f"{number:g}" for number in numbers), labels=", ".join(labels)
            )


def require_classifier(actor: Actor, version: ModelVersionView) -> None:
    """Raise ``thresholds.not_a_classifier`` unless a model gives one class to one text."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.tagging.loading import is_tagger

    inner = model_io.read_card(_parts(actor, version)[0])
    if not version.labels:
        raise NOT_A_CLASSIFIER(model=version.reference, task=version.task)
    if inner.settings.get("pairs"):
        raise NOT_A_CLASSIFIER(model=version.reference, task="text pairs")
    if is_tagger(inner.task):
        raise NOT_A_CLASSIFIER(model=version.reference, task=inner.task)
