"""``doctor``: what is wrong with a file or a dataset, and a new version with the fixes."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from inkstone import paths
from inkstone.backend.cli.documents import import_file
from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import print_json, print_lines
from inkstone.backend.cli.progress import import_progress
from inkstone.backend.cli.words import say, tell
from inkstone.backend.service import data_health, datasets
from inkstone.backend.service.actor import Actor

_MARKS = {"error": "✗", "warning": "!", "info": "i"}
Target = Annotated[str, typer.Argument(metavar="FILE|DATASET", help=say("文件，或数据集", "A file, or a dataset"))]
Part = Annotated[
    str | None,
    typer.Option(help=say("另一部分（文件或数据集），查重叠", "Another part (file or dataset): look for overlap")),
]
Column = Annotated[str | None, typer.Option(help=say("列名；默认猜测", "Name of the column; guessed by default"))]
Fixes = Annotated[
    list[str] | None,
    typer.Option(
        "--fix", help=say("应用这些修复并生成新版本：代号或 all", "Apply these fixes as a new version: codes, or all")
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("doctor", help=say("检查数据：标签、重复、重叠、可能的错标……", "Look for what is wrong with data."))(
        _doctor
    )


def _doctor(
    target: Target,
    *,
    dev: Part = None,
    test: Part = None,
    text: Column = None,
    label: Column = None,
    fix: Fixes = None,
    as_json: Json = False,
) -> None:
    actor = opened()
    columns = {role: column for role, column in (("text", text), ("label", label)) if column}
    parts = {name: part for name, part in (("dev", dev), ("test", test)) if part}
    if fix:
        findings, version = _mend(actor, target, parts, columns, fix)
    else:
        findings, version = _look(actor, target, parts, columns), None
    slim = data_health.slim([item.model_dump(mode="json") for item in findings])
    if as_json:
        print_json({"findings": slim, "version": version})
        return
    for item in slim:
        _print(item)
    if not slim:
        print_lines(say("没有发现问题。", "Nothing wrong was found."))
    if version is not None:
        print_lines(
            say(
                "新版本：{name}（{rows} 行）",
                "New version: {name} ({rows} rows)",
                name=version.reference,
                rows=version.rows,
            )
        )


def _mend(
    actor: Actor, target: str, parts: dict[str, str], columns: dict[str, str], codes: list[str]
) -> tuple[list[Any], Any]:
    """Import what are files, examine, and make the new version."""
    reference = _reference(actor, target)
    others = {name: _reference(actor, part) for name, part in parts.items()}
    if columns:
        datasets.set_roles(actor, reference, datasets.get(actor, reference).roles | columns)
    with import_progress(target) as progress:
        findings = data_health.doctor(actor, reference, others, progress)
    wanted = [code for item in codes for code in item.split(",") if code]
    return findings, data_health.apply_fixes(actor, reference, data_health.chosen_fixes(findings, wanted))


def _look(actor: Actor, target: str, parts: dict[str, str], columns: dict[str, str]) -> list[Any]:
    """Examine without keeping anything."""
    with tempfile.TemporaryDirectory(dir=paths.folder("cache")) as folder:
        table, roles = _table(actor, target, Path(folder) / "table")
        others = {name: _table(actor, part, Path(folder) / name) for name, part in parts.items()}
        with import_progress(target) as progress:
            return data_health.examine_tables(table, roles | columns, others, progress)


def _table(actor: Actor, target: str, folder: Path) -> tuple[Any, dict[Any, str]]:
    """Return the table of a file, read into ``folder``, or of a dataset; and its roles."""
    from inkstone.backend.service.derived import open_version
    from inkstone.backend.service.tables import spread_rows
    from inkstone.components.artifacts import Table
    from inkstone.components.data.reading import read_table
    from inkstone.components.data.roles import SAMPLE_ROWS, guess_roles

    path = Path(target)
    if not path.exists():
        datasets.get(actor, target)
        return open_version(target)
    with import_progress(path.name) as progress:
        info = read_table(path, path.name, folder, progress=progress)
    guesses = guess_roles(info, spread_rows(folder, SAMPLE_ROWS))
    return Table(folder), {role: guess.column for role, guess in guesses.items()}


def _reference(actor: Actor, target: str) -> str:
    path = Path(target)
    return import_file(actor, path, "FILE").reference if path.exists() else datasets.get(actor, target).reference


def _print(finding: dict[str, Any]) -> None:
    code = finding["code"].removeprefix("doctor.")
    print_lines(f"{_MARKS[finding['severity']]} {code}: {tell(finding['what'])}", f"    {tell(finding['advice'])}")
    for example in finding["examples"][:3]:
        print_lines("    · " + "  ".join(f"{name}={_short(value)}" for name, value in example.items()))
    if finding["fix"]:
        print_lines(f"    --fix {code}: {tell(finding['fix']['title'])}")


def _short(value: object) -> str:
    shown = " ".join(str(value).split())
    return shown[:60] + "…" if len(shown) > 60 else shown
