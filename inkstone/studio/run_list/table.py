"""The table of runs, and what can be done with those that are ticked."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from inkstone.backend.service import run_organising, run_trash
from inkstone.backend.service.interchange import importing
from inkstone.backend.service.run_search import FIGURE, RunRow
from inkstone.backend.service.views import RunView
from inkstone.studio.language import say, t
from inkstone.studio.parts.look import muted
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.states import file_size, state_name
from inkstone.studio.run_list.choosing import column_name
from inkstone.studio.run_list.texts import r
from inkstone.studio.session import actor

ROW_HEIGHT = 35
_CHUNK = 1 << 20


def run_table(rows: Sequence[RunRow], columns: Sequence[str], titles: dict[str, Any], key: str) -> list[RunView]:
    """Show runs with the chosen columns; return those that are ticked."""
    frame = pd.DataFrame([_cells(row, columns, titles) for row in rows])
    config: dict[str, Any] = {
        "★": st.column_config.TextColumn(width=36),
        r("name"): st.column_config.TextColumn(width="medium"),
        r("created"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        r("seconds"): st.column_config.NumberColumn(format="%.1f"),
        r("tags"): st.column_config.ListColumn(),
    }
    for column in columns:
        if column.startswith(FIGURE):
            config[column_name(column)] = st.column_config.NumberColumn(format="%.4f")
    event = st.dataframe(
        frame,
        key=key,
        hide_index=True,
        column_config=config,
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="",
        height=min(620, 3 + ROW_HEIGHT * (len(frame) + 1)),
    )
    return [rows[place].run for place in event["selection"]["rows"] if place < len(rows)]


def _cells(row: RunRow, columns: Sequence[str], titles: dict[str, Any]) -> dict[str, Any]:
    run = row.run
    cells: dict[str, Any] = {
        "★": "★" if run.starred else "",
        r("name"): run.name or run.id,
        r("state"): state_name(run.state.value),
        **{column_name(column): row.values.get(column) for column in columns},
        r("created"): run.created_at.astimezone().replace(tzinfo=None),
        r("seconds"): run.seconds,
        r("template"): say(titles.get(run.template or "")) or run.template or t("runs.own_pipeline"),
        r("tags"): run.tags,
    }
    if row.owner:
        cells[r("owner")] = row.owner
    cells[r("note")] = run.note
    cells["id"] = run.id[:8]
    return cells


def actions(chosen: Sequence[RunView], key: str) -> None:
    """Show what can be done with the ticked runs."""
    if not chosen:
        st.html(muted(r("select_hint")))
        return
    ids = [run.id for run in chosen]
    own = all(run.can_write for run in chosen)
    with problems_shown(), st.container(horizontal=True, vertical_alignment="center", key=f"actions_{key}"):
        st.html(muted(r("selected", n=len(ids))))
        if len(ids) == 1 and st.button(r("open"), key=f"{key}_open", type="primary", icon=":material/open_in_new:"):
            st.switch_page("pages/run.py", query_params={"run": ids[0]})
        if len(ids) > 1 and st.button(
            r("compare"), key=f"{key}_compare", type="primary", icon=":material/compare_arrows:"
        ):
            st.switch_page("pages/compare.py", query_params={"runs": ",".join(ids)})
        starred = all(run.starred for run in chosen)
        if st.button(r("unstar") if starred else r("star"), key=f"{key}_star", icon=":material/star:"):
            run_organising.star(actor(), ids, not starred)
            st.rerun()
        _exporting(ids, key)
        if own:
            _tagging(ids, key)
            if len(chosen) == 1:
                _editing(chosen[0], key)
            if all(run.state.is_final for run in chosen) and st.button(
                r("to_trash"), key=f"{key}_trash", icon=":material/delete:"
            ):
                run_trash.trash(actor(), ids)
                st.rerun()


def _exporting(ids: list[str], key: str) -> None:
    with st.popover(r("export"), icon=":material/download:", key=f"{key}_export"):
        st.html(muted(r("export_help")))
        for name, title in (("mlflow", "MLflow"), ("tensorboard", "TensorBoard")):
            query = urlencode([*(("runs", item) for item in ids), ("format", name)])
            st.link_button(
                title, f"/api/v1/run-export?{query}", key=f"{key}_export_{name}", icon=":material/folder_zip:"
            )


def import_button() -> None:
    """Show the form that takes runs of MLflow in."""
    with st.popover(r("import"), icon=":material/upload:", key="runs_import"):
        st.html(muted(r("import_help")))
        file = st.file_uploader(r("import_file"), type=["zip", "db", "sqlite"], key="runs_import_file")
        if st.button(r("import_go"), key="runs_import_go", type="primary", disabled=file is None) and file is not None:
            with problems_shown():
                with importing.IncomingRuns(actor(), file.name) as incoming:
                    while chunk := file.read(_CHUNK):
                        incoming.write(chunk)
                    found = incoming.register()
                st.toast(r("imported", n=len(found.runs), known=found.known))


def _tagging(ids: list[str], key: str) -> None:
    with st.popover(r("tag"), icon=":material/label:"):
        add = st.text_input(r("add_tags"), key=f"{key}_add", help=r("tags_help"))
        remove = st.text_input(r("remove_tags"), key=f"{key}_remove", help=r("tags_help"))
        if st.button(r("apply"), key=f"{key}_tags_go", type="primary", disabled=not (add or remove)):
            run_organising.tag(actor(), ids, _split(add), _split(remove))
            st.rerun()


def _editing(run: RunView, key: str) -> None:
    with st.popover(r("edit"), icon=":material/edit_note:"):
        name = st.text_input(r("name"), run.name, key=f"{key}_name_{run.id}", max_chars=120)
        note = st.text_area(r("note"), run.note, key=f"{key}_note_{run.id}")
        if st.button(r("save"), key=f"{key}_save", type="primary"):
            run_organising.rename(actor(), run.id, name)
            run_organising.set_note(actor(), run.id, note)
            st.rerun()


def trash_actions(chosen: Sequence[RunView]) -> None:
    """Show what can be done with runs in the trash."""
    ids = [run.id for run in chosen]
    with problems_shown(), st.container(horizontal=True):
        if ids and st.button(r("restore"), key="trash_restore", icon=":material/restore_from_trash:"):
            run_trash.restore(actor(), ids)
            st.rerun()
        with st.popover(r("purge") if ids else r("purge_all"), icon=":material/delete_forever:"):
            st.html(muted(r("purge_sure")))
            if st.button(r("purge") if ids else r("purge_all"), key="trash_purge", type="primary"):
                done = run_trash.purge(actor(), ids or None)
                st.toast(r("purged", runs=done.runs, size=file_size(done.bytes)))
                st.rerun()


def _split(words: str) -> list[str]:
    return [part for part in (item.strip() for item in words.replace("，", ",").split(",")) if part]
