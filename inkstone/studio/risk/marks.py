"""A text with marks on what spoke against it, as HTML; every character of the text is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

from inkstone.components.texts import Language
from inkstone.studio.risk.texts import TEXTS

_COLOURS = {"word": "#b5392a", "contact": "#2c5d8a", "model": "#b9822b"}
_SHOWN = 4_000


class Mark(NamedTuple):
    """A stretch of a text to mark; ``title`` shows under the pointer."""

    start: int
    end: int
    kind: str
    title: str


def marks_of(reasons: Iterable[Mapping[str, Any]]) -> list[Mark]:
    """Return the marks of a decision's reasons: words before contacts before what the model looked at."""
    words, reached, looked = [], [], []
    for reason in reasons:
        if reason["kind"] == "word":
            words.append(Mark(reason["start"], reason["end"], "word", f"{reason['word']} · {reason['category']}"))
        elif reason["kind"] == "contact":
            reached.append(Mark(reason["start"], reason["end"], "contact", reason["value"]))
        else:
            looked += [
                Mark(item["start"], item["end"], "model", f"{reason['label']} {item['weight']:.0%}")
                for item in reason.get("tokens") or []
            ]
    return words + reached + looked


def marked(text: str, marks: Sequence[Mark]) -> str:
    """Return a text with marks as HTML; where marks overlap the earlier one of the list wins."""
    shown = text[:_SHOWN]
    owner = [-1] * len(shown)
    for number, mark in reversed(list(enumerate(marks))):
        owner[mark.start : mark.end] = [number] * len(shown[mark.start : mark.end])
    pieces: list[str] = []
    for number, places in groupby(range(len(shown)), key=owner.__getitem__):
        part = escape("".join(shown[place] for place in places))
        pieces.append(_mark(part, marks[number]) if number >= 0 else part)
    tail = "…" if len(text) > _SHOWN else ""
    return f'<div style="white-space:pre-wrap;overflow-wrap:anywhere;line-height:2;font-size:1.05rem">{"".join(pieces)}{tail}</div>'


def _mark(part: str, mark: Mark) -> str:
    colour = _COLOURS.get(mark.kind, _COLOURS["model"])
    style = (
        f"background:color-mix(in srgb,{colour} 20%,transparent);border-bottom:2px solid {colour};"
        "border-radius:3px;padding:0 .1em;color:inherit"
    )
    return f'<mark style="{style}" title="{escape(mark.title, quote=True)}">{part}</mark>'


def reason_lines(decision: Mapping[str, Any], language: Language) -> list[str]:
    """Return the reasons of a decision as sentences, not escaped."""

    def say(key: str, **slots: object) -> str:
        return TEXTS[key].in_language(language).format(**slots)

    lines = []
    for item in decision["reasons"]:
        if item["kind"] == "model":
            facts = {"score": f"{item['score']:.1%}", "threshold": f"{item['threshold']:.3g}"}
            line = say("by_model", label=item["label"], **facts)
            if item.get("action"):
                line = say("asks", reason=line, action=say(item["action"]))
            tokens = " / ".join(token["text"] for token in item.get("tokens") or [])
            lines.append(line + ("　" + say("telling", tokens=tokens) if tokens else ""))
        elif item["kind"] == "word":
            names = {"severity": say(item["severity"]), "how": say(f"how_{item['how']}")}
            lines.append(say("by_word", word=item["word"], category=item["category"], **names))
        else:
            lines.append(say("by_contact", contact=say(f"contact_{item['contact']}"), value=item["value"]))
    if decision.get("undisguised"):
        lines.append(say("undisguised", text=decision["undisguised"][:300]))
    return lines or [say("no_reason")]
