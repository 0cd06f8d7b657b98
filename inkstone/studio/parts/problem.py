"""Errors as a person meets them: what happened, what to do, and the code; never a traceback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

import streamlit as st

from inkstone.components.errors import INTERNAL, InkstoneError, ProblemList
from inkstone.studio.language import say, t

log = logging.getLogger("inkstone.studio")


def problem_html(problem: dict[str, Any], tone: str = "bad") -> str:
    """Return one error, in its JSON form, as HTML."""
    places = []
    if problem.get("node"):
        places.append(t("problem.node", node=problem["node"]))
    if problem.get("at"):
        places.append(t("problem.at", at=problem["at"]))
    if problem.get("row") is not None:
        places.append(t("problem.row", row=problem["row"]))
    where = f'<div class="ink-muted ink-small">{escape(" · ".join(places))}</div>' if places else ""
    return (
        f'<div class="ink-problem tone-{tone}" role="alert"><code>{escape(problem["code"])}</code>'
        f"<b>{escape(say(problem['what']))}</b><div>{escape(say(problem['fix']))}</div>{where}</div>"
    )


def show_problem(problem: InkstoneError | dict[str, Any], tone: str = "bad") -> None:
    """Show one error."""
    st.html(problem_html(problem.as_dict() if isinstance(problem, InkstoneError) else problem, tone))


@contextmanager
def problems_shown() -> Iterator[None]:
    """Show the errors of what is inside, instead of breaking the page.

    Example:
        >>> with problems_shown():
        ...     models.trash(actor(), name)
    """
    try:
        yield
    except ProblemList as problems:
        for problem in problems.problems[:20]:
            show_problem(problem)
    except InkstoneError as problem:
        show_problem(problem)


def show_unexpected(error: Exception) -> bool:
    """Show an error that nobody foresaw, and write its traceback to the log. Streamlit then shows nothing of its own."""
    if isinstance(error, InkstoneError):
        show_problem(error)
    elif isinstance(error, ProblemList):
        for problem in error.problems[:20]:
            show_problem(problem)
    else:
        log.error("unexpected error on a page", exc_info=error)
        show_problem(INTERNAL(summary=type(error).__name__))
    return True
