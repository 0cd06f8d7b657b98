"""What a finished run found: the models side by side, the decision, and where the chosen one errs."""

from html import escape
from typing import Any

import streamlit as st

from inkstone.backend.service import run_details
from inkstone.backend.service.views import RunDetail
from inkstone.components.errors import InkstoneError
from inkstone.studio.language import say, t
from inkstone.studio.parts import figures, look
from inkstone.studio.parts.run_row import figure_name
from inkstone.studio.parts.states import percent
from inkstone.studio.session import actor

SHOWN = ("accuracy", "macro_f1", "weighted_f1", "micro_f1", "macro_roc_auc", "ece")


def metrics_documents(detail: RunDetail) -> list[tuple[str, dict[str, Any]]]:
    """Return the metrics that nodes gave, the decision first, then evaluations, then training."""
    found = []
    order = {"deliver": 0, "evaluate": 1, "compare": 2}
    for node in sorted(detail.nodes, key=lambda item: order.get(item.component.split(".")[0], 9)):
        if "metrics" in node.outputs:
            try:
                found.append((node.node, run_details.read_output(actor(), detail.run.id, node.node, "metrics")))
            except InkstoneError:  # trashed or not readable: the rest of the page stands without it
                continue
    return found


def results(detail: RunDetail) -> None:
    """Show the results of a run, or say that there are none yet."""
    documents = metrics_documents(detail)
    if not documents:
        look.empty_place("insights", t("results.none"), t("results.none_next"))
        return
    node, document = documents[0]
    if document.get("compared"):
        comparison(document)
    else:
        headline(document)
    whole(document, f"{detail.run.id}_{node}")


def headline(document: dict[str, Any]) -> None:
    """Show the main figures of one model."""
    values = {name: document["values"][name] for name in SHOWN if name in document["values"]}
    for place, (name, value) in zip(st.columns(max(4, len(values))), values.items(), strict=False):
        place.metric(figure_name(name), percent(value) if name != "ece" else f"{value:.3f}")


def comparison(document: dict[str, Any]) -> None:
    """Show the trained models side by side and say which was registered and why."""
    if document.get("reason"):
        st.success(say(document["reason"]), icon=":material/verified:")
    compared = document["compared"]
    split = "test" if any(item["test"] for item in compared) else "dev"
    names = [name for name in SHOWN if any(name in item[split] for item in compared)]
    dev_name = document.get("metric", "macro_f1")
    columns = [t("results.model"), *[t(f"figure.{split}", name=figure_name(name)) for name in names]]
    columns.append(t("figure.dev", name=figure_name(dev_name)))
    rows: list[list[object]] = []
    for item in compared:
        name = say(item["title"]) + (f" · {item['encoder']}" if item.get("encoder") else "")
        cells = [_figure(name_, item[split].get(name_)) for name_ in names]
        rows.append([name + (f"  ✓ {t('results.registered')}" if item["chosen"] else ""), *cells, percent(item["dev"].get(dev_name))])
    best = next((number for number, item in enumerate(compared) if item["chosen"]), None)
    look.table(columns, rows, numbers=set(range(1, len(columns))), best=best)
    st.caption(t("results.dev_decides"))


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if name == "ece" else percent(value)


def whole(document: dict[str, Any], key: str) -> None:
    """Show confusion matrix, per-class table and curves of one model."""
    left, right = st.columns(2, gap="large")
    if document.get("confusion"):
        with left:
            look.section(t("results.confusion"), t("results.confusion_help"))
            figures.confusion_matrix(document["confusion"], f"{key}_confusion")
    if document.get("per_class"):
        with right:
            look.section(t("results.per_class"))
            per_class(document["per_class"], key)
    if document.get("curves") or document.get("calibration"):
        look.section(t("results.curves"))
        tabs = st.tabs([t("results.roc"), t("results.pr"), t("results.calibration")], key=f"{key}_curves")
        for tab, kind in zip(tabs, ("roc", "pr"), strict=False):
            with tab:
                figures.label_curves(document.get("curves") or [], kind, f"{key}_{kind}")
        with tabs[2]:
            st.html(look.muted(t("results.calibration_help")))
            figures.calibration((document.get("calibration") or {}).get("bins", []), f"{key}_calibration")


def per_class(items: list[dict[str, Any]], key: str) -> None:
    """Show precision, recall, F1 and rows of each class."""
    frame = [
        {
            t("results.class"): item["label"],
            figure_name("precision"): item["precision"],
            figure_name("recall"): item["recall"],
            figure_name("f1"): item["f1"],
            figure_name("support"): item["support"],
        }
        for item in items
    ]
    config: dict[str, Any] = {
        figure_name(name): st.column_config.ProgressColumn(min_value=0, max_value=1, format="percent")
        for name in ("precision", "recall", "f1")
    }
    height = min(420, 38 + 35 * len(frame))
    st.dataframe(frame, key=f"{key}_per_class", hide_index=True, column_config=config, height=height)


def node_table(detail: RunDetail) -> None:
    """Show each node: state, time, and why it ran or came from the cache."""
    from inkstone.studio.parts.graph import node_title
    from inkstone.studio.parts.states import duration, state_chip

    head = "".join(f"<th>{escape(t(key))}</th>" for key in ("nodes.node", "nodes.state", "nodes.time", "nodes.reason"))
    body = ""
    for node in sorted(detail.nodes, key=lambda item: item.position):
        body += (
            f"<tr><td><b>{escape(node_title(detail.document, node.node))}</b>{look.muted(f'{node.node} · {node.component}')}</td>"
            f"<td>{state_chip(node.state.value)}</td><td class='number'>{escape(duration(node.seconds))}</td>"
            f"<td class='ink-small'>{escape(say(node.reason))}</td></tr>"
        )
    st.html(f'<div class="ink-scroll"><table class="ink-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>')
