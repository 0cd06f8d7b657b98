"""The versions of a dataset, and how each was made."""

import streamlit as st

from inkstone.backend.service.views import DatasetVersionView
from inkstone.studio.error_analysis.texts import e
from inkstone.studio.language import catalogue, language, t
from inkstone.studio.parts.look import figure_cell, list_row, muted, title_cell
from inkstone.studio.parts.states import ago


def versions_tab(found: list[DatasetVersionView], shown: DatasetVersionView) -> None:
    """Show all versions, newest first; a button opens one."""
    for item in found:
        cells = [
            title_cell(t("data.version_n", n=item.version), how_made(item)),
            figure_cell(f"{item.rows:,}", t("data.rows_unit")),
            muted(ago(item.created_at)),
        ]
        label = t("data.version_shown") if item.id == shown.id else t("runs.open")
        if list_row(cells, f"version_{item.id}", label) and item.id != shown.id:
            st.query_params["version"] = str(item.version)
            st.rerun()


def how_made(version: DatasetVersionView) -> str:
    """Return where a version came from, as a sentence."""
    made = version.made
    if not made:
        return t("data.made_upload", file=version.file_name)
    if made["how"] == "labels":
        return t("data.made_labels", n=made["labels"], by=made["by"], old=made["from"])
    if made["how"] == "learning":
        return t("data.made_learning", n=made["labels"], by=made["by"], old=made["from"])
    if made["how"] in ("selection", "suite"):
        return e(f"made_{made['how']}", n=made["labels"], by=made["by"], evaluation=made["from"])
    if "fixes" not in made:
        return t("data.made_labels", n=made["labels"], by=made["by"], old=made["from"])
    names = [catalogue(language()).get(f"finding.{code}", code) for code in made["fixes"]]
    return t("data.made_fixes", fixes="、".join(names), by=made["by"], old=made["from"])
