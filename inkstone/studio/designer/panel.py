"""The panel beside the canvas, derived from the component's spec alone: fields, parameters, resources."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st

from inkstone.backend.service import components, datasets, lexicons, models, samples, upstream
from inkstone.components.errors import InkstoneError
from inkstone.components.spec import Resources
from inkstone.studio.designer.draft import Draft
from inkstone.studio.designer.texts import plain, w
from inkstone.studio.language import say
from inkstone.studio.parts.encoder_choice import encoder_choice
from inkstone.studio.parts.param_form import Choices, param_form
from inkstone.studio.parts.problem import show_problem
from inkstone.studio.session import actor

COLUMN_KINDS = {"column", "columns"}
PARTS = ("fields", "params", "resources")


def panel(draft: Draft, node_id: str) -> None:
    """Show and edit one node."""
    node = draft.document["nodes"][node_id]
    try:
        spec = _spec(node["component"])
    except InkstoneError:
        st.warning(w("unknown_component", key=node["component"]), icon=":material/extension_off:")
        return
    st.markdown(f"**{plain(node.get('title') or say(spec['title']))}**  \n:small[:gray[{plain(say(spec['summary']))}]]")
    _problems(draft, node_id)
    columns = [name for name, schema in spec["params"].items() if schema.get("kind") in COLUMN_KINDS]
    others = [name for name in spec["params"] if name not in columns]
    chosen = st.segmented_control(
        w("params"),
        PARTS,
        default=_first_part(draft, node_id, columns, others),
        required=True,
        format_func=w,
        key=f"part_{draft.pipeline_id}_{node_id}_{draft.focus}",
        label_visibility="collapsed",
    )
    if chosen == "resources":
        _resources(draft, node_id, bool(spec["trains"]))
    elif chosen == "fields":
        _fields(draft, node_id, spec, columns)
    else:
        _params(draft, node_id, spec, others)


@cache
def _spec(component: str) -> dict[str, Any]:
    """Return the description of a component; making its JSON schema takes longer than all the rest of a click."""
    return components.get(actor(), component).spec


def _first_part(draft: Draft, node_id: str, columns: list[str], others: list[str]) -> str:
    if draft.focus and draft.focus[0] == node_id and draft.focus[1] in others:
        return "params"
    return "fields" if columns else "params"


def _problems(draft: Draft, node_id: str) -> None:
    for problem in draft.findings().problems:
        if problem.get("node") == node_id:
            show_problem({**problem, "node": None})


def _fields(draft: Draft, node_id: str, spec: Mapping[str, Any], names: list[str]) -> None:
    """Column pickers, from the table that will arrive here."""
    if not names:
        st.caption(w("no_fields"))
        return
    arriving = _arriving(draft, node_id)
    if arriving is None:
        st.caption(w("no_upstream"))
    else:
        st.caption(w("upstream", rows=f"{arriving.rows:,}", columns=len(arriving.columns)))
    choices = Choices(columns=[column.name for column in arriving.columns] if arriving else [])
    _form(draft, node_id, spec, names, choices)


def _params(draft: Draft, node_id: str, spec: Mapping[str, Any], names: list[str]) -> None:
    if not names:
        st.caption(w("no_params"))
        return
    params = spec["params"]
    encoders = [name for name in names if params[name].get("kind") == "encoder"]
    values = draft.document["nodes"][node_id].get("params", {})
    for name in encoders:
        current = values.get(name, params[name].get("default") or "scratch")
        if isinstance(current, str) and current.startswith("${"):
            continue
        chosen = encoder_choice(current, f"{_key(draft, node_id)}.{name}")
        if chosen != current:
            _set(draft, node_id, {**values, name: chosen})
            values = draft.document["nodes"][node_id]["params"]
    rest = [name for name in names if name not in encoders or str(values.get(name, "")).startswith("${")]
    kinds = {params[name].get("kind") for name in rest}
    choices = Choices(
        datasets=_datasets() if "dataset" in kinds else [],
        models=[item.latest.reference for item in models.list_(actor())] if "model" in kinds else [],
        lexicons=lexicons.references(actor()) if "lexicon" in kinds else [],
    )
    _form(draft, node_id, spec, rest, choices)
    _reset(draft, node_id, spec, names)
    if draft.document.get("variables"):
        _use_variable(draft, node_id, spec, rest)


def _form(draft: Draft, node_id: str, spec: Mapping[str, Any], names: list[str], choices: Choices) -> None:
    """Show some parameters, and keep what changed. The field that a problem led to stands first, in a frame."""
    disabled = not draft.can_write
    values = draft.document["nodes"][node_id].get("params", {})
    focused = [name for name in names if draft.focus == (node_id, name)]
    changed: dict[str, Any] = {}
    for listed in (focused, [name for name in names if name not in focused]):
        if not listed:
            continue
        part = {**spec, "params": {name: spec["params"][name] for name in listed}}
        shown = {name: value for name, value in values.items() if name in listed}
        with st.container(
            border=listed is focused, key=f"{_key(draft, node_id)}.{'focus' if listed is focused else 'rest'}"
        ):
            all_at_once = listed if listed is focused else None
            changed |= param_form(
                part, shown, key=_key(draft, node_id), choices=choices, names=all_at_once, columns=1, disabled=disabled
            )
    kept = {name: value for name, value in values.items() if name not in names}
    if not disabled and {**kept, **changed} != values:
        _set(draft, node_id, {**kept, **changed})


def _set(draft: Draft, node_id: str, params: dict[str, Any]) -> None:
    draft.edit_node(node_id, params=params)


def _reset(draft: Draft, node_id: str, spec: Mapping[str, Any], names: list[str]) -> None:
    """List what differs from the defaults; a click takes the default again."""
    values = draft.document["nodes"][node_id].get("params", {})
    changed = [name for name in names if name in values and "default" in spec["params"][name]]
    if not changed:
        return
    chosen = st.pills(
        w("changed"),
        changed,
        format_func=lambda name: f":material/undo: {say(spec['params'][name]['title_text'])}",
        key=f"{_key(draft, node_id)}.reset",
    )
    if chosen:
        _set(draft, node_id, {name: value for name, value in values.items() if name != chosen})
        draft.form += 1
        st.rerun(scope="fragment")


def _use_variable(draft: Draft, node_id: str, spec: Mapping[str, Any], names: list[str]) -> None:
    key = f"{_key(draft, node_id)}.variable"
    with st.popover(w("use_variable"), icon=":material/variable_insert:", type="tertiary"):
        name = st.selectbox(
            w("use_variable_for"),
            names,
            format_func=lambda item: say(spec["params"][item]["title_text"]),
            key=f"{key}.name",
        )
        variable = st.selectbox(w("variable"), list(draft.document["variables"]), key=f"{key}.value")
        if st.button(w("apply"), key=f"{key}.apply") and name and variable:
            values = draft.document["nodes"][node_id].get("params", {})
            _set(draft, node_id, {**values, name: f"${{{variable}}}"})
            draft.form += 1
            st.rerun(scope="fragment")


def _resources(draft: Draft, node_id: str, trains: bool) -> None:
    """What the node asks of the machine, and a remark about it."""
    node = draft.document["nodes"][node_id]
    given = Resources.model_validate(node.get("resources") or {})
    key = f"{_key(draft, node_id)}.resources"
    disabled = not draft.can_write
    options: dict[str, Any] = {"disabled": disabled}
    workers = given.workers
    if trains:
        workers = st.number_input(
            w("workers"), 1, 64, given.workers, key=f"{key}.workers", help=w("workers_help"), **options
        )
    cpus = st.number_input(w("cpus"), 0.0, 256.0, float(given.cpus), 1.0, key=f"{key}.cpus", format="%g", **options)
    gpus = st.number_input(w("gpus"), 0.0, 64.0, float(given.gpus), 1.0, key=f"{key}.gpus", format="%g", **options)
    optional: dict[str, Any] = {"min_value": 0.1, "placeholder": w("unlimited"), "format": "%g", **options}
    memory = st.number_input(w("memory"), value=given.memory_gib, key=f"{key}.memory", **optional)
    timeout = st.number_input(w("timeout"), value=given.timeout_minutes, key=f"{key}.timeout", **optional)
    retries = st.number_input(w("retries"), 0, 10, given.retries, key=f"{key}.retries", **options)
    remark = st.text_area(w("remark"), node.get("note") or "", key=f"{key}.note", max_chars=2000, **options)
    made = Resources(workers=workers, cpus=cpus, gpus=gpus, memory_gib=memory, timeout_minutes=timeout, retries=retries)
    if not disabled and (made != given or (remark or None) != (node.get("note") or None)):
        draft.edit_node(node_id, resources=made.model_dump(mode="json"), note=remark or None)


def _arriving(draft: Draft, node_id: str) -> Any:
    try:
        return upstream.arriving(draft.pipeline(), draft.findings().tables, node_id)
    except InkstoneError:
        return None  # the list of problems says what is wrong with the document


def _datasets() -> list[str]:
    references = [item.latest.reference for item in datasets.list_(actor())]
    return references + samples.references()


def _key(draft: Draft, node_id: str) -> str:
    return f"form_{draft.pipeline_id}_{node_id}_{draft.form}"
