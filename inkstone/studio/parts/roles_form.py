"""Which column is what: a preview of the rows, the guessed roles to correct, and what looks wrong with the labels."""

from typing import Any

import pandas as pd
import streamlit as st

from inkstone.backend.service import columns, datasets
from inkstone.backend.service.views import DatasetVersionView, Preview
from inkstone.studio.language import t
from inkstone.studio.parts import figures
from inkstone.studio.parts.look import side_by_side
from inkstone.studio.session import actor

ROWS = 50


def rows_table(preview: Preview, key: str, height: int = 260, roles: dict[str, str] | None = None) -> None:
    """Show rows of a table; columns with a role are marked."""
    frame = pd.DataFrame(preview.rows, columns=preview.columns, dtype=object).map(_shown)
    marks = {column: role for role, column in (roles or {}).items()}
    config: dict[str, Any] = {
        name: st.column_config.TextColumn(
            f"{name} · {t('role.' + marks[name])}" if name in marks else name,
            width="large" if marks.get(name) == "text" else None,
        )
        for name in preview.columns
    }
    st.dataframe(frame, key=key, height=height, hide_index=True, column_config=config)


def _shown(cell: Any) -> str:
    if cell is None:
        return ""
    return " | ".join(map(str, cell)) if isinstance(cell, list) else str(cell)


def roles_form(version: DatasetVersionView, wanted: list[str], key: str) -> dict[str, str]:
    """Show the preview and one picker a role; return role to column.

    Args:
        version: The dataset.
        wanted: Roles that the template can map, such as ``text`` and ``label``.
        key: Prefix of the widgets' keys.
    """
    names = [column.name for column in version.columns]
    roles: dict[str, str] = {}
    guessed = columns.guessed_columns(version.roles, wanted)
    pickers = st.columns(max(2, len(wanted)))
    for place, role in zip(pickers, wanted, strict=False):
        guess = guessed.get(role)
        with place:
            chosen = st.selectbox(
                t(f"role.{role}"),
                names,
                index=names.index(guess) if guess in names else None,
                placeholder=t("form.none")
                if role in {"text_pair", "labels", "entities", "keywords", "id", "group"}
                else t("form.choose"),
                key=f"{key}.{version.id}.{role}",
                help=t(f"role.{role}_help"),
            )
        if chosen:
            roles[role] = chosen
    rows_table(datasets.preview(actor(), version.reference, limit=ROWS), f"{key}.{version.id}.preview", roles=roles)
    return roles


def label_check(version: DatasetVersionView, label: str, key: str) -> bool | None:
    """Show the classes and what looks wrong with them.

    Returns:
        Whether spellings of one label shall be merged; None where there is nothing to merge.
    """
    found = columns.label_check(actor(), version.reference, label)
    merge: bool | None = None
    left, right = side_by_side(f"labels_{key}_{version.id}", [3, 2])
    with left:
        figures.label_counts(found.counts, f"{key}.{version.id}.{label}.counts")
    with right:
        st.caption(t("labels.summary", n=found.distinct, rows=f"{sum(found.counts.values()):,}"))
        if found.empty:
            st.warning(t("labels.empty", n=found.empty), icon=":material/warning:")
        if found.distinct < 2:
            st.error(t("labels.one"), icon=":material/error:")
        elif found.rare:
            st.warning(t("labels.rare", labels="、".join(found.rare[:5])), icon=":material/warning:")
        if found.distinct > figures.MANY_LABELS:
            st.info(t("labels.many", n=figures.MANY_LABELS), icon=":material/info:")
        if found.variants:
            groups = "；".join(
                " = ".join(f"“{figures.visible(item)}”" for item in group) for group in found.variants[:4]
            )
            st.warning(t("labels.variants", groups=groups), icon=":material/warning:")
            merge = st.toggle(t("labels.merge"), value=True, key=f"{key}.{version.id}.{label}.merge")
    return merge
