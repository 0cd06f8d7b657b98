"""The queue: what is under way with what it uses, what waits, and what the machine has."""

from html import escape

import streamlit as st

from inkstone.backend.service import run_queue
from inkstone.backend.service.run_queue import Machine, Usage
from inkstone.backend.service.views import RunView
from inkstone.studio.parts import look
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.states import ago, duration, file_size, state_chip
from inkstone.studio.run_list.texts import r
from inkstone.studio.session import actor


def queue_part() -> None:
    """Show the queue."""
    found = run_queue.get(actor())
    with problems_shown():
        _machine(found.machine)
        if actor().role in ("admin", "member"):
            label, symbol = (r("go"), ":material/play_arrow:") if found.paused else (r("pause"), ":material/pause:")
            if st.button(label, key="queue_pause", icon=symbol):
                run_queue.pause(actor(), not found.paused)
                st.rerun()
        if found.paused:
            st.warning(r("paused"), icon=":material/pause_circle:")
        if not found.running and not found.waiting:
            look.empty_place("hourglass_empty", r("queue_empty"), r("queue_empty_next"))
        if found.running:
            look.section(r("running"))
            for used in found.running:
                _running(used)
        if found.waiting:
            look.section(r("waiting"))
            for place, run in enumerate(found.waiting):
                _waiting(run, place, len(found.waiting))


def _machine(has: Machine) -> None:
    cells = [
        (f"{has.cpus}", f"{r('cpus')} · {r('load', load=f'{has.load:.1f}')}"),
        (file_size(has.memory_free_bytes), r("memory") + " · " + _free(has.memory_free_bytes, has.memory_bytes)),
        (file_size(has.disk_free_bytes), r("disk") + " · " + _free(has.disk_free_bytes, has.disk_bytes)),
    ]
    with st.container(border=True):
        inner = "".join(f"<div>{look.figure_cell(value, below)}</div>" for value, below in cells)
        st.html(f'<div class="ink-row"><div class="ink-row-title">{escape(r("machine"))}</div>{inner}</div>')


def _free(free: int, total: int) -> str:
    return r("free_of", free=file_size(free), total=file_size(total))


def _running(used: Usage) -> None:
    words = r(
        "uses",
        cpu=duration(used.cpu_seconds),
        memory=file_size(used.memory_bytes),
        disk=file_size(used.disk_bytes),
        n=used.processes,
    )
    cells = [look.title_cell(used.run.name or used.run.id, words), state_chip(used.run.state.value)]
    if look.list_row(
        [*cells, look.figure_cell(duration(used.run.seconds), "", plain=True)], f"queue_{used.run.id}", r("open")
    ):
        st.switch_page("pages/run.py", query_params={"run": used.run.id})


def _waiting(run: RunView, place: int, count: int) -> None:
    with st.container(border=True, key=f"row_waiting_{run.id}", horizontal=True, vertical_alignment="center"):
        held = f" · {r('held')}" if run.held else ""
        st.html(
            f'<div class="ink-row"><div>{look.title_cell(f"{place + 1}. {run.name or run.id}{held}", ago(run.created_at))}</div></div>'
        )
        if not run.can_write:
            return
        for to, symbol, possible in (
            ("first", ":material/vertical_align_top:", place > 0),
            ("earlier", ":material/arrow_upward:", place > 0),
            ("later", ":material/arrow_downward:", place < count - 1),
        ):
            if st.button("", key=f"{to}_{run.id}", icon=symbol, help=r(to), disabled=not possible):
                run_queue.move(actor(), run.id, to)
                st.rerun()
        if st.button(r("release") if run.held else r("hold"), key=f"hold_{run.id}"):
            run_queue.hold(actor(), run.id, not run.held)
            st.rerun()
