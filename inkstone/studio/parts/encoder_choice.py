"""Choosing what a model starts from."""

from typing import Any

import streamlit as st

from inkstone.backend.service import encoders
from inkstone.studio.language import language_name, say, t
from inkstone.studio.parts.look import muted
from inkstone.studio.session import actor


def encoder_choice(current: str, key: str) -> str:
    """Show the encoders at hand (others may be typed) and return the one chosen."""
    known = {item["name"]: item for item in encoders.list_(actor())}
    options = list(dict.fromkeys([*known, current]))
    chosen = st.selectbox(
        t("start.encoder"),
        options,
        index=options.index(current),
        format_func=lambda name: _title(known[name]) if name in known else name,
        accept_new_options=True,
        key=key,
        help=t("start.encoder_help"),
    )
    if chosen in known:
        st.html(muted(_facts(known[chosen])))
    return chosen


def _facts(info: dict[str, Any]) -> str:
    """Return in one line what it is, in which languages, under which licence, where it comes from and whether it is here."""
    facts = [
        say(info["note"]) if info.get("note") else "",
        "、".join(language_name(code) for code in info["languages"]),
    ]
    if info["origin"] != "scratch":
        licence = None if info.get("note") else info.get("licence")  # a note says it already
        facts.append(t("encoder.facts_licence", licence=licence) if licence else "")
        facts += [t(f"encoder.origin_{info['origin']}"), t("encoder.here" if info["ready"] else "encoder.not_here")]
    return " · ".join(fact for fact in facts if fact)


def _title(info: dict[str, Any]) -> str:
    facts = [say(info["title"])]
    if info.get("parameters"):
        facts.append(t("encoder.parameters", n=f"{info['parameters'] / 1e6:.0f}"))
    if not info.get("ready", True):
        facts.append(t("encoder.not_here"))
    return " · ".join(facts)
