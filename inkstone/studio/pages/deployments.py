"""Deployments: what answers requests. Address: ``?deployment=NAME``."""

import json
from html import escape
from urllib.parse import quote

import streamlit as st

from inkstone.backend.service import deployments, models
from inkstone.backend.service.deployment_views import DeploymentView
from inkstone.components.errors import InkstoneError
from inkstone.studio.deploying.charts import charts
from inkstone.studio.deploying.drift import drift_section
from inkstone.studio.deploying.texts import d
from inkstone.studio.parts.look import (
    empty_place,
    heading,
    list_row,
    muted,
    section,
    side_by_side,
    table,
    title_cell,
)
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.states import ago, percent
from inkstone.studio.session import actor

_REFRESH_SECONDS = 5.0


def state_chip(item: DeploymentView) -> str:
    """Return whether it answers, as a chip."""
    tone, words = ("good", d("answering")) if item.running else ("calm", d("stopped"))
    return f'<span class="ink-state tone-{tone}">{escape(words)}</span>'


def listing() -> None:
    """Show all deployments."""
    heading(d("title"), d("lead"))
    found = deployments.list_(actor())
    if not found:
        empty_place("cloud_upload", d("nothing"), d("nothing_next"))
        st.page_link("pages/models.py", label=d("to_models"), icon=":material/arrow_forward:")
    for item in found:
        canary = d("canary_of", model=item.canary, share=percent(item.canary_share)) if item.canary else item.model
        cells = [title_cell(item.name, canary), state_chip(item), muted(ago(item.changed_at))]
        if list_row(cells, f"deployments_{item.id}", d("open")):
            st.query_params["deployment"] = item.name
            st.rerun()


def one(name: str) -> None:
    """Show one deployment."""
    item = deployments.get(actor(), name)
    if st.button(d("back"), key="deployments_back", icon=":material/arrow_back:", type="tertiary"):
        st.query_params.clear()
        st.rerun()
    heading(item.name)
    st.html(f"{state_chip(item)} <b>{escape(item.model)}</b>")
    if item.can_write:
        controls(item)
    figures(name)
    drift_section(name)
    call, log = side_by_side(f"deployment_{item.id}", [1, 1])
    with call:
        examples(item)
    with log:
        sampled(name)


def controls(item: DeploymentView) -> None:
    """Show what the owner can do: change, go back, stop, try on a share, remove."""
    versions = [version.reference for version in models.versions(actor(), item.model.rpartition("@")[0])]
    with st.container(horizontal=True, vertical_alignment="bottom", key="deployment_actions"):
        index = versions.index(item.model) if item.model in versions else 0
        chosen = st.selectbox(d("version"), versions, index=index, key=f"version_{item.revision}", width=260)
        acts = {
            "change": (d("change"), "swap_horiz", chosen != item.model),
            "rollback": (d("rollback", model=item.previous or ""), "undo", item.previous is not None),
            "stop": (d("stop"), "stop_circle", item.running),
            "start": (d("start"), "play_circle", not item.running),
        }
        pressed = [
            name
            for name, (label, symbol, possible) in acts.items()
            if possible and st.button(label, icon=f":material/{symbol}:", key=f"deployment_{name}")
        ]
        with st.popover(d("canary"), icon=":material/call_split:"):
            canary(item, [version for version in versions if version != item.model])
        with st.popover(d("remove"), icon=":material/delete:"):
            st.write(d("remove_sure"))
            if st.button(d("remove_yes"), type="primary", key="deployment_remove"):
                pressed.append("remove")
    with problems_shown():
        for name in pressed:
            act(item, name, chosen)


def act(item: DeploymentView, name: str, chosen: str) -> None:
    """Do what was pressed, and show the page anew."""
    who = actor()
    if name == "change":
        deployments.change(who, item.name, chosen)
    elif name == "rollback":
        deployments.rollback(who, item.name)
    elif name == "remove":
        deployments.trash(who, item.name)
        st.query_params.clear()
    else:
        deployments.set_running(who, item.name, name == "start")
    st.rerun()


def canary(item: DeploymentView, others: list[str]) -> None:
    """Let another version answer a share of the requests."""
    if item.canary:
        st.write(d("canary_of", model=item.canary, share=percent(item.canary_share)))
        if st.button(d("canary_end"), key="canary_end"):
            deployments.canary(actor(), item.name, None)
            st.rerun()
        return
    if not others:
        st.write(d("only_one"))
        return
    version = st.selectbox(d("canary_version"), others, key="canary_version")
    share = st.slider(d("canary_share"), 1, 99, 10, key="canary_share")
    if st.button(d("canary_start"), type="primary", key="canary_start"):
        with problems_shown():
            deployments.canary(actor(), item.name, version, share / 100)
            st.rerun()


@st.fragment(run_every=_REFRESH_SECONDS)
def figures(name: str) -> None:
    """Show the last hour, afresh every few seconds."""
    section(d("hour"))
    minutes = deployments.usage(actor(), name)
    if not minutes:
        st.html(muted(d("quiet")))
        return
    totals = {
        d("hour_requests"): sum(item.requests for item in minutes),
        d("hour_texts"): sum(item.texts for item in minutes),
        d("hour_refused"): sum(item.refused for item in minutes),
    }
    with st.container(horizontal=True, key="deployment_totals"):
        for title, value in totals.items():
            st.metric(title, f"{value:,}", width=140)
    charts(minutes, f"usage_{name}")


def examples(item: DeploymentView) -> None:
    """Show how a program asks it."""
    section(d("call"))
    body: dict[str, object] = {"texts": [d("example")]}
    if item.pairs:
        body["pairs"] = [d("example")]
    payload = json.dumps(body, ensure_ascii=False)
    scheme = st.context.url.split("/", 3)[0] if st.context.url else "http:"
    host = st.context.headers.get("Host", "127.0.0.1:8501")
    verb, shown = ("tag", "answer") if item.tags else ("predict", "ranked")
    address = f"{scheme}//{host}/api/v1/deployments/{quote(item.name)}/{verb}"
    shell, python = st.tabs(["curl", "Python"], key=f"call_{item.id}")
    shell.code(
        f"curl -X POST '{address}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{payload}'", language="bash"
    )
    python.code(
        f"import httpx\n\nanswer = httpx.post(\n    {address!r},\n    json={payload},\n)\n"
        f'for {shown} in answer.json()["results"]:\n    print({"answer" if item.tags else "ranked[0]"})',
        language="python",
    )
    st.html(muted(d("call_help")))


def sampled(name: str) -> None:
    """Show the sample of what was asked."""
    section(d("samples"))
    found = deployments.samples(actor(), name, 20)
    if not found:
        st.html(muted(d("no_samples")))
        return
    rows: list[list[object]] = [
        [ago(item.at), item.text[:60], item.label, percent(item.score), item.model] for item in found
    ]
    table([d("when"), d("text"), d("label"), d("score"), d("model")], rows, numbers={3})


wished = st.query_params.get("deployment")
if wished:
    try:
        one(wished)
    except InkstoneError as problem:
        show_problem(problem)
else:
    listing()
