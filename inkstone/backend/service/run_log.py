"""The log of a run: from a level on, with the words that are searched for."""

from collections import deque

from pydantic import BaseModel

from inkstone.backend.events import LogEvent
from inkstone.backend.service import runs
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.run_errors import BAD_LEVEL
from inkstone.components.texts import Language

LEVELS = ("debug", "info", "warning", "error")
_SHOWN = 500


class LogLines(BaseModel):
    """The last lines that were found, oldest first; ``total`` counts all that were found."""

    lines: list[LogEvent]
    total: int


def lines(
    actor: Actor,
    run_id: str,
    *,
    level: str = "info",
    words: str = "",
    node: str = "",
    limit: int = _SHOWN,
    language: Language | None = None,
) -> LogLines:
    """Return lines of the log.

    Args:
        actor: Who asks.
        run_id: The run.
        level: ``debug``, ``info``, ``warning`` or ``error``: this level and worse.
        words: What a line, or the name of its node, must hold, in whatever case.
        node: Only of this node.
        limit: At most this many, the newest.
        language: Search only in the text of this language; else in both.

    Raises:
        InkstoneError: ``runs.unknown`` or ``runs.bad_level``.
    """
    if level not in LEVELS:
        raise BAD_LEVEL(at="level", level=level[:20], levels=", ".join(LEVELS))
    lowest, wanted = LEVELS.index(level), words.strip().casefold()
    found: deque[LogEvent] = deque(maxlen=max(1, limit))
    total = 0
    for event in runs.events(actor, run_id, after=0):
        if not isinstance(event, LogEvent) or LEVELS.index(event.level) < lowest:
            continue
        if node and event.node != node:
            continue
        said = [event.message.in_language(language)] if language else [event.message.zh, event.message.en]
        if wanted and not any(wanted in part.casefold() for part in [*said, event.node or ""]):
            continue
        found.append(event)
        total += 1
    return LogLines(lines=list(found), total=total)
