"""Tells people of events: a notice on the page, and one delivery for each webhook that asked for it.

Both are rows of the same transaction as the event, so that nothing is told that did not happen, and nothing is forgotten when a
process dies; the supervisor sends the deliveries.
"""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inkstone.backend.states import RunState
from inkstone.backend.store.tables import LatestMetric, Run, now
from inkstone.backend.store.tables_notices import Notice, Webhook, WebhookDelivery
from inkstone.backend.store.tables_organisation import Switch
from inkstone.backend.store.tables_search import Search, Trial

RUN_SUCCEEDED, RUN_FAILED, RUN_STOPPED = "run.succeeded", "run.failed", "run.stopped"
MODEL_PROMOTED, DEPLOYMENT_UNHEALTHY = "model.promoted", "deployment.unhealthy"
EVENTS = (RUN_SUCCEEDED, RUN_FAILED, RUN_STOPPED, MODEL_PROMOTED, DEPLOYMENT_UNHEALTHY)
TEST = "test"
"""What the test button sends; every webhook takes it."""
_KEPT = 200
_MOST_FIGURES = 12
_OF_STATE = {
    RunState.SUCCEEDED: RUN_SUCCEEDED,
    RunState.FAILED: RUN_FAILED,
    RunState.LOST: RUN_FAILED,
    RunState.CANCELLED: RUN_STOPPED,
}


def announce(db: Session, event: str, owner_id: str | None, subject: dict[str, Any], *, on_page: bool = True) -> None:
    """Tell the owner on the page, and every webhook of the owner or the team that takes such events.

    Args:
        db: The transaction of the event.
        event: One of ``EVENTS``.
        owner_id: Whose run, model or deployment it is; None: the local user's.
        subject: ``kind``, ``id``, ``name`` and facts; never texts of data.
        on_page: False where the owner saw it happen.
    """
    user = owner_id or ""
    if on_page:
        db.add(Notice(user_id=user, event=event, subject=subject))
        db.flush()
        newest = select(Notice.id).where(Notice.user_id == user).order_by(Notice.at.desc()).limit(_KEPT)
        db.execute(delete(Notice).where(Notice.user_id == user, Notice.id.not_in(newest)))
    hooks = select(Webhook).where(Webhook.active.is_(True), Webhook.team.is_(True) | (Webhook.user_id == user))
    for hook in db.scalars(hooks):
        if event in hook.events:
            db.add(deliver(hook, event, subject))


def deliver(hook: Webhook, event: str, subject: dict[str, Any]) -> WebhookDelivery:
    """Return the row of a message to a webhook, to be sent at once."""
    return WebhookDelivery(
        webhook_id=hook.id, event=event, payload={"event": event, "at": now().isoformat(), **subject}
    )


def run_ended(db: Session, run_id: str, state: RunState) -> None:
    """Tell that a run has ended. Trials of a search say nothing; the run that makes a model of the winner speaks for all."""
    if db.scalar(select(Trial.id).where(Trial.run_id == run_id).limit(1)) is not None:
        return
    winner = db.scalar(select(Search.id).where(Search.promoted_id == run_id).limit(1)) is not None
    run = db.get_one(Run, run_id)
    db.refresh(run)
    figures = select(LatestMetric).where(LatestMetric.run_id == run_id, LatestMetric.name.startswith("test/"))
    if run.figures_node:
        figures = figures.where(LatestMetric.node == run.figures_node)
    found = db.scalars(figures.order_by(LatestMetric.name).limit(_MOST_FIGURES))
    subject: dict[str, Any] = {
        "kind": "run",
        "id": run.id,
        "name": run.name or run.id[:8],
        "state": state.value,
        "template": run.template,
        "figures": {item.name: item.value for item in found},
    }
    if run.error:
        subject["error"] = {key: run.error.get(key) for key in ("code", "what", "fix", "node")}
    announce(db, _OF_STATE[state], run.owner_id, subject, on_page=winner or run.launcher == "supervisor")


def deployment_health(db: Session, deployment_id: str, name: str, owner_id: str | None, problem: str | None) -> bool:
    """Note whether a deployment is healthy; tell when it has become unhealthy, once. Return whether that was told.

    Args:
        db: An open session.
        deployment_id: The deployment.
        name: Its name.
        owner_id: Whose it is.
        problem: What is wrong; None: nothing.
    """
    key = f"deployment.unhealthy.{deployment_id}"
    switch = db.get(Switch, key)
    if switch is None and problem is None:
        return False
    was_unhealthy = switch is not None and switch.on
    switch = switch or Switch(name=key)
    switch.on, switch.at = problem is not None, now()
    db.add(switch)
    if problem is None or was_unhealthy:
        return False
    subject = {"kind": "deployment", "id": deployment_id, "name": name, "problem": problem[:300]}
    announce(db, DEPLOYMENT_UNHEALTHY, owner_id, subject)
    return True
