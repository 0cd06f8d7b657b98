"""``compare``: runs side by side, and whether their difference is more than chance."""

from pathlib import Path
from typing import Annotated

import typer

from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.words import language, say, tell
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.comparing.views import Comparison, DecidingRows, Significance
from inkstone.backend.service.comparing.words import cell, name_of


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "compare",
        help=say(
            "比较运行，并检验差别是否超出偶然。", "Compare runs, and test whether they differ by more than chance."
        ),
    )(_compare)


def _compare(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN...",
            help=say("运行，或 运行:评估节点；第一个为基准", "RUN or RUN:NODE; the first is the baseline"),
        ),
    ],
    *,
    figure: Annotated[
        str, typer.Option("--figure", help=say("检验的指标", "Figure to test: macro_f1, accuracy, f1/CLASS"))
    ] = "macro_f1",
    every: Annotated[
        bool, typer.Option("--all", help=say("也显示相同的行", "Show what does not differ as well"))
    ] = False,
    rows: Annotated[
        int,
        typer.Option("--rows", min=0, max=1000, help=say("显示几条起决定作用的行", "Show so many rows that decide")),
    ] = 0,
    html: Annotated[Path | None, typer.Option("--html", help=say("写成一个网页", "Write a page of its own"))] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help=say("把表写成 CSV", "Write the table as CSV"))] = None,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", help=say("把表写成 Parquet", "Write the table as Parquet"))
    ] = None,
    as_json: Json = False,
) -> None:
    from inkstone.backend.service.comparing import export
    from inkstone.backend.service.comparing.rows import deciding_rows
    from inkstone.backend.service.comparing.significance import significance
    from inkstone.backend.service.comparing.table import compare

    actor: Actor = opened()
    compared = compare(actor, runs)
    tested = significance(actor, runs, figure) if len(compared.subjects) > 1 else None
    decisive = deciding_rows(actor, runs, rows) if rows else None
    if html:
        html.write_text(export.report(actor, runs, language(), figure), "utf-8")
    if csv:
        csv.write_text(export.table_csv(compared), "utf-8-sig")
    if parquet:
        parquet.write_bytes(export.table_parquet(compared))
    if as_json:
        print_json({"comparison": compared, "significance": tested, "rows": decisive})
        return
    _print_table(compared, every=every)
    if tested is not None:
        _print_significance(tested)
    if decisive is not None:
        _print_rows(decisive)


def _print_table(compared: Comparison, *, every: bool) -> None:
    lines = [line for line in compared.lines if every or line.differs]
    rows = [(name_of(line.kind, line.name, language()), *map(cell, line.values)) for line in lines]
    print_table(["", *(item.name for item in compared.subjects)], rows, say("没有不同之处。", "Nothing differs."))


def _print_significance(found: Significance) -> None:
    if found.refused is not None:
        print_lines(tell(found.refused))
    for item in found.verdicts:
        print_lines(tell(item.words))
        words = say("  McNemar：仅它对 {a} 行，仅基准对 {b} 行，mid-p = {mid}，精确 p = {exact}",
                    "  McNemar: only it right on {a} rows, only the baseline on {b}; mid-p = {mid}, exact p = {exact}",
                    a=item.only_subject, b=item.only_baseline, mid=f"{item.mcnemar_mid:.4f}",
                    exact=f"{item.mcnemar_exact:.4f}")  # fmt: skip
        print_lines(words)


def _print_rows(found: DecidingRows) -> None:
    columns = [say("行", "Row"), say("文本", "Text"), say("标签", "Label"), *(item.name for item in found.subjects)]
    rows = [
        (
            row.row,
            row.text[:60].replace("\n", " "),
            row.label,
            *(f"{said} {sure:.2f}" for said, sure in zip(row.predicted, row.sure, strict=True)),
        )
        for row in found.rows
    ]
    print_table(columns, rows, say("没有判断不一致的行。", "They agree on every row."))
