"""What a finished run found: the models side by side, the decision, and where the chosen one errs."""

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from inkstone.backend.service import run_details
from inkstone.backend.service.evaluated_rows import RowFilter
from inkstone.backend.service.views import RunDetail
from inkstone.components.errors import InkstoneError
from inkstone.studio.error_analysis.cells import clickable_matrix
from inkstone.studio.error_analysis.rows import cell_rows, filtered_rows
from inkstone.studio.error_analysis.texts import e
from inkstone.studio.language import say, t
from inkstone.studio.parts import figures, look
from inkstone.studio.parts.problem import problems_shown
from inkstone.studio.parts.report import report
from inkstone.studio.parts.run_row import figure_name
from inkstone.studio.parts.states import percent
from inkstone.studio.session import actor

SHOWN = ("accuracy", "macro_f1", "weighted_f1", "macro_roc_auc", "ece")


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
    for made_by, text in reports_of(detail, _compares):
        report(text, f"report_{detail.run.id}_{made_by}", detail.run.id)
    if document.get("compared"):
        comparison(document)
    else:
        headline(document)
    for made_by, text in reports_of(detail, _explains):
        with st.expander(say(text["title"]), expanded=True, key=f"explained_{detail.run.id}_{made_by}"):
            report(text, f"report_{detail.run.id}_{made_by}", detail.run.id)
    if not document.get("confusion"):  # a model of several parts: what its categories got wrong
        node, document = next((pair for pair in documents if pair[1].get("confusion")), (node, document))
    key = f"{detail.run.id}_{node}"
    errors(detail, document, _evaluation_of(documents, document), key)
    curves(document, key)


@st.fragment
def errors(detail: RunDetail, document: dict[str, Any], evaluation: str | None, key: str) -> None:
    """Show the confusion matrix and the classes; below them the rows of the cell that was clicked, else confident mistakes."""
    cell = classes(document, key, pick=evaluation is not None)
    if evaluation is None:
        return
    if cell is not None:
        cell_rows(detail.run.id, evaluation, cell, f"{key}_cell")
        return
    look.section(e("confident_title"), e("confident_help"))
    with problems_shown():
        filtered_rows(detail.run.id, evaluation, RowFilter(kind="confident"), f"{key}_confident")


def reports_of(detail: RunDetail, wanted: Callable[[str], bool]) -> list[tuple[str, dict[str, Any]]]:
    """Return the reports of nodes whose component is wanted."""
    found = []
    for node in detail.nodes:
        if "report" in node.outputs and wanted(node.component.partition("@")[0]):
            try:
                found.append((node.node, run_details.read_output(actor(), detail.run.id, node.node, "report")))
            except InkstoneError:  # trashed or not readable: the rest of the page stands without it
                continue
    return found


def _compares(component: str) -> bool:
    """Tell whether a report compares methods: that comes before everything else."""
    return component.startswith("compare.")


def _explains(component: str) -> bool:
    """Tell whether a report explains the model: what it decides, what stands up to disguise, how its labels or entities do.

    What the evaluation of classes tells is drawn below anyway.
    """
    return component.startswith("evaluate.") and component != "evaluate.classification"


def _evaluation_of(documents: list[tuple[str, dict[str, Any]]], document: dict[str, Any]) -> str | None:
    """Return the evaluation node that kept the scored rows of the model on show."""
    with_rows = [(node, item) for node, item in documents if item.get("confusion") and not item.get("compared")]
    return next((node for node, item in with_rows if item["model"] == document["model"]), None)


def headline(document: dict[str, Any]) -> None:
    """Show the main figures of one model."""
    values = {name: document["values"][name] for name in SHOWN if name in document["values"]}
    for place, (name, value) in zip(st.columns(max(4, len(values))), values.items(), strict=False):
        place.metric(figure_name(name), figure_text(name, value))


