"""Predictions of files on a model's page: upload one, see how far it is, take the answers."""

from html import escape

import streamlit as st

from inkstone.backend.service import models, prediction_jobs
from inkstone.backend.service.file_predictions import ENDINGS, Wish
from inkstone.backend.service.incoming_file import IncomingFile
from inkstone.backend.service.views import ModelVersionView, PredictionView
from inkstone.components.errors import InkstoneError
from inkstone.components.texts import Text, text
from inkstone.studio.language import language
from inkstone.studio.parts.look import muted, section
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.states import ago
from inkstone.studio.session import actor

TEXTS: dict[str, Text] = {
    "help": text(
        "给一个文件的每一行加上标签和分数。任务一旦接受，关闭浏览器、重启服务都不会丢。",
        "Adds a label and a score to every row of a file. Once accepted, a job survives a closed browser and a restarted service.",
    ),
    "file": text("文件", "File"),
    "column": text("文本列", "Text column"),
    "guessed": text("自动猜测", "guessed"),
    "pair_column": text("第二文本列（文本对模型）", "Second text column (models of pairs)"),
    "format": text("结果格式", "Format of the answers"),
    "start": text("开始预测", "Predict"),
    "jobs": text("批量预测", "Predictions of files"),
    "none": text("还没有。", "None yet."),
    "waiting": text("等待中", "waiting"),
    "running": text("{done} / {total} 行", "{done} of {total} rows"),
    "done": text("{rows} 行", "{rows} rows"),
    "failed": text("失败", "failed"),
    "stopped": text("已停止", "stopped"),
    "stop": text("停止", "Stop"),
    "delete": text("删除", "Delete"),
    "get": text("下载结果", "Download the answers"),
}  # fmt: skip
REFRESH = 1.0
_CHUNK = 1 << 20


def f(key: str, **slots: object) -> str:
    """Return one of this part's texts in the visitor's language."""
    return TEXTS[key].in_language(language()).format(**slots)


def file_predictions(version: ModelVersionView) -> None:
    """Show the form and the jobs of a version."""
    try:
        models.classifier_folder(actor(), version.reference)
    except InkstoneError as problem:
        show_problem(problem)
        return
    if actor().role != "viewer":
        _form(version)
    section(f("jobs"))
    found = _own(version)
    if any(job.state in {"waiting", "running"} for job in found):
        st.fragment(_watched, run_every=REFRESH)(version)
    else:
        _listed(found)


def _form(version: ModelVersionView) -> None:
    st.html(muted(f("help")))
    kinds = ["csv", "tsv", "txt", "json", "jsonl", "xlsx", "parquet"]
    file = st.file_uploader(f("file"), type=kinds, key=f"predict_file_{version.id}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = st.text_input(f("column"), placeholder=f("guessed"), max_chars=200, key=f"predict_column_{version.id}")
        pair = st.text_input(f("pair_column"), placeholder="–", max_chars=200, key=f"predict_pair_{version.id}")
        endings = [item[1:] for item in ENDINGS]
        format_ = st.selectbox(f("format"), endings, key=f"predict_format_{version.id}", width=140)
        go = st.button(f("start"), type="primary", key=f"predict_go_{version.id}", disabled=file is None)
    if go and file is not None:
        with problems_shown():
            with IncomingFile(actor(), file.name, "model.predict") as incoming:
                while chunk := file.read(_CHUNK):
                    incoming.write(chunk)
                wish = Wish(column.strip() or None, pair.strip() or None, None, format_)
                prediction_jobs.begin(actor(), version.reference, incoming.finished(), incoming.file_name, wish)
            st.rerun()


def _own(version: ModelVersionView) -> list[PredictionView]:
    return [job for job in prediction_jobs.list_(actor()) if job.model == version.reference]


def _watched(version: ModelVersionView) -> None:
    found = _own(version)
    if not any(job.state in {"waiting", "running"} for job in found):
        st.rerun()
    _listed(found)


def _listed(found: list[PredictionView]) -> None:
    if not found:
        st.html(muted(f("none")))
    for job in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"prediction_{job.key}"):
            st.html(f"<b>{escape(job.file_name)}</b> {muted(f'{_state(job)} · {ago(job.at)}')}", width="stretch")
            if job.state == "done":
                path, name = prediction_jobs.answers(actor(), job.key)
                st.download_button(
                    f("get"),
                    path.read_bytes,
                    file_name=name,
                    key=f"prediction_get_{job.key}",
                    icon=":material/download:",
                    on_click="ignore",
                )
            word, icon = ("stop", "stop") if job.state == "running" else ("delete", "delete")
            if st.button(f(word), key=f"prediction_end_{job.key}", icon=f":material/{icon}:"):
                with problems_shown():
                    prediction_jobs.remove(actor(), job.key)
                st.rerun()
        if job.state == "running" and job.total:
            st.progress(min(1.0, job.done / job.total))
        if job.state == "failed" and job.error:
            show_problem(job.error)


def _state(job: PredictionView) -> str:
    numbers = {"done": f"{job.done:,.0f}", "total": f"{job.total:,.0f}"}
    if job.state == "running" and not job.total:
        return "…"
    return f(job.state, **numbers) if job.state == "running" else f(job.state, rows=f"{job.rows or 0:,}")
