"""Moves a version to another stage, by the rule of its model; shows aliases, rule and history."""

import streamlit as st

from inkstone.backend.service import datasets
from inkstone.backend.service.registry import aliases, promotion, stages
from inkstone.backend.service.registry.views import StageEvent
from inkstone.backend.service.views import ModelVersionView
from inkstone.backend.store.lookup import STAGES
from inkstone.components.nlp.significance import FIGURES
from inkstone.studio.language import say, t
from inkstone.studio.parts.look import muted, plain, section, side_by_side, table
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.run_row import figure_name
from inkstone.studio.parts.states import ago
from inkstone.studio.registry.texts import g
from inkstone.studio.session import actor


def stage_button(version: ModelVersionView) -> None:
    """Show the stage as a button that opens the form to change it."""
    label = g("to_stage", stage=t(f"stage.{version.stage}"))
    with st.popover(label, icon=":material/flag:", key=f"stage_{version.id}"):
        others = [item for item in STAGES if item != version.stage]
        wished = st.selectbox(
            g("new_stage"), others, format_func=lambda item: t(f"stage.{item}"), key=f"new_stage_{version.id}"
        )
        reason = st.text_input(g("reason"), key=f"stage_reason_{version.id}", max_chars=1000)
        rule = promotion.rule_of(actor(), version.reference) if wished == "production" else None
        override = False
        if rule is not None:
            st.html(muted(_rule_words(rule.figure, rule.test_set, rule.by)))
            if actor().role == "admin":
                override = st.checkbox(g("override"), key=f"stage_override_{version.id}")
            if st.button(g("check"), key=f"stage_check_{version.id}", icon=":material/balance:"):
                with problems_shown():
                    found = promotion.check(actor(), version.reference)
                    (st.success if found.passed else st.warning)(plain(say(found.words)))
        if st.button(g("move"), key=f"stage_move_{version.id}", type="primary"):
            with problems_shown():
                stages.set_stage(actor(), version.reference, wished, reason=reason, override=override)
                st.rerun()


def governance(version: ModelVersionView) -> None:
    """Show aliases, the rule of promotion and the history of a model."""
    left, right = side_by_side(f"govern_{version.model_id}", [1, 1])
    with left:
        _aliases(version)
    with right:
        _rule(version)
    section(g("history"))
    columns = [g("when"), g("version"), g("from"), g("to"), g("by"), g("why")]
    rows: list[list[object]] = [
        [
            ago(item.at),
            item.version,
            t(f"stage.{item.before}") if item.before else g("registered"),
            t(f"stage.{item.after}"),
            item.by,
            _why(item),
        ]
        for item in stages.history(actor(), version.name)
    ]
    table(columns, rows)


def _why(item: StageEvent) -> str:
    if item.overridden and item.check is not None:
        return g("overridden") + item.reason + " · " + say(item.check.words)
    if item.check is not None and item.check.p is not None:
        return " · ".join(part for part in (item.reason, g("checked", p=f"{item.check.p:.4f}")) if part)
    return item.reason


def _aliases(version: ModelVersionView) -> None:
    section(g("aliases"), g("aliases_help"))
    found = aliases.list_(actor(), version.name)
    if found:
        table(
            [g("aliases"), g("version"), g("when"), g("by")],
            [[item.reference, item.version, ago(item.at), item.by] for item in found],
        )
    else:
        st.html(muted(g("no_aliases")))
    with st.form(f"alias_{version.id}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        alias = st.text_input(g("alias"), key=f"alias_name_{version.id}", max_chars=60)
        wished = st.form_submit_button(g("set_alias", version=version.version), icon=":material/bookmark_add:")
    if wished:
        with problems_shown():
            aliases.set_(actor(), version.reference, alias.strip())
            st.rerun()
    with st.container(horizontal=True):
        for item in found:
            if st.button(
                plain(g("remove_alias", alias=item.alias)),
                key=f"unalias_{version.model_id}_{item.alias}",
                icon=":material/bookmark_remove:",
                type="tertiary",
            ):
                with problems_shown():
                    aliases.remove(actor(), version.name, item.alias)
                    st.rerun()


def _rule(version: ModelVersionView) -> None:
    section(g("rule"), g("rule_help"))
    rule = promotion.rule_of(actor(), version.name)
    st.html(muted(_rule_words(rule.figure, rule.test_set, rule.by) if rule else g("no_rule")))
    if actor().role != "admin":
        return
    figures = [*FIGURES, *(f"f1/{label}" for label in version.labels)]
    sets = ["", *(item.latest.reference for item in datasets.list_(actor()))]
    if rule and rule.test_set and rule.test_set not in sets:
        sets.append(rule.test_set)
    with st.form(f"rule_{version.model_id}", border=False):
        figure = st.selectbox(
            g("figure"),
            figures,
            index=figures.index(rule.figure) if rule and rule.figure in figures else 0,
            format_func=lambda item: item.replace("f1/", "F1 · ") if item.startswith("f1/") else figure_name(item),
            key=f"rule_figure_{version.model_id}",
        )
        test_set = st.selectbox(
            g("test_set"),
            sets,
            index=sets.index(rule.test_set) if rule else 0,
            format_func=lambda item: item.removeprefix("dataset:") or g("own_rows"),
            key=f"rule_set_{version.model_id}",
        )
        if st.form_submit_button(g("save_rule"), icon=":material/gavel:"):
            with problems_shown():
                promotion.set_rule(actor(), version.name, figure, test_set)
                st.rerun()
    if rule and st.button(g("remove_rule"), key=f"rule_remove_{version.model_id}", type="tertiary"):
        with problems_shown():
            promotion.remove_rule(actor(), version.name)
            st.rerun()


def _rule_words(figure: str, test_set: str, by: str) -> str:
    return g("rule_is", figure=figure_name(figure), place=test_set.removeprefix("dataset:") or g("own_rows"), by=by)
