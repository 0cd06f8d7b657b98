"""What the service answers about word lists, decisions and reviews."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from inkstone.backend.service.views import View


class LexiconVersionView(View):
    """One immutable version of a word list. ``reference`` is what ``text.lexicon_match`` takes as ``source``."""

    id: str
    name: str
    version: int
    reference: str
    created_at: datetime
    made_by: str
    words: int
    categories: dict[str, int]
    severities: dict[str, int]


class LexiconView(View):
    """A word list with its newest version."""

    id: str
    name: str
    created_at: datetime
    versions: int
    latest: LexiconVersionView
    can_write: bool


class LexiconWord(View):
    """A word of a word list, with the hits of models in use."""

    word: str
    category: str = "default"
    severity: Literal["block", "review", "note", "allow"] = "block"
    hits: int = 0


class WordPage(View):
    """Some words of a word list; ``total`` counts those that fit the search."""

    total: int
    words: list[LexiconWord]


class Token(View):
    """A stretch of the text as it came that spoke for a class; ``weight`` is its share of all that did."""

    start: int
    end: int
    text: str
    weight: float


class Reason(View):
    """Why: the model (``kind`` model), a word (word), or a contact or link (contact). Offsets count the text as it came."""

    kind: Literal["model", "word", "contact"]
    label: str | None = None
    score: float | None = None
    threshold: float | None = None
    action: Literal["block", "review"] | None = None
    tokens: list[Token] | None = None
    word: str | None = None
    category: str | None = None
    severity: str | None = None
    how: str | None = None
    contact: str | None = None
    value: str | None = None
    start: int | None = None
    end: int | None = None
    text: str | None = None


class RiskScore(View):
    """A class with its probability."""

    label: str
    score: float


class Decision(View):
    """The answer about one text. Fields may be added, never changed.

    ``label`` is the class that decided, ``labels`` are all whose thresholds were reached, the worst
    first, and those of words that were found.
    """

    decision: Literal["block", "review", "pass"]
    label: str
    score: float
    labels: list[str] = Field(default=[])
    scores: list[RiskScore]
    reasons: list[Reason]
    undisguised: str | None = None
    disguises: list[str] = Field(default=[])
    model: str

    @property
    def classes(self) -> list[str]:
        """What the decision is about; the likeliest class where nothing was found."""
        return self.labels or [self.label]


class ReviewView(View):
    """A text that waits for a person, or was judged by one."""

    id: str
    model: str
    created_at: datetime
    text: str
    decision: dict[str, Any]
    label: str | None
    labels: list[str] | None = None
    judged_at: datetime | None
    judged_by: str | None

    @property
    def classes(self) -> list[str]:
        """What the decision is about; those of earlier versions tell one class."""
        return self.decision.get("labels") or [self.decision["label"]]

    @property
    def said(self) -> list[str]:
        """What a person said it is; nothing where it waits or was put aside."""
        return self.labels or ([self.label] if self.label else [])


class ReviewCounts(View):
    """How many texts of a model wait and how many are judged. ``safe``: the class of harmless texts; ``several``: a text may have several."""

    model: str
    waiting: int
    judged: int
    labels: list[str]
    safe: str | None = None
    several: bool = False
