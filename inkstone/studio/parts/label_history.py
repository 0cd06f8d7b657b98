"""Who said what about which row, and when."""

import streamlit as st

from inkstone.backend.service import labelling
from inkstone.backend.service.views import DatasetVersionView, LabelView
from inkstone.studio.language import t
from inkstone.studio.parts.look import table
from inkstone.studio.parts.states import ago
from inkstone.studio.session import actor

_ENTRIES = 30


def label_history(version: DatasetVersionView) -> None:
    """Show the latest labels of a version, folded; those taken back too."""
    entries = labelling.history(actor(), version.reference, limit=_ENTRIES)
    if not entries:
        return
    with st.expander(t("labelling.history"), key=f"labelling_history_{version.id}"):
        rows: list[list[object]] = [
            [item.row, _said(item), item.by, ago(item.at), ago(item.undone_at) if item.undone_at else ""]
            for item in entries
        ]
        table([t(f"labelling.column_{name}") for name in ("row", "labels", "by", "at", "undone")], rows)


def _said(entry: LabelView) -> str:
    if entry.spans is None:
        return " | ".join(entry.labels) or t("labelling.skipped")
    marked = (f"{span['label']} {span['start']}–{span['end']}" for span in entry.spans)
    return " | ".join(marked) or t("spans.none_here")