def comparison(document: dict[str, Any]) -> None:
    """Show the trained models side by side and say which was registered and why."""
    if document.get("reason"):
        st.success(say(document["reason"]), icon=":material/verified:")
    compared = document["compared"]
    split = "test" if any(item["test"] for item in compared) else "dev"
    names = _shown_names([item[split] for item in compared])
    deciding: list[str] = [document.get("metric", "macro_f1")]
    if not any(deciding[0] in item["dev"] for item in compared):
        deciding = []
    columns = [t("results.model"), *map(figure_name, names)]
    columns += [t("figure.dev", name=figure_name(name)) for name in deciding]
    rows: list[list[object]] = []
    for item in compared:
        name = say(item["title"]) + (f" · {item['encoder']}" if item.get("encoder") else "")
        figures_ = [figure_text(figure, item[split].get(figure)) for figure in names]
        mark = f" ✓ {t('results.registered')}" if item["chosen"] else ""
        rows.append([name + mark, *figures_, *(figure_text(figure, item["dev"].get(figure)) for figure in deciding)])
    best = next((number for number, item in enumerate(compared) if item["chosen"]), None)
    look.table(columns, rows, numbers=set(range(1, len(columns))), best=best)
    count = document["values"].get("rows")
    if count and deciding:
        st.html(look.muted(t(f"results.of_{split}", n=f"{count:,.0f}") + " " + t("results.dev_decides")))


def _shown_names(values: list[dict[str, float]]) -> list[str]:
    """Return the chief figures of classifiers, or those that a model of several parts gives: ``category/accuracy`` and so on."""
    chief = [name for name in SHOWN if any(name in item for item in values)]
    return chief or list(dict.fromkeys(name for item in values for name in item if "/" in name))


def figure_text(name: str, value: float | None) -> str:
    """Return a figure as it stands in a table."""
    if value is None:
        return "–"
    return f"{value:.3f}" if name == "ece" else percent(value)


def whole(document: dict[str, Any], key: str) -> None:
    """Show all that an evaluation measured of one model."""
    classes(document, key)
    curves(document, key)


def classes(document: dict[str, Any], key: str, *, pick: bool = False) -> tuple[str, str] | None:
    """Show the confusion matrix and the table of classes of one model; with ``pick``, return the cell that was clicked."""
    cell = None
    left, right = look.side_by_side(f"results_{key}", [1, 1])
    if document.get("confusion"):
        with left:
            look.section(t("results.confusion"), t("results.confusion_help"))
            if pick:
                st.html(look.muted(e("cell_hint")))
                drawn, labels = figures.confusion_figure(document["confusion"]), document["confusion"]["labels"]
                cell = clickable_matrix(drawn, labels, document["confusion"]["matrix"], f"{key}_confusion")
            else:
                figures.confusion_matrix(document["confusion"], f"{key}_confusion")
    if document.get("per_class"):
        with right:
            look.section(t("results.per_class"))
            per_class(document["per_class"])
    return cell


def curves(document: dict[str, Any], key: str) -> None:
    """Show ROC, precision-recall and calibration curves of one model."""
    if document.get("curves") or document.get("calibration"):
        look.section(t("results.curves"))
        tabs = st.tabs([t("results.roc"), t("results.pr"), t("results.calibration")], key=f"{key}_curves")
        for tab, kind in zip(tabs, ("roc", "pr"), strict=False):
            with tab:
                figures.label_curves(document.get("curves") or [], kind, f"{key}_{kind}")
        with tabs[2]:
            st.html(look.muted(t("results.calibration_help")))
            figures.calibration((document.get("calibration") or {}).get("bins", []), f"{key}_calibration")


def per_class(items: list[dict[str, Any]]) -> None:
    """Show precision, recall, F1 and rows of each class, the weakest first."""
    names = ("precision", "recall", "f1")
    head = f"<th>{escape(t('results.class'))}</th>" + "".join(f"<th>{escape(figure_name(name))}</th>" for name in names)
    body = ""
    for item in sorted(items, key=lambda entry: entry["f1"]):
        cells = "".join(f"<td>{_bar(item[name])}</td>" for name in names)
        body += f"<tr><td>{escape(str(item['label']))}</td>{cells}<td class='number'>{item['support']:,}</td></tr>"
    st.html(
        f'<div class="ink-scroll ink-tall"><table class="ink-table"><thead><tr>{head}'
        f'<th class="number">{escape(figure_name("support"))}</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _bar(value: float) -> str:
    return (
        f'<span class="ink-track"><span class="ink-bar" style="width:{value * 100:.1f}%"></span></span>{percent(value)}'
    )
