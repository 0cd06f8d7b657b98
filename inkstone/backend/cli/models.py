"""``models``, ``predict``, ``export``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.options import Json, Limit, Query, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.words import say, tell
from inkstone.backend.service import models
from inkstone.backend.service.registry import stages
from inkstone.backend.service.registry.from_run import register
from inkstone.backend.service.settings import readable_bytes

_Model = Annotated[str, typer.Argument(metavar="MODEL", help=say("名称，或 名称@版本", "NAME or NAME@VERSION"))]

_DECISIONS = {
    "pass": say("放行", "pass"),
    "review": say("交给人看", "review: a person must look"),
    "block": say("拦截", "block"),
}


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("models", help=say("列出模型，或显示一个模型的版本。", "List models, or show the versions of one."))(
        _models
    )
    app.command("predict", help=say("用模型预测文本或文件。", "Predict texts or a file with a model."))(_predict)
    app.command("register", help=say("登记运行中某个节点给出的模型。", "Register a model that a node of a run gave."))(
        _register
    )
    app.command("export", help=say("把模型导出为一个文件。", "Write a model as one file to take away."))(_export)


def _models(
    model: Annotated[str | None, typer.Argument(metavar="[MODEL]", help=say("模型名称", "Name of a model"))] = None,
    *,
    stage: Annotated[str | None, typer.Option("--stage", help=say("设置阶段", "Set the stage"))] = None,
    reason: Annotated[str, typer.Option("--reason", help=say("为什么；保留在历史中", "Why; kept in the history"))] = "",
    override: Annotated[
        bool,
        typer.Option("--override", help=say("越过升级规则（需要理由）", "Although the rule refuses; needs a reason")),
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help=say("移到回收站", "Move to the trash"))] = False,
    query: Query = "",
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    actor = opened()
    if model is None:
        found = [item.latest for item in models.list_(actor, query, limit)]
    elif remove:
        models.trash(actor, model)
        print_json({"removed": model}) if as_json else print_lines(
            say("已移到回收站：{name}", "Moved to the trash: {name}", name=model)
        )
        return
    elif stage is not None:
        found = [stages.set_stage(actor, model, stage, reason=reason, override=override)]
    else:
        found = models.versions(actor, model)
    if as_json:
        print_json(found)
        return
    columns = [
        say("模型", "Model"),
        say("阶段", "Stage"),
        say("任务", "Task"),
        "accuracy",
        "macro F1",
        say("大小", "Size"),
        say("说明", "Note"),
    ]
    rows = [
        (item.reference, item.stage, item.task, item.metrics.get("accuracy"), item.metrics.get("macro_f1"),
         readable_bytes(item.bytes), tell(item.note))
        for item in found
    ]  # fmt: skip
    print_table(columns, rows, say("还没有模型。", "No models yet."))


def _predict(
    model: _Model,
    *,
    text: Annotated[
        list[str] | None, typer.Option("--text", help=say("一条文本，可重复", "A text, repeatable"))
    ] = None,
    pair: Annotated[
        list[str] | None, typer.Option("--pair", help=say("对应的第二文本，可重复", "Its second text, repeatable"))
    ] = None,
    input_: Annotated[Path | None, typer.Option("--input", help=say("要预测的文件", "A file to predict"))] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", help=say("结果文件：.csv、.tsv、.jsonl", "Where to: .csv, .tsv or .jsonl")),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option("--column", help=say("文件中的文本列（否则猜测）", "Text column of the file (else guessed)")),
    ] = None,
    pair_column: Annotated[
        str | None, typer.Option("--pair-column", help=say("文件中的第二文本列", "Second text column of the file"))
    ] = None,
    ray: Annotated[
        bool | None,
        typer.Option(
            "--ray/--no-ray",
            help=say(
                "由 Ray 上的多个进程处理文件（设了 INKSTONE_RAY_ADDRESS 时默认如此）",
                "Answer the file by processes on Ray (the default where INKSTONE_RAY_ADDRESS is set)",
            ),
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    actor = opened()
    if input_ is not None and output is not None and not text:
        from inkstone.backend.cli.prediction import predict_file
        from inkstone.backend.service.file_predictions import Wish

        rows = predict_file(actor, model, input_, output, Wish(column, pair_column, ray))
        done = say("{rows} 行 → {output}", "{rows} rows → {output}", rows=rows, output=output)
        print_json({"rows": rows, "output": str(output)}) if as_json else print_lines(done)
        return
    if not text or input_ is not None or output is not None:
        wanted = say("请给出 --text，或同时给出 --input 和 --output", "give --text, or both --input and --output")
        raise USAGE(problem=wanted, command="inkstone predict")
    ranked = models.predict(actor, model, text, pair)
    if as_json:
        pairs: Sequence[str | None] = pair or [None] * len(text)
        print_json([
            {"text": item, **({"pair": other} if other is not None else {}), "label": row[0].label, "score": row[0].score,
             **({"decision": row[0].decision, "threshold": row[0].threshold} if row[0].decision else {}),
             "scores": {found.label: found.score for found in row}}
            for item, other, row in zip(text, pairs, ranked, strict=True)
        ])  # fmt: skip
        return
    for item, row in zip(text, ranked, strict=True):
        decided = [f"  {_DECISIONS[row[0].decision]}"] if row[0].decision else []
        print_lines(item, *decided, *(f"  {found.score:7.2%}  {found.label}" for found in row[:5]))


def _register(
    run: Annotated[str, typer.Argument(metavar="RUN", help=say("运行编号", "Id of a run"))],
    node: Annotated[str, typer.Argument(metavar="NODE", help=say("给出模型的节点", "The node that gave the model"))],
    *,
    name: Annotated[
        str, typer.Option("--name", help=say("模型名称（默认同运行）", "Name (by default the run's)"))
    ] = "",
    as_json: Json = False,
) -> None:
    made = register(opened(), run, node, name)
    print_json(made) if as_json else print_lines(made.reference)


def _export(
    model: _Model,
    output: Annotated[Path, typer.Option("--output", help=say("写到哪里", "Where to"))],
    format_: Annotated[
        str, typer.Option("--format", help=say("safetensors、onnx 或 standalone", "safetensors, onnx or standalone"))
    ] = "safetensors",
    as_json: Json = False,
) -> None:
    from inkstone.backend.cli.prediction import require_writable

    actor = opened()
    require_writable(output)
    models.export(actor, model, format_, output.resolve())
    facts = {"model": model, "format": format_, "output": str(output), "bytes": output.stat().st_size}
    print_json(facts) if as_json else print_lines(f"{output}  {readable_bytes(output.stat().st_size)}")
