"""Sends what waits to be sent, again after growing pauses where it fails."""

import json
import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from inkstone.backend.runtime.webhooks.addresses import check_url, resolve
from inkstone.backend.runtime.webhooks.errors import NOT_REACHED, NOT_TAKEN
from inkstone.backend.runtime.webhooks.signing import secret_of, signature
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_notices import Webhook, WebhookDelivery
from inkstone.components.errors import InkstoneError

LOG = logging.getLogger(__name__)
PAUSES = (30, 120, 600, 3600, 6 * 3600)
"""Seconds before the second, third, ... try."""
_TRIES = len(PAUSES) + 1
_TIMEOUT = 10.0
_EVERY = 2.0
_KEPT_DAYS = 30


@dataclass(frozen=True)
class Outcome:
    """What came of a try: the HTTP status where there was an answer, and the problem where there is one."""

    status: int | None
    problem: dict[str, Any] | None


def send(url: str, secret: str, delivery_id: str, event: str, payload: dict[str, Any]) -> Outcome:
    """Post one signed message: no redirects, no proxies, to the address that was judged."""
    import httpx

    body = json.dumps({"id": delivery_id, **payload}, ensure_ascii=False).encode()
    timestamp = int(time.time())
    try:
        wanted = httpx.URL(check_url(url))
        address = resolve(wanted.host, wanted.port or (443 if wanted.scheme == "https" else 80))
        with httpx.Client(trust_env=False, follow_redirects=False, timeout=_TIMEOUT) as client:
            request = client.build_request(
                "POST",
                wanted.copy_with(host=address),
                content=body,
                headers={
                    "Host": wanted.netloc.decode("ascii"),
                    "Content-Type": "application/json; charset=utf-8",
                    "User-Agent": "Inkstone-Webhook/1",
                    "X-Inkstone-Event": event,
                    "X-Inkstone-Delivery": delivery_id,
                    "X-Inkstone-Timestamp": str(timestamp),
                    "X-Inkstone-Signature": signature(secret, timestamp, body),
                },
                extensions={"sni_hostname": wanted.host},  # the certificate must be of the name, not of the address
            )
            answer = client.send(request, stream=True)  # what it says is not read: only whether it took the message
            answer.close()
    except InkstoneError as problem:
        return Outcome(None, problem.as_dict())
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        return Outcome(None, NOT_REACHED(reason=f"{type(error).__name__}: {error}"[:200]).as_dict())
    if answer.is_success:
        return Outcome(answer.status_code, None)
    return Outcome(answer.status_code, NOT_TAKEN(status=answer.status_code).as_dict())


def send_due(limit: int = 20) -> int:
    """Send what is due; return how many messages were tried. Several senders do not send one message twice."""
    with session() as db:
        due = select(WebhookDelivery.id).where(WebhookDelivery.state == "waiting", WebhookDelivery.next_at <= now())
        ids = list(db.scalars(due.order_by(WebhookDelivery.next_at).limit(limit)))
    return sum(deliver(item) for item in ids)


def deliver(delivery_id: str) -> bool:
    """Try one delivery now; return False where another sender has it, or it waits no more."""
    with session() as db:
        row = db.get(WebhookDelivery, delivery_id)
        hook = db.get(Webhook, row.webhook_id) if row else None
        if row is None or hook is None or row.state != "waiting" or row.next_at > now():
            return False  # sent already, or another sender has just taken it on
        tries = row.attempts
        again = now() + timedelta(seconds=PAUSES[min(tries, len(PAUSES) - 1)])
        claim = update(WebhookDelivery).where(WebhookDelivery.id == delivery_id, WebhookDelivery.attempts == tries)
        # Should this process die now, the next try comes after the pause.
        result = db.execute(
            claim.values(attempts=tries + 1, next_at=again, tried_at=now()).execution_options(synchronize_session=False)
        )
        if not isinstance(result, CursorResult) or result.rowcount != 1:
            return False
        url, secret, event, payload = hook.url, secret_of(hook.id, hook.salt), row.event, dict(row.payload)
    outcome = send(url, secret, delivery_id, event, payload)
    state = "delivered" if outcome.problem is None else "failed" if tries + 1 >= _TRIES else "waiting"
    with session() as db:
        done = update(WebhookDelivery).where(WebhookDelivery.id == delivery_id)
        db.execute(done.values(state=state, status=outcome.status, problem=outcome.problem))
    return True


class Sender:
    """Sends what is due, every two seconds, in a thread."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inkstone-webhooks", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a message on its way is finished."""
        self._ended.set()
        self._thread.join(timeout=_TIMEOUT)

    def _run(self) -> None:
        self._forget_old()
        while not self._ended.wait(_EVERY):
            try:
                send_due()
            except (SQLAlchemyError, OSError):
                LOG.exception("webhooks could not be sent; they wait")

    def _forget_old(self) -> None:
        try:
            with session() as db:
                old = now() - timedelta(days=_KEPT_DAYS)
                db.execute(delete(WebhookDelivery).where(WebhookDelivery.created_at < old))
        except SQLAlchemyError:
            LOG.exception("old webhook deliveries could not be removed")
