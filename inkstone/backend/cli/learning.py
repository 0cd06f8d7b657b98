"""``label-more``: texts that a run's model is least sure of, out to a file and back; ``retrain``: the run again with them."""

import csv
import time
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer

from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.following import finish, start_child
from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import OK, print_json, print_lines, print_table
from inkstone.backend.cli.prediction import require_writable
from inkstone.backend.cli.words import say
from inkstone.backend.service import active_learning
from inkstone.backend.service.csv_safety import write_csv
from inkstone.backend.service.views import LabelRound
from inkstone.components.errors import InkstoneError

_Run = Annotated[
    str, typer.Argument(metavar="RUN", help=say("运行编号，或其开头几位", "Id of a run, or its beginning"))
]
_PAUSE_SECONDS = 0.3
_COLUMNS = ("row", "text", "suggestion", "confidence", "label")


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("label-more", help=say("挑出模型最拿不准的文本来标注。", "Pick the texts a model is least sure of."))(
        _label_more
    )
    app.command("retrain", help=say("加入新标注的文本，重新训练。", "Train again with the texts labelled since."))(
        _retrain
    )


def _label_more(
    run: _Run,
    count: Annotated[int, typer.Option("--count", min=1, max=1000, help=say("多少条", "How many"))] = 20,
    measure: Annotated[str, typer.Option("--measure", help=say("entropy 或 margin", "entropy or margin"))] = "entropy",
    output: Annotated[
        Path | None,
        typer.Option("--output", help=say("写成 CSV，在 label 列填写标签", "Write a CSV file; fill its column label")),
    ] = None,
    as_json: Json = False,
) -> int:
    if measure not in {"entropy", "margin"}:
        raise USAGE(problem=f"--measure {measure}", command="inkstone label-more")
    if output is not None:
        require_writable(output)
    actor = opened()
    found = active_learning.choose(actor, run, count, "margin" if measure == "margin" else "entropy")
    while found.job.state == "running":
        time.sleep(_PAUSE_SECONDS)
        found = active_learning.look(actor, run)
    if found.job.error:
        raise InkstoneError.from_dict(found.job.error)
    if output is not None:
        _write(found, output)
    if as_json:
        print_json(found)
        return OK
    titles = [say("行", "Row"), say("文本", "Text"), say("模型认为", "Model says"), say("标签", "Label")]
    print_table(titles, [(row, text[:60], suggestion, label) for row, text, suggestion, _, label in _lines(found)], "")
    if output is not None:
        print_lines(
            say(
                "填写 {file} 的 label 列，然后：inkstone retrain {run} --labels {file}",
                "Fill the column label of {file}, then: inkstone retrain {run} --labels {file}",
                file=str(output),
                run=found.run[:8],
            )
        )
    return OK


def _retrain(
    run: _Run,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", help=say("填好的 CSV：row、label 两列", "Filled CSV: columns row and label")),
    ] = None,
    queue: Annotated[
        bool, typer.Option("--queue", help=say("交给 inkstone up 运行，不等待。", "Leave it to inkstone up."))
    ] = False,
    as_json: Json = False,
) -> int:
    actor = opened()
    if labels is not None:
        active_learning.label(actor, run, _read(labels))
    made = active_learning.retrain(actor, run, "supervisor" if queue else "cli")
    if queue:
        print_json({"run": made.id, "state": "QUEUED"}) if as_json else print_lines(
            say("已排队：{run}", "Queued: {run}", run=made.id)
        )
        return OK
    return finish(actor, made.id, start_child(made.id), as_json=as_json)


def _lines(found: LabelRound) -> list[tuple[int, str, str | None, float | None, str]]:
    return [
        (
            item.row,
            str(item.values.get(found.text or "") or ""),
            item.suggestion,
            item.confidence,
            (found.given.get(item.row) or [""])[0],
        )
        for item in found.rows
    ]


def _write(found: LabelRound, output: Path) -> None:
    """Write a file that a spreadsheet opens well: its byte-order mark says that it is UTF-8."""
    with output.open("w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, _COLUMNS, _lines(found))


def _read(file: Path) -> dict[int, str]:
    """Return row to label; rows without a label are left out.

    Raises:
        InkstoneError: ``cli.usage`` when the file is no such table.
    """
    command = "inkstone retrain RUN --labels FILE.csv"
    try:
        lines = list(csv.DictReader(StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError) as error:
        raise USAGE(problem=str(error), command=command) from error
    found = {}
    for line in lines:
        row, name = (line.get("row") or "").strip(), (line.get("label") or "").strip()
        if not row.isdecimal() or "label" not in line:
            raise USAGE(problem=f"{file.name}: row, label ← {','.join(map(str, line))}", command=command)
        if name:
            found[int(row)] = name
    return found
