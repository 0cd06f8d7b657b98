"""Choosing data: drop a file, take a dataset that is there, or the sample data of a template."""

from typing import TYPE_CHECKING

import streamlit as st

from inkstone.backend.service import datasets, upload_jobs
from inkstone.backend.service.views import DatasetVersionView
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import language_name, t
from inkstone.studio.parts.data_job import watch
from inkstone.studio.parts.look import muted
from inkstone.studio.parts.problem import problems_shown, show_problem
from inkstone.studio.parts.states import file_size
from inkstone.studio.sample import import_sample
from inkstone.studio.session import actor

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

LARGE = 8 << 20
"""Files of more bytes are parsed in the background."""
FILE_TYPES = ["csv", "tsv", "txt", "json", "jsonl", "xlsx", "parquet", "zip"]


def choose_data(samples: dict[str, str], key: str) -> DatasetVersionView | None:
    """Show the three ways to data, and return the dataset chosen.

    Args:
        samples: Sample files of the template, by language.
        key: Prefix of the widgets' keys; the choice is remembered under ``KEY.reference``.
    """
    ways = ["upload", "dataset"] + (["sample"] if samples else [])
    way = st.segmented_control(
        t("data.way"),
        ways,
        default="upload",
        required=True,
        format_func=lambda item: t(f"data.way_{item}"),
        key=f"{key}.way",
        label_visibility="collapsed",
    )
    if way == "upload":
        _upload(key)
    elif way == "dataset":
        _existing(key)
    else:
        _sample(samples, key)
    return _chosen(key)


def upload_file(key: str, label: str) -> DatasetVersionView | None:
    """Show a drop zone; once a file came, return its dataset version. Errors are shown below the zone."""
    file = st.file_uploader(label, key=f"{key}.file", type=None, help=t("data.formats"))
    if file is None:
        st.session_state.pop(f"{key}.uploaded", None)
        return None
    known = st.session_state.get(f"{key}.uploaded")
    if known and known[0] == file.file_id:
        return _shown_again(known[1])
    if file.size > LARGE:
        return _upload_large(file, key)
    try:
        with st.spinner(t("data.reading")):
            result: DatasetVersionView | InkstoneError = datasets.upload(actor(), file, file.name)
    except InkstoneError as problem:
        result = problem
    st.session_state[f"{key}.uploaded"] = (file.file_id, result)
    return _shown_again(result)


def _upload_large(file: "UploadedFile", key: str) -> DatasetVersionView | None:
    """Have a large file parsed in the background, with progress and a stop button."""
    who, place = actor(), f"{key}.uploading"
    begun = st.session_state.get(place)
    if begun is None or begun[0] != file.file_id:
        with problems_shown():
            st.session_state[place] = begun = (file.file_id, upload_jobs.begin(who, file, file.name))
    if begun is None:
        return None
    job = watch(
        f"{key}_uploading",
        t("data.reading"),
        lambda: upload_jobs.look(who, begun[1]),
        lambda: upload_jobs.stop(who, begun[1]),
    )
    if job.state != "done":
        return None
    version = DatasetVersionView.model_validate(job.result)
    st.session_state[f"{key}.uploaded"] = (file.file_id, version)
    return version


def _shown_again(result: DatasetVersionView | InkstoneError) -> DatasetVersionView | None:
    if isinstance(result, InkstoneError):
        show_problem(result)
        return None
    return result


def _upload(key: str) -> None:
    version = upload_file(key, t("data.drop"))
    st.html(muted(t("data.formats")))
    st.session_state[f"{key}.reference"] = version.reference if version else None


def _existing(key: str) -> None:
    known = datasets.list_(actor())
    if not known:
        st.html(muted(t("data.none_yet")))
        st.session_state[f"{key}.reference"] = None
        return
    references = {item.latest.reference: item for item in known}
    chosen = st.selectbox(
        t("data.choose"),
        list(references),
        index=None,
        placeholder=t("form.choose"),
        format_func=lambda item: t(
            "data.option",
            name=references[item].name,
            n=references[item].latest.version,
            rows=f"{references[item].latest.rows:,}",
        ),
        key=f"{key}.dataset",
    )
    st.session_state[f"{key}.reference"] = chosen


def _sample(samples: dict[str, str], key: str) -> None:
    names = list(samples)
    language = st.pills(
        t("data.sample_language"),
        names,
        default=names[0],
        required=True,
        format_func=language_name,
        key=f"{key}.sample",
    )
    file = samples[language or names[0]]
    try:
        version = import_sample(file)
    except InkstoneError as problem:
        show_problem(problem)
        return
    st.session_state[f"{key}.reference"] = version.reference


def _chosen(key: str) -> DatasetVersionView | None:
    reference = st.session_state.get(f"{key}.reference")
    if not reference:
        return None
    try:
        version = datasets.get(actor(), reference)
    except InkstoneError as problem:
        show_problem(problem)
        return None
    st.success(
        t(
            "data.ready",
            name=version.name,
            n=version.version,
            rows=f"{version.rows:,}",
            columns=len(version.columns),
            size=file_size(version.bytes),
        ),
        icon=":material/check_circle:",
    )
    return version
