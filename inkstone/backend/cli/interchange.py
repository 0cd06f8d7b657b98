"""``export-runs`` and ``import-runs``."""

from pathlib import Path
from typing import Annotated

import typer

from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import print_json, print_lines
from inkstone.backend.cli.words import say
from inkstone.backend.service.interchange import exporting, importing
from inkstone.backend.service.settings import readable_bytes


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        "export-runs", help=say("把运行导出给 MLflow 或 TensorBoard。", "Export runs for MLflow or TensorBoard.")
    )(_export)
    app.command("import-runs", help=say("导入 MLflow 的运行。", "Import runs of MLflow."))(_import)


def _export(
    run: Annotated[list[str], typer.Argument(metavar="RUN...", help=say("运行编号", "Ids of runs"))],
    output: Annotated[Path, typer.Option("--output", help=say("写到哪个 zip", "The zip to write"))],
    format_: Annotated[str, typer.Option("--format", help="mlflow, tensorboard")] = "mlflow",
    as_json: Json = False,
) -> None:
    from inkstone.backend.cli.prediction import require_writable

    actor = opened()
    require_writable(output)
    path = exporting.export(actor, run, format_, output.resolve())
    size = path.stat().st_size
    print_json({"output": str(output), "bytes": size, "runs": len(run)}) if as_json else print_lines(
        f"{output}  {readable_bytes(size)}"
    )


def _import(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help=say("mlruns 文件夹、它的 zip 或 mlflow.db", "A folder mlruns, a zip of it, or mlflow.db"),
        ),
    ],
    as_json: Json = False,
) -> None:
    found = importing.import_mlflow(opened(), source)
    done = say("导入 {n} 个运行，{known} 个早已导入", "Imported {n} runs; {known} were here already",
               n=len(found.runs), known=found.known)  # fmt: skip
    print_json(found) if as_json else print_lines(done)
