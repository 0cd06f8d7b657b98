"""Versions of models side by side, and the import of a bundle."""

from pathlib import PurePath

import streamlit as st

from inkstone.backend.service import datasets, models
from inkstone.backend.service.registry import bundles, comparing
from inkstone.backend.service.registry.views import VersionLine
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.nlp.significance import FIGURES
from inkstone.studio.language import say, t
from inkstone.studio.parts.look import empty_place, muted, table
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.run_row import figure_name
from inkstone.studio.parts.states import file_size
from inkstone.studio.registry.texts import g
from inkstone.studio.session import actor

_CHUNK = 1 << 20


def compare_versions(version: ModelVersionView, own: list[ModelVersionView]) -> None:
    """Show the chosen version beside others, of this model or another."""
    others = [item.reference for item in own if item.version != version.version]
    others += [item.latest.reference for item in models.list_(actor()) if item.name != version.name]
    if not others:
        empty_place("compare", g("compare"), g("pick_another"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(g("others"), others, default=others[:1], max_selections=5, key=f"others_{version.id}")
        figure = st.selectbox(
            g("figure"), FIGURES, format_func=figure_name, key=f"compare_figure_{version.id}", width=160
        )
        sets = ["", *(item.latest.reference for item in datasets.list_(actor()))]
        test_set = st.selectbox(
            g("test_set"),
            sets,
            format_func=lambda item: item.removeprefix("dataset:") or g("own_rows"),
            key=f"compare_set_{version.id}",
            width=240,
        )
        only = st.toggle(g("only_differences"), value=True, key=f"compare_only_{version.id}")
    if not chosen:
        st.html(muted(g("pick_another")))
        return
    with problems_shown():
        found = comparing.compare(actor(), [version.reference, *chosen], figure=figure, test_set=test_set)
        for item in found.checks:
            st.html(f'<div class="ink-small" data-check="{item.passed}">{muted(say(item.words))}</div>')
        lines = [line for line in found.lines if line.differs or not only]
        if lines:
            table(
                ["", *found.versions],
                [[_name(line), *map(_cell, [line] * len(line.values), line.values)] for line in lines],
            )
        else:
            st.html(muted(g("no_differences")))
        rows = [item for item in found.evaluations if item]
        if len(rows) > 1:
            st.page_link(
                "pages/compare.py", label=g("to_rows"), icon=":material/compare:", query_params={"runs": ",".join(rows)}
            )


def import_button() -> None:
    """Show the form that takes an exported model in."""
    with st.popover(g("import"), icon=":material/upload:", key="model_import"):
        st.html(muted(g("import_help")))
        file = st.file_uploader(g("file"), type=["zip"], key="bundle_file")
        usual = PurePath(file.name).stem[:100] if file else ""
        name = st.text_input(g("name"), key="bundle_name", max_chars=100, placeholder=usual).strip() or usual
        digest = st.text_input(g("sha256"), key="bundle_sha256", max_chars=64)
        if st.button(g("import_go"), type="primary", key="bundle_go", disabled=file is None) and file:
            with problems_shown():
                with bundles.IncomingBundle(actor(), file.name) as incoming:
                    while chunk := file.read(_CHUNK):
                        incoming.write(chunk)
                    view = incoming.register(name, digest or None)
                st.query_params["model"] = view.name
                st.rerun()


def _name(line: VersionLine) -> str:
    return figure_name(line.name) if line.kind == "figure" else _FACTS.get(line.name, lambda: line.name)()


def _cell(line: VersionLine, value: object) -> str:
    if value is None:
        return "–"
    if line.name == "bytes":
        return file_size(int(str(value)))
    if line.name == "stage":
        return t(f"stage.{value}")
    return f"{value:.4f}" if isinstance(value, float) else str(value)


_FACTS = {
    "stage": lambda: t("models.stage"),
    "created_at": lambda: t("models.registered_at"),
    "task": lambda: t("models.task"),
    "bytes": lambda: t("models.size"),
}
