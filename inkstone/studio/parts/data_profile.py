"""The profile of a dataset: lengths, labels, languages, repeated texts and empty cells, as plots."""

import streamlit as st

from inkstone.backend.service import data_health
from inkstone.backend.service.views import DatasetVersionView
from inkstone.components.data.profile import ColumnProfile, TableProfile
from inkstone.studio.language import language_name, t
from inkstone.studio.parts import figures
from inkstone.studio.parts.data_job import watch
from inkstone.studio.parts.look import chips, section, side_by_side, table
from inkstone.studio.session import actor


def profile_tab(version: DatasetVersionView) -> None:
    """Show the profile of a version; it is made in the background when somebody first looks."""
    key, reference = f"profile_{version.id}", version.reference
    if data_health.look(actor(), "profile", reference).state == "none":
        data_health.begin_profile(actor(), reference)
    who = actor()
    job = watch(
        key,
        t("profile.running"),
        lambda: data_health.look(who, "profile", reference),
        lambda: data_health.stop(who, "profile", reference),
    )
    if job.state in {"failed", "stopped"} and st.button(t("job.again"), key=f"{key}_again"):
        data_health.begin_profile(who, reference)
        st.rerun()
    if job.state == "done":
        show_profile(TableProfile.model_validate(job.result), version)


def show_profile(profile: TableProfile, version: DatasetVersionView) -> None:
    """Show a profile."""
    columns = {column.name: column for column in profile.columns}
    for role in ("text", "text_pair"):
        if version.roles.get(role) in columns:
            _text(columns[version.roles[role]], profile.rows, version.id)
    label = columns.get(version.roles.get("label", ""))
    if label and label.values:
        section(t("profile.labels", column=label.name))
        figures.label_counts(dict(label.values), f"profile_labels_{version.id}")
    section(t("profile.columns"))
    figures.filled_cells(
        {item.name: (profile.rows, item.empty, item.duplicates or 0) for item in profile.columns[:40]},
        f"profile_filled_{version.id}",
    )
    _table(profile)


def _text(column: ColumnProfile, rows: int, key: str) -> None:
    section(t("health.lengths", column=column.name))
    facts = [
        (
            "straighten",
            t("health.length_facts", median=f"{column.median:.0f}", p95=f"{column.p95:.0f}", longest=column.longest),
        ),
        ("content_copy", t("health.duplicates", n=f"{column.duplicates:,}") if column.duplicates is not None else ""),
        ("block", t("health.empty", n=f"{column.empty:,}")),
    ]
    st.html(chips(facts))
    left, right = side_by_side(f"profile_{key}_{column.name}", [3, 2])
    with left:
        figures.histogram(
            column.lengths.edges, column.lengths.counts, t("health.characters"), f"lengths_{key}_{column.name}"
        )
    if column.languages:
        with right:
            figures.shares(
                {language_name(code): share for code, share in column.languages.items()},
                t("profile.languages"),
                f"languages_{key}_{column.name}",
            )


def _table(profile: TableProfile) -> None:
    names = ("column", "type", "blank", "distinct", "median", "longest", "commonest")
    rows: list[list[object]] = [
        [
            item.name,
            item.dtype,
            f"{item.empty:,}",
            t("profile.many") if item.distinct is None else f"{item.distinct:,}",
            f"{item.median:.0f}",
            f"{item.longest:,}",
            " · ".join(f"{value[:20]} ({count:,})" for value, count in item.values[:4]),
        ]
        for item in profile.columns
    ]
    table([t(f"profile.{name}") for name in names], rows, numbers={2, 3, 4, 5})
