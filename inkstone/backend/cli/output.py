"""Prints results: JSON on stdout for programs, tables for people; errors with their exit code."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from inkstone.backend.cli.words import language, say
from inkstone.backend.states import RunState
from inkstone.components.errors import InkstoneError, ProblemList

OK, FAILED, BAD_INPUT, CANCELLED, NOT_FOUND = 0, 1, 2, 3, 4
_NOT_FOUND_STATUS = {404, 410}


def exit_code(error: InkstoneError) -> int:
    """Return the exit code of an error."""
    if error.status in _NOT_FOUND_STATUS:
        return NOT_FOUND
    return FAILED if error.status >= 500 else BAD_INPUT


def exit_code_of_state(state: RunState) -> int:
    """Return the exit code of a run that has ended."""
    return {RunState.SUCCEEDED: OK, RunState.CANCELLED: CANCELLED}.get(state, FAILED)


def plain(value: Any) -> Any:
    """Return views as JSON-safe data."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def print_json(value: Any) -> None:
    """Print one JSON document on stdout."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2))


def print_lines(*lines: str) -> None:
    """Print lines for people on stdout."""
    for line in lines:
        print(line)


def note(line: str) -> None:
    """Print a remark on stderr, where it does not disturb a program that reads stdout."""
    print(line, file=sys.stderr, flush=True)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], empty: str) -> None:
    """Print a table, or a remark when there are no rows."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for row in rows:
        table.add_row(*(_cell(cell) for cell in row))
    if table.row_count == 0:
        print(empty)
        return
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 200  # nothing is cut off in a file
    console.print(table)


def report(error: InkstoneError, problems: Sequence[InkstoneError] = (), *, as_json: bool) -> int:
    """Print an error, as JSON on stdout or in words on stderr, and return the exit code."""
    every = list(problems) or [error]
    if as_json:
        print_json({"error": error.as_dict(), "problems": [item.as_dict() for item in every]})
    else:
        for item in every:
            note(say("错误 ", "Error ") + _place(item) + item.message(language()))
    return exit_code(error)


def report_problems(problems: ProblemList, *, as_json: bool) -> int:
    """Print several errors; what is not found counts only where nothing else is wrong."""
    first = min(problems.problems, key=lambda item: item.status in _NOT_FOUND_STATUS)
    return report(first, problems.problems, as_json=as_json)


def _place(error: InkstoneError) -> str:
    return say("（第 {row} 行）", "(row {row}) ", row=error.row) if error.row is not None else ""


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return f"{value:.4g}"
    return str(value)
