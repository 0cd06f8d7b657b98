"""Notes what lists need to know of a run whenever one is made, whoever makes it: its parameters, template and figures."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Mapper

from inkstone.backend.store.tables import Run
from inkstone.backend.store.tables_organisation import RunValue

_LONGEST_TEXT = 500
SEED = "seed"


def values_of(document: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> Iterator[tuple[str, Any]]:
    """Yield ``node.parameter`` and value of each enabled node, and the seed that counts.

    Args:
        document: The document of a run.
        options: Options of the run: a seed given there wins.
    """
    given = (options or {}).get("seed")
    yield SEED, given if given is not None else document.get("seed", 0)
    for node, content in (document.get("nodes") or {}).items():
        if content.get("enabled", True):
            for name, value in (content.get("params") or {}).items():
                yield f"{node}.{name}"[:160], value


def value_rows(run_id: str, document: Mapping[str, Any], options: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Return the rows of ``run_values`` of a run."""
    return [
        {"run_id": run_id, "name": name, "text": _text(value), "number": _number(value)}
        for name, value in dict(values_of(document, options)).items()
    ]


def template_of(options: Mapping[str, Any] | None) -> str | None:
    """Return the solution template that a run was started from."""
    found = (options or {}).get("template")
    return str(found)[:100] if found else None


def figures_node_of(document: Mapping[str, Any]) -> str | None:
    """Return the node whose figures the lists show."""
    found = (document.get("template") or {}).get("metrics_node")
    return str(found)[:40] if found else None


def _text(value: Any) -> str:
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:_LONGEST_TEXT]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number too large for any column
        return None
    return number if math.isfinite(number) else None


@event.listens_for(Run, "before_insert")
def _note_facts(_mapper: Mapper[Run], _connection: Connection, run: Run) -> None:
    run.template = template_of(run.options)
    run.figures_node = figures_node_of(run.document)


@event.listens_for(Run, "after_insert")
def _note_values(_mapper: Mapper[Run], connection: Connection, run: Run) -> None:
    connection.execute(RunValue.__table__.insert(), value_rows(run.id, run.document, run.options))  # type: ignore[attr-defined]
