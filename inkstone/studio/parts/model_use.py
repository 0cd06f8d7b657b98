"""What can be done with a version of a model: try, download, promote, call."""

import json
from html import escape
from urllib.parse import quote

import streamlit as st

from inkstone.backend.service import deployments
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.nlp.tagging.loading import is_tagger
from inkstone.components.nlp.tagging.requirements import gives_labels
from inkstone.studio.deploying.texts import d
from inkstone.studio.error_analysis.behaviour_texts import b
from inkstone.studio.error_analysis.threshold_texts import h
from inkstone.studio.language import language, say, t
from inkstone.studio.parts.look import muted, section
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.states import file_size
from inkstone.studio.registry.stage import stage_button
from inkstone.studio.session import actor

FORMATS = ("safetensors", "onnx", "standalone")


def demo_address(version: ModelVersionView) -> str:
    """Return the address of a version's demo page."""
    return f"/demo/{quote(version.name)}@{version.version}/?lang={language()}"


def actions(version: ModelVersionView) -> None:
    """Show Try it, downloads and the stage."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"model_actions_{version.id}"):
        st.link_button(
            t("models.try"),
            demo_address(version),
            type="primary",
            icon=":material/experiment:",
            key=f"try_{version.id}",
        )
        deploy_button(version)
        query = {"model": version.reference}
        one_class = not is_tagger(version.task)
        classes = one_class or gives_labels(version.task)
        if classes and st.button(h("open"), icon=":material/tune:", key=f"thresholds_{version.id}"):
            st.switch_page("pages/thresholds.py", query_params=query)
        if one_class and st.button(b("open"), icon=":material/rule:", key=f"behaviour_{version.id}"):
            st.switch_page("pages/behaviour.py", query_params=query)
        with st.popover(t("models.download"), icon=":material/download:", key=f"downloads_{version.id}"):
            _downloads(version)
        stage_button(version)


def _downloads(version: ModelVersionView) -> None:
    """Offer the model in each format, with what each is for."""
    for kind in FORMATS:
        st.link_button(
            t(f"models.download_{kind}"),
            f"/api/v1/models/{quote(version.reference, safe='@')}/export?format={kind}",
            key=f"download_{kind}_{version.id}",
            width="stretch",
        )
        st.html(muted(t(f"models.download_{kind}_help")))


def deploy_button(version: ModelVersionView) -> None:
    """Show Deploy, or where the version answers already."""
    known = deployments.list_(actor())
    answering = next((item for item in known if item.model == version.reference), None)
    if answering is not None:
        if st.button(d("see"), icon=":material/cloud_done:", key=f"see_{version.id}"):
            st.switch_page("pages/deployments.py", query_params={"deployment": answering.name})
        return
    if st.button(d("deploy"), icon=":material/cloud_upload:", key=f"deploy_{version.id}"):
        with problems_shown():
            made = deployments.deploy(actor(), version.reference)
            st.query_params.clear()
            st.switch_page("pages/deployments.py", query_params={"deployment": made.name})


def decision(version: ModelVersionView) -> None:
    """Say why this version was registered."""
    st.success(say(version.note), icon=":material/verified:")


def call_examples(version: ModelVersionView) -> None:
    """Show how a program asks this model."""
    section(t("models.call"))
    pair = "pair" in version.task
    verb, item = ("tag", "answer") if is_tagger(version.task) else ("predict", "ranked")
    body: dict[str, object] = {"texts": [t("models.example_text")]}
    if pair:
        body["pairs"] = [t("models.example_pair")]
    payload = json.dumps(body, ensure_ascii=False)
    address = f"{st.context.url.split('/', 3)[0] if st.context.url else 'http:'}//{_host()}"
    shell, python, command = st.tabs(["curl", "Python", t("models.command_line")], key=f"call_{version.id}")
    path = f"/api/v1/models/{quote(version.reference, safe='@')}/{verb}"
    shell.code(
        f"curl -X POST '{address}{path}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{payload}'",
        language="bash",
    )
    python.code(
        f"import httpx\n\nanswer = httpx.post(\n    {address + path!r},\n    json={payload},\n)\n"
        f"for {item} in answer.json():\n    print({item if verb == 'tag' else 'ranked[0]'})",
        language="python",
    )
    command.code(f"inkstone {verb} '{version.reference}' --text '{t('models.example_text')}'", language="bash")
    st.html(muted(t("models.call_help")))


def _host() -> str:
    return st.context.headers.get("Host", "127.0.0.1:8501")


def facts(version: ModelVersionView) -> None:
    """Show labels, size, digest and where the version came from."""
    section(t("models.facts"))
    labels = "".join(f'<span class="ink-chip">{escape(label)}</span>' for label in version.labels[:60])
    st.html(f'<div class="ink-chips">{labels}</div>')
    lines = [
        (t("models.reference"), version.reference),
        (t("models.task"), version.task),
        (t("models.size"), file_size(version.bytes)),
        ("SHA-256", version.sha256[:16] + "…"),
    ]
    body = "".join(f"<tr><td class='ink-muted'>{escape(key)}</td><td>{escape(value)}</td></tr>" for key, value in lines)
    st.html(f'<table class="ink-table"><tbody>{body}</tbody></table>')
    if version.run_id:
        st.page_link(
            "pages/run.py", label=t("models.to_run"), icon=":material/timeline:", query_params={"run": version.run_id}
        )
