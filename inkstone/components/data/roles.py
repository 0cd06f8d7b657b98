"""Guesses which column is the text, the label and so on: by name first, by content where names say nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from inkstone.components.artifacts import Role, TableInfo
from inkstone.components.data.names import name_rank, role_of_name

SAMPLE_ROWS = 1000
"""Rows worth passing to ``guess_roles``; more change nothing."""


class RoleGuess(BaseModel):
    """A guessed role.

    Attributes:
        column: The column.
        confidence: From 0 to 1: 0.95 name and content agree, 0.75 the name alone, below that the content alone.
    """

    model_config = ConfigDict(frozen=True)

    column: str
    confidence: float


class _Profile(BaseModel):
    mean_length: float
    distinct_share: float
    distinct: int
    is_list: bool

    @property
    def like_text(self) -> bool:
        return not self.is_list and self.mean_length >= 6 and self.distinct_share > 0.5

    @property
    def like_label(self) -> bool:
        few = self.distinct_share < 0.34 or (self.distinct <= 20 and self.distinct_share < 0.8)
        return not self.is_list and self.mean_length <= 30 and self.distinct >= 2 and few


def guess_roles(info: TableInfo, rows: Sequence[Mapping[str, Any]]) -> dict[Role, RoleGuess]:
    """Guess the roles of a table's columns.

    Args:
        info: The table.
        rows: Its first rows (about ``SAMPLE_ROWS``); spread over the file is better where files are sorted by label.

    Returns:
        Role to column and confidence; roles that nothing fits are absent.
    """
    profiles = {column.name: _profile([row.get(column.name) for row in rows]) for column in info.columns}
    guesses: dict[Role, RoleGuess] = {}
    for role in ("text", "text_pair", "label", "labels", "entities", "keywords", "id", "group"):
        named = [name for name in profiles if role_of_name(name) == role and name not in _taken(guesses)]
        if role == "label":
            named = [name for name in named if not profiles[name].is_list and not _is_running_text(profiles[name])]
        if role == "labels":
            lists = [name for name in profiles if profiles[name].is_list and name not in _taken(guesses)]
            named = [name for name in lists if role_of_name(name) in {"label", "labels"}]
        if role == "text" and any(profiles[name].like_text for name in named):
            named = [name for name in named if profiles[name].like_text]
        if named:
            best = min(named, key=name_rank)
            agrees = (role == "text" and profiles[best].like_text) or (role == "label" and profiles[best].like_label)
            guesses[role] = RoleGuess(column=best, confidence=0.95 if agrees else 0.75)
    _guess_text(guesses, profiles)
    _guess_label(guesses, profiles)
    return guesses


def _guess_text(guesses: dict[Role, RoleGuess], profiles: dict[str, _Profile]) -> None:
    if "text" in guesses:
        return
    free = [name for name in profiles if name not in _taken(guesses) and not profiles[name].is_list]
    if free:
        best = max(free, key=lambda name: profiles[name].mean_length * profiles[name].distinct_share)
        guesses["text"] = RoleGuess(column=best, confidence=0.6 if profiles[best].like_text else 0.3)


def _guess_label(guesses: dict[Role, RoleGuess], profiles: dict[str, _Profile]) -> None:
    if "label" in guesses:
        return
    free = [name for name in profiles if name not in _taken(guesses) and profiles[name].like_label]
    if free:
        best = min(free, key=lambda name: profiles[name].distinct_share)
        guesses["label"] = RoleGuess(column=best, confidence=0.6)
    lists = [name for name in profiles if profiles[name].is_list and name not in _taken(guesses)]
    if lists and "labels" not in guesses and "label" not in guesses:
        guesses["labels"] = RoleGuess(column=lists[0], confidence=0.6)


def _taken(guesses: dict[Role, RoleGuess]) -> set[str]:
    return {guess.column for guess in guesses.values()}


def _is_running_text(profile: _Profile) -> bool:
    return profile.mean_length > 30 and profile.distinct_share > 0.5


def _profile(values: list[Any]) -> _Profile:
    filled = [value for value in values if value is not None]
    texts = [str(value) for value in filled]
    count = max(1, len(texts))
    return _Profile(
        mean_length=sum(map(len, texts)) / count,
        distinct=len(set(texts)),
        distinct_share=len(set(texts)) / count,
        is_list=any(isinstance(value, list) for value in filled[:50]),
    )
