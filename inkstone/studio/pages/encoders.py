"""Encoders: what a training can start from, and new ones from a zip."""

from typing import Any

import streamlit as st

from inkstone.backend.service import encoders
from inkstone.backend.service.settings import readable_bytes
from inkstone.studio.language import say, t
from inkstone.studio.parts import look
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.session import actor

_CHUNK = 1 << 20


def here(found: list[dict[str, Any]]) -> None:
    """Show the encoders of this machine, and let one be checked against its digests."""
    look.section(t("encoders.here"), t("encoders.here_help"))
    columns = ["name", "weights", "languages", "licence", "size", "origin"]
    rows: list[list[object]] = [
        [
            item["name"],
            _weights(item),
            _languages(item),
            item["licence"] or "–",
            readable_bytes(item["bytes"]) if item["bytes"] else "–",
            t(f"encoders.origin_{item['origin']}"),
        ]
        for item in found
    ]
    look.table([t(f"encoders.{name}") for name in columns], rows, numbers={1, 4})
    checkable = [item["name"] for item in found if item["origin"] in {"shipped", "folder"}]
    name, button = st.columns([3, 1], vertical_alignment="bottom")
    chosen = name.selectbox(t("encoders.check_which"), checkable, key="encoder_check_name")
    if button.button(t("encoders.check"), icon=":material/fingerprint:", key="encoder_check", width="stretch"):
        with problems_shown():
            encoders.verify(actor(), chosen)
            st.success(t("encoders.checked", name=chosen), icon=":material/check_circle:")


def bring() -> None:
    """Take a zip in."""
    look.section(t("encoders.import"), t("encoders.import_help"))
    name = st.text_input(t("encoders.import_name"), max_chars=100, key="encoder_name")
    file = st.file_uploader(t("encoders.import_file"), type=["zip"], key="encoder_file")
    with st.expander(t("encoders.bin"), key="encoder_bin"):
        st.html(look.muted(t("encoders.bin_help")))
        sha256 = st.text_input("SHA-256", max_chars=64, key="encoder_sha256")
    ready = file is not None and bool(name.strip())
    if st.button(t("encoders.import_do"), type="primary", disabled=not ready, key="encoder_import"):
        assert file is not None
        with problems_shown(), st.spinner(t("encoders.importing")):
            with encoders.IncomingEncoder(actor(), file.name) as incoming:
                while chunk := file.read(_CHUNK):
                    incoming.write(chunk)
                made = incoming.register(name.strip(), sha256.strip() or None)
            st.session_state["encoder_imported"] = made["name"]
            st.rerun()


def absent(found: list[dict[str, Any]]) -> None:
    """Show what the catalogue knows and this machine lacks, and where to put it."""
    look.section(t("encoders.absent"), t("encoders.absent_help"))
    rows: list[list[object]] = [
        [
            item["name"],
            _weights(item),
            _languages(item),
            item["licence"] or "–",
            t("encoders.pinned") if item["pinned"] else t("encoders.unpinned"),
            say(item["note"]),
        ]
        for item in found
    ]
    columns = ["name", "weights", "languages", "licence", "revision", "note"]
    look.table([t(f"encoders.{name}") for name in columns], rows, numbers={1})
    chosen = st.selectbox(t("encoders.where_which"), [item["name"] for item in found], key="encoder_where")
    folder = next(item["folder"] for item in found if item["name"] == chosen)
    st.caption(t("encoders.where"))
    st.code(folder, language=None)


def _weights(item: dict[str, Any]) -> str:
    return f"{item['parameters'] / 1e6:.1f} M" if item["parameters"] else "–"


def _languages(item: dict[str, Any]) -> str:
    return look.language_names(item["languages"]) or "–"


look.heading(t("page.encoders"), t("encoders.lead"))
if imported := st.session_state.pop("encoder_imported", None):
    st.success(t("encoders.imported", name=imported), icon=":material/check_circle:")
everything = [item for item in encoders.list_(actor()) if item["origin"] != "scratch"]
left, right = look.side_by_side("encoders", [3, 2])
with left:
    here([item for item in everything if item["ready"]])
with right:
    if actor().role == "viewer":
        st.html(look.muted(t("encoders.viewer")))
    else:
        bring()
absent([item for item in everything if not item["ready"]])
