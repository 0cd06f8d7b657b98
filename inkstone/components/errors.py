"""Errors that a user sees: a stable code, what happened, what to do; in both languages.

Each area declares its own kinds beside its code, as module constants::

    EMPTY_FILE = ErrorKind("data.empty_file", text("文件是空的：{file}", "The file is empty: {file}"),
                           text("请选择有内容的文件。", "Choose a file with content."))
    raise EMPTY_FILE(file=name)

A traceback never reaches a user: it goes to the log.
"""

from dataclasses import dataclass, field
from typing import Any

from inkstone.components.texts import Language, Text, text

_KINDS: dict[str, "ErrorKind"] = {}


@dataclass(frozen=True)
class ErrorKind:
    """A kind of error that a user can meet.

    Attributes:
        code: Stable dotted code such as ``data.empty_file``; also the key of its help.
        what: What happened, with ``{name}`` slots.
        fix: What the user can do, with ``{name}`` slots.
        status: The HTTP status under which REST reports it.
    """

    code: str
    what: Text
    fix: Text
    status: int = 422

    def __post_init__(self) -> None:
        known = _KINDS.setdefault(self.code, self)
        if known != self:
            raise ValueError(f"two kinds of error share the code {self.code}")

    def __call__(
        self, *, node: str | None = None, at: str | None = None, row: int | None = None, **values: Any
    ) -> "InkstoneError":
        """Make the error.

        Args:
            node: Id of the pipeline node it concerns.
            at: The field, parameter or column it concerns.
            row: One-based row of the user's file.
            **values: Fillings of the slots in ``what`` and ``fix``.
        """
        slots = {"node": node, "at": at, "row": row, **values}
        return InkstoneError(
            self.code, self.what.format(**slots), self.fix.format(**slots), self.status, node, at, row, values
        )


@dataclass(eq=False)
class InkstoneError(Exception):
    """An error that a user sees. Made by calling an ``ErrorKind``."""

    code: str
    what: Text
    fix: Text
    status: int = 422
    node: str | None = None
    at: str | None = None
    row: int | None = None
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message("en")

    def __reduce__(self) -> tuple[Any, ...]:
        fields = (self.code, self.what, self.fix, self.status, self.node, self.at, self.row, self.values)
        return (InkstoneError, fields)

    def message(self, language: Language) -> str:
        """Return one readable line: code, what happened, what to do."""
        separator = "" if language == "zh" else " "
        return f"[{self.code}] {self.what.in_language(language)}{separator}{self.fix.in_language(language)}"

    def as_dict(self) -> dict[str, Any]:
        """Return the error as JSON-safe data, the same in REST answers, events and the database."""
        return {
            "code": self.code,
            "what": self.what.model_dump(),
            "fix": self.fix.model_dump(),
            "node": self.node,
            "at": self.at,
            "row": self.row,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "InkstoneError":
        """Rebuild an error from what ``as_dict`` gave."""
        what, fix = Text(**data["what"]), Text(**data["fix"])
        return cls(data["code"], what, fix, 422, data.get("node"), data.get("at"), data.get("row"))


class ProblemList(Exception):
    """Several errors found at once, such as by the validation of a whole graph."""

    def __init__(self, problems: list[InkstoneError]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class Cancelled(Exception):
    """The user asked the run to stop."""


def error_kinds() -> dict[str, ErrorKind]:
    """Return every kind declared so far, by code."""
    return dict(_KINDS)


INTERNAL = ErrorKind(
    "internal",
    text("内部错误：{summary}", "Something went wrong inside Inkstone: {summary}."),
    text(
        "详细信息在运行日志中；请重试，或把日志发给管理员。",
        "The log has the details; try again, or send it to your administrator.",
    ),
    status=500,
)
DISK_FULL = ErrorKind(
    "system.disk_full",
    text("磁盘空间不足。", "The disk is full."),
    text(
        "请清理 {folder} 所在的磁盘后点“继续”，已完成的节点不会丢失。",
        "Free space on the disk of {folder}, then resume; no finished node is lost.",
    ),
    status=507,
)
