"""Choosing what a model starts from."""

from typing import Any

import streamlit as st

from inkstone.backend.service import encoders
from inkstone.studio.language import say, t
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
    if chosen in known and known[chosen].get("note"):
        st.caption(say(known[chosen]["note"]))
    return chosen


def _title(info: dict[str, Any]) -> str:
    facts = [say(info["title"])]
    if info.get("parameters"):
        facts.append(t("encoder.parameters", n=f"{info['parameters'] / 1e6:.0f}"))
    if not info.get("ready", True):
        facts.append(t("encoder.not_here"))
    return " · ".join(facts)
