"""States of runs and nodes as words and colours, and times as a person says them."""

from datetime import UTC, datetime
from html import escape

from inkstone.backend.states import RunState
from inkstone.studio.language import t

TONES = {
    "SUCCEEDED": "good",
    "CACHED": "good",
    "FAILED": "bad",
    "LOST": "bad",
    "CANCELLED": "warn",
    "CANCELLING": "warn",
    "RUNNING": "busy",
    "STARTING": "busy",
    "QUEUED": "calm",
    "PENDING": "calm",
    "WAITING": "calm",
    "SKIPPED": "calm",
}
LIVE = {"RUNNING", "STARTING", "CANCELLING"}
FINAL_RUN_STATES = {state.value for state in RunState if state.is_final}


def state_name(state: str) -> str:
    """Return the state in the visitor's language."""
    return t(f"state.{state}")


def state_chip(state: str) -> str:
    """Return the state as a coloured chip."""
    live = " live" if state in LIVE else ""
    return f'<span class="ink-state tone-{TONES[state]}{live}" data-state="{escape(state)}">{escape(state_name(state))}</span>'


def duration(seconds: float | None) -> str:
    """Return such as ``12.3 s``, ``4 min 05 s`` or ``2 h 10 min``; a dash when unknown."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return t("time.seconds", n=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
    if seconds < 3600:
        return t("time.minutes_seconds", m=int(seconds // 60), s=f"{int(seconds % 60):02d}")
    return t("time.hours_minutes", h=int(seconds // 3600), m=f"{int(seconds % 3600 // 60):02d}")


def ago(moment: datetime | None) -> str:
    """Return how long ago something was; after a week its date."""
    if moment is None:
        return "–"
    seconds = (datetime.now(UTC) - moment).total_seconds()
    if seconds < 60:
        return t("time.just_now")
    if seconds < 3600:
        return t("time.minutes_ago", n=int(seconds // 60))
    if seconds < 86400:
        return t("time.hours_ago", n=int(seconds // 3600))
    if seconds < 7 * 86400:
        return t("time.days_ago", n=int(seconds // 86400))
    return moment.astimezone().strftime("%Y-%m-%d")


def elapsed(started: datetime | None, ended: datetime | None) -> float | None:
    """Return the seconds from start to end, or until now."""
    if started is None:
        return None
    return max(0.0, ((ended or datetime.now(UTC)) - started).total_seconds())


def percent(value: float | None) -> str:
    """Return a share such as ``91.4 %``."""
    return "–" if value is None else f"{value * 100:.1f}%"


def file_size(count: int) -> str:
    """Return such as ``3.2 MB``."""
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.2f} GB"
