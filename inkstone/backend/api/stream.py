"""Events of a run as server-sent events."""

from collections.abc import AsyncIterator

import anyio
from anyio import to_thread
from sse_starlette import ServerSentEvent

from inkstone.backend.runtime.events_file import EventTail
from inkstone.backend.service import runs
from inkstone.backend.service.actor import Actor

_PAUSE_SECONDS = 0.3
_STATE_EVERY = 5  # pauses between two looks at the state


def ended(actor: Actor, run_id: str) -> bool:
    """Return whether a run has ended."""
    return runs.state(actor, run_id).is_final


async def run_events(actor: Actor, run_id: str, after: int) -> AsyncIterator[ServerSentEvent]:
    """Yield the events of a run until it has ended, each once."""
    detail = await to_thread.run_sync(runs.view, actor, run_id)
    tail = EventTail(detail.id, after)
    quiet = 0
    over = False
    while True:
        new = await to_thread.run_sync(tail.new)
        for event in new:
            over = event.kind == "run_state" and event.state.is_final
            yield ServerSentEvent(event.model_dump_json(), event=event.kind, id=str(event.seq))
        quiet = 0 if new else quiet + 1
        if not new and (over or (quiet % _STATE_EVERY == 1 and await to_thread.run_sync(ended, actor, detail.id))):
            for event in await to_thread.run_sync(tail.new):
                yield ServerSentEvent(event.model_dump_json(), event=event.kind, id=str(event.seq))
            return
        await anyio.sleep(_PAUSE_SECONDS)
