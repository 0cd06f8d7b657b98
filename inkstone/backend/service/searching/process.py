"""The process of a search: ``python -m inkstone.backend.service.searching.process SEARCH``."""

import os
import signal
import sys
import time
import traceback
from types import FrameType
from typing import Any

from inkstone.backend.runtime.processes import end_processes, start_time, this_host
from inkstone.backend.service.searching.records import ACTIVE, change, folder_of
from inkstone.backend.states import RunState
from inkstone.backend.store.database import migrate, session
from inkstone.backend.store.tables import now
from inkstone.backend.store.tables_search import Search
from inkstone.components.errors import INTERNAL, Cancelled, InkstoneError


def main(search_id: str) -> int:
    """Carry a search out; return 0 when it ended by itself, 2 when somebody stopped it, 1 when it failed, 3 when it was not to be had."""
    migrate()
    mine = {"pid": os.getpid(), "pid_started": start_time(os.getpid()), "host": this_host(), "started_at": now()}
    with session() as db:
        if not change(db, search_id, RunState.RUNNING, [RunState.QUEUED], **mine):
            print(f"search {search_id} is not waiting to be started", file=sys.stderr)
            return 3
        search = db.get_one(Search, search_id)
    end_processes(search_id)  # such as the Ray of an attempt that was killed
    stop = folder_of(search_id) / "stop"

    def wish(_number: int, _frame: FrameType | None) -> None:
        stop.touch()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, wish)
    began = time.monotonic()
    state, error = _carry_out(search, stop.exists)
    with session() as db:
        spent = search.seconds_before + time.monotonic() - began
        change(db, search_id, state, ACTIVE, error=error, ended_at=now(), seconds_before=spent)
    stop.unlink(missing_ok=True)
    return {RunState.SUCCEEDED: 0, RunState.CANCELLED: 2}.get(state, 1)


def _carry_out(search: Search, ending: Any) -> tuple[RunState, dict[str, Any] | None]:
    try:
        if search.kind == "auto":
            from inkstone.backend.service.searching.automatic import try_methods

            try_methods(search.id, ending, _deadline(search))
        else:
            from inkstone.backend.service.searching.tuning import tune

            tune(search.id, ending, _deadline(search))
        _promote(search, ending)
    except Cancelled:
        return RunState.CANCELLED, None
    except InkstoneError as error:
        return RunState.FAILED, error.as_dict()
    except Exception as error:
        traceback.print_exc()
        return RunState.FAILED, INTERNAL(summary=type(error).__name__).as_dict()
    return RunState.SUCCEEDED, None


def _deadline(search: Search) -> float | None:
    minutes = search.settings.get("minutes")
    return None if minutes is None else time.time() + max(0.0, minutes * 60 - search.seconds_before)


def _promote(search: Search, ending: Any) -> None:
    """Train the winner to its end: from the cache, then the test figures and the registry."""
    from inkstone.backend.service.searching import promotion

    promotion.at_the_end(search.id, ending)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
