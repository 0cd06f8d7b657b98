"""A comparison to take away: the table as CSV or Parquet, and a page of its own that needs no network."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from inkstone.backend.service.actor import Actor
from inkstone.backend.service.comparing import charts
from inkstone.backend.service.comparing.classes import class_figures
from inkstone.backend.service.comparing.curves import curves
from inkstone.backend.service.comparing.rows import deciding_rows
from inkstone.backend.service.comparing.significance import significance
from inkstone.backend.service.comparing.table import compare
from inkstone.backend.service.comparing.views import Comparison, DecidingRows, Significance
from inkstone.backend.service.comparing.words import WORDS, cell, name_of
from inkstone.backend.service.csv_safety import write_csv
from inkstone.components.texts import Language, Text

_ROWS = 20
_MOST_MATRICES = 6


def table_csv(compared: Comparison) -> str:
    """Return the table as CSV, one run a line; cells that a spreadsheet would take for formulas are made harmless."""
    file = io.StringIO(newline="")
    columns = ["run", "name", "state", "created_at", *(f"{line.kind}:{line.name}" for line in compared.lines)]
    rows = [
        [
            item.key,
            item.name,
            item.state.value,
            item.created_at.isoformat(),
            *(line.values[index] for line in compared.lines),
        ]
        for index, item in enumerate(compared.subjects)
    ]
    write_csv(file, columns, rows)
    return file.getvalue()


def table_parquet(compared: Comparison) -> bytes:
    """Return the table as Parquet, one run a row; columns that hold more than numbers become text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {
        "run": [item.key for item in compared.subjects],
        "name": [item.name for item in compared.subjects],
        "state": [item.state.value for item in compared.subjects],
        "created_at": [item.created_at for item in compared.subjects],
    }
    for line in compared.lines:
        numbers = all(value is None or charts.number(value) is not None for value in line.values)
        values = [charts.number(value) if numbers else (None if value is None else str(value)) for value in line.values]
        columns[f"{line.kind}:{line.name}"] = pa.array(values, pa.float64() if numbers else pa.string())
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def report(actor: Actor, references: Sequence[str], language: Language, figure: str = "macro_f1") -> str:
    """Return the comparison as one HTML page with everything in it, charts included; it opens without a network."""
    compared = compare(actor, references)
    names = {item.key: item.name for item in compared.subjects}
    parts = [_subjects(compared, language), _table(compared, language)]
    tested = significance(actor, references, figure)
    parts.append(_significance(tested, names, language))
    drawn = _charts(actor, references, compared, names, language)
    parts += [chart.to_html(full_html=False, include_plotlyjs=index == 0) for index, chart in enumerate(drawn)]
    parts.append(_rows(deciding_rows(actor, references, _ROWS), language))
    made = WORDS["made"].format(time=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")).in_language(language)
    title = escape(_say("title", language))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1>{''.join(parts)}<footer>{escape(made)}</footer></body></html>"
    )


def _charts(
    actor: Actor, references: Sequence[str], compared: Comparison, names: dict[str, str], language: Language
) -> list[Any]:
    figures = [item for item in class_figures(actor, references) if item.per_class]
    found = []
    if figures:
        found.append(charts.class_chart(figures, names, language))
    for name in [item for item in compared.curves if item in ("train/loss", "dev/macro_f1", "dev/loss")]:
        lines = curves(actor, references, [name])
        found.append(charts.curve_chart(lines, names, "step", language, name))
    found += [
        charts.confusion_chart(item, names[item.key], language) for item in figures[:_MOST_MATRICES] if item.matrix
    ]
    if len(figures) > 1 and figures[0].matrix and figures[1].matrix:
        pair = (names[figures[1].key], names[figures[0].key])
        found.append(charts.difference_chart(figures[1], figures[0], pair, language))
    return found


def _subjects(compared: Comparison, language: Language) -> str:
    rows = [
        [item.name, item.key, item.state.value, item.created_at.strftime("%Y-%m-%d %H:%M")]
        for item in compared.subjects
    ]
    return f"<h2>{escape(_say('subjects', language))}</h2>" + _html_table(["", "", "", ""], rows)


def _table(compared: Comparison, language: Language) -> str:
    rows = [
        [name_of(line.kind, line.name, language), *map(cell, line.values)] for line in compared.lines if line.differs
    ]
    head = ["", *(item.name for item in compared.subjects)]
    return f"<h2>{escape(_say('differences', language))}</h2>" + _html_table(head, rows)


def _significance(found: Significance, names: dict[str, str], language: Language) -> str:
    title = f"<h2>{escape(_say('significance', language))}</h2>"
    if found.refused is not None:
        return f"{title}<p>{escape(found.refused.in_language(language))}</p>"
    method = WORDS["method"].format(draws=found.resamples, rows=found.rows).in_language(language)
    words = "".join(f"<p>{escape(item.words.in_language(language))}</p>" for item in found.verdicts)
    head = [_say(key, language) for key in ("run", "only_subject", "only_baseline", "mcnemar")]
    rows = [
        [
            names[item.key],
            str(item.only_subject),
            str(item.only_baseline),
            f"{item.mcnemar_mid:.4f} / {item.mcnemar_exact:.4f}",
        ]
        for item in found.verdicts
    ]
    return f"{title}{words}{_html_table(head, rows)}<p><small>{escape(method)}</small></p>"


def _rows(found: DecidingRows, language: Language) -> str:
    if not found.rows:
        return ""
    head = [_say("text", language), _say("label", language), *(item.name for item in found.subjects)]
    rows = [
        [
            row.text[:200],
            row.label,
            *(
                f"{'✓' if said == row.label else '✗'} {said} {sure:.2f}"
                for said, sure in zip(row.predicted, row.sure, strict=True)
            ),
        ]
        for row in found.rows
    ]
    count = WORDS["deciding_count"].format(n=found.total).in_language(language)
    return f"<h2>{escape(_say('deciding', language))}</h2><p>{escape(count)}</p>" + _html_table(head, rows)


def _html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    first = "".join(f"<th>{escape(item)}</th>" for item in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(item))}</td>" for item in row) + "</tr>" for row in rows)
    return f"<div class='wide'><table><thead><tr>{first}</tr></thead><tbody>{body}</tbody></table></div>"


def _say(key: str, language: Language) -> str:
    words: Text = WORDS[key]
    return words.in_language(language)


_STYLE = (
    "body{font-family:'Source Sans 3','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif;max-width:1100px;"
    "margin:2rem auto;padding:0 1rem;color:#22262c;background:#fcfaf5;line-height:1.6}h1,h2{font-family:'Noto Serif CJK SC',serif}"
    "table{border-collapse:collapse;font-size:.88rem}td,th{padding:.3rem .7rem;border-bottom:1px solid #ded6c6;text-align:left;"
    "vertical-align:top;max-width:26rem;overflow-wrap:anywhere}.wide{overflow-x:auto}footer{margin-top:2rem;opacity:.6}"
)
