"""Says in plain language why a node failed."""

from dataclasses import replace

from inkstone import paths
from inkstone.backend.runtime.errors import BAD_DATA, OUT_OF_MEMORY, WORKER_LOST
from inkstone.backend.store.artifacts import is_disk_full
from inkstone.components.errors import DISK_FULL, INTERNAL, InkstoneError

# By name, so that neither torch nor ray is imported to tell what they raised.
_MEMORY = {"MemoryError", "OutOfMemoryError", "ArrowMemoryError", "AcceleratorError"}
_LOST = {
    "WorkerCrashedError",
    "NodeDiedError",
    "LocalRayletDiedError",
    "RayActorError",
    "ActorDiedError",
    "ActorUnavailableError",
    "ActorUnschedulableError",
    "WorkerHealthCheckFailedError",
    "WorkerHealthCheckTimeoutError",
    "OwnerDiedError",
}


_DATA = {"UnicodeDecodeError", "ArrowInvalid", "ArrowTypeError", "ParserError", "JSONDecodeError"}


def describe(error: BaseException, node: str) -> InkstoneError:
    """Return what a user is told about an exception that ended a node."""
    for cause in chain(error):
        if isinstance(cause, InkstoneError):
            return replace(cause, node=cause.node or node)
    for cause in chain(error):
        name = type(cause).__name__
        if is_disk_full(cause):
            return DISK_FULL(node=node, folder=str(paths.home()))
        if name in _MEMORY or (isinstance(cause, RuntimeError) and "out of memory" in str(cause).lower()):
            return OUT_OF_MEMORY(node=node)
        if name in _LOST:
            return WORKER_LOST(node=node)
        if name in _DATA:
            return BAD_DATA(node=node, summary=_summary(cause))
    summary = _summary(error)
    return INTERNAL(node=node, summary=summary)


def _summary(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


def is_lost(error: BaseException) -> bool:
    """Return whether the process that ran the node disappeared."""
    return any(type(cause).__name__ in _LOST for cause in chain(error))


def chain(error: BaseException) -> list[BaseException]:
    """Return an exception and what caused it, outermost first; Ray keeps the original in ``cause``."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        inner = getattr(current, "cause", None)
        current = inner if isinstance(inner, BaseException) else current.__cause__ or current.__context__
    return found
