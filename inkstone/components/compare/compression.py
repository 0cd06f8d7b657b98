"""``compare.compression``: what each step of making a model small costs and gains, against the teacher."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact, Metrics, Model, Report, Table
from inkstone.components.compress.parameters import METRICS, MODEL, REPORT, TEACHER
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.nlp.rows import TextRows


class Compression(Params):
    """Parameters of ``compare.compression``."""

    tolerated_loss: float = param(
        0.01,
        ge=0,
        le=1,
        impact=3,
        common=True,
        title=text("可接受的准确率损失", "Accuracy that may be lost"),
        help=text(
            "在开发集上准确率不低于最好者减去这个值的模型中，选最快（或最小）的一个。",
            "Of the models within this distance of the best dev accuracy the fastest (or smallest) is chosen.",
        ),
    )
    requests: int = param(
        200,
        ge=0,
        le=100_000,
        impact=1,
        unit=text("次", "requests"),
        title=text("计时的请求数", "Requests timed"),
        help=text(
            "每个模型单条请求多少次来量延迟；0 不计时，按大小选择。",
            "Single requests of each model by which latency is measured; 0 measures none and chooses by size.",
        ),
    )


SPEC = Component(
    id="compare.compression",
    title=text("压缩对比", "Compare compressed models"),
    summary=text(
        "参数、大小、准确率、延迟和吞吐量逐一与老师对比，画出帕累托图，选出一个。",
        "Weights, size, accuracy, latency and throughput of each model against the teacher, a Pareto plot, and a choice.",
    ),
    inputs=(
        TEACHER,
        Port(name="models", type=PortType.MODEL, title=text("压缩后的模型", "Compressed models"), many=True),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev")),
        Port(name="test", type=PortType.TABLE, title=text("测试集", "Test"), optional=True),
    ),
    outputs=(MODEL, METRICS, REPORT),
    params=Compression,
    keywords=("Pareto", "latency", "压缩", "延迟", "吞吐", "帕累托", "P99", "对比"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Compression) -> Mapping[str, Artifact]:
    """Measure all models in one go, choose by dev accuracy and cost, explain."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.compression.lesson import check_teacher
    from inkstone.components.nlp.errors import NO_ROWS
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.rows import read_rows

    teacher: Model = inputs["teacher"]
    models: list[Model] = [teacher, *inputs["models"]]
    dev = read_rows(inputs["dev"]).labelled()
    test_table: Table | None = inputs.get("test")
    test = read_rows(test_table).labelled() if test_table is not None and test_table.info.rows else None
    if not dev.texts:
        raise NO_ROWS(at="dev")
    labels = load_model(teacher.path).labels
    for model in models:
        check_teacher(load_model(model.path), labels, dev.pairs is not None)
    lines = [_line(ctx, model, dev, test, params, number, len(models)) for number, model in enumerate(models)]
    chosen = choose(lines, params.tolerated_loss)
    line = lines[chosen]
    ctx.log(text(f"选用：{line['title']['zh']}", f"Chosen: {line['title']['en']}"))
    folder = ctx.output("model")
    shutil.copytree(models[chosen].path, folder, dirs_exist_ok=True)
    card = model_io.read_card(folder)
    written = {"model": card.digest, "split": "dev", "values": line["dev"], "models": lines, "chosen": chosen}
    return {
        "model": Model(folder),
        "metrics": Metrics.write(ctx.output("metrics"), written),
        "report": Report.write(ctx.output("report"), explain(lines, chosen, params.tolerated_loss, len(dev.texts))),
    }


def _line(  # noqa: PLR0917 - what is measured, and where the node stands
    ctx: Context, model: Model, dev: "TextRows", test: "TextRows | None", params: Compression, number: int, count: int
) -> dict[str, Any]:
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.compression.measuring import price
    from inkstone.components.nlp.fewshot.folds import score

    ctx.progress(number, count)
    card = model_io.read_card(model.path)
    cost = price(model.path, dev, params.requests, ctx.check_cancelled)
    return {
        "title": _title(card, number).model_dump(),
        "model": card.digest,
        "dev": score(model.path, dev, card.labels),
        "test": score(model.path, test, card.labels) if test is not None and test.texts else None,
        **cost.as_dict(),
    }


def _title(card: Any, number: int) -> Text:
    from inkstone.components.errors import InkstoneError
    from inkstone.components.registry import find

    extra = getattr(card, "quantised", None)
    suffix = f" {extra['precision']}" if extra else ""
    try:
        title = find(card.component).spec.title if card.component else text(card.task, card.task)
    except InkstoneError:  # a plug-in that is no longer installed
        title = text(card.task, card.task)
    role = text("老师：", "Teacher: ") if number == 0 else text(f"{number}. ", f"{number}. ")
    return text(f"{role.zh}{title.zh}{suffix}", f"{role.en}{title.en}{suffix}")


def choose(lines: list[dict[str, Any]], tolerated: float) -> int:
    """Return the cheapest line within ``tolerated`` of the best dev accuracy: by median latency, else by size."""
    best = max(line["dev"]["accuracy"] for line in lines)
    near = [number for number, line in enumerate(lines) if line["dev"]["accuracy"] >= best - tolerated - 1e-9]
    return min(near, key=lambda number: (_cost(lines[number]), number))


def _cost(line: Mapping[str, Any]) -> float:
    return float(line.get("p50", line["megabytes"]))


def explain(lines: list[dict[str, Any]], chosen: int, tolerated: float, dev_rows: int) -> dict[str, Any]:
    """Return the report: one table, one plot, and what was chosen."""
    split = "test" if lines[chosen]["test"] else "dev"
    parts = [_result(lines, chosen, split, tolerated), *_trust(dev_rows, tolerated)]
    result = text("".join(part.zh for part in parts), "".join(part.en for part in parts).strip())
    return {
        "title": SPEC.title.model_dump(),
        "sections": [
            {"title": text("结论", "Result").model_dump(), "kind": "text", "text": result.model_dump()},
            _table(lines, chosen),
            _plot(lines, split),
        ],
    }


def _result(lines: list[dict[str, Any]], chosen: int, split: str, tolerated: float) -> Text:
    teacher, best = lines[0], lines[chosen]
    if chosen == 0:
        return text(
            f"保留老师：没有更快的模型在开发集准确率上落后不超过 {100 * tolerated:g} 个百分点。",
            f"The teacher was kept: no faster model comes within {100 * tolerated:g} points of the best dev accuracy. ",
        )
    gained = teacher["megabytes"] / best["megabytes"]
    lost = 100 * (teacher[split]["accuracy"] - best[split]["accuracy"])
    faster = f"{teacher['p50'] / best['p50']:.1f}" if "p50" in best else None
    return text(
        f"选用“{best['title']['zh']}”：大小是老师的 1/{gained:.1f}，"
        + (f"单条请求快 {faster} 倍，" if faster else "")
        + f"准确率{'高' if lost < 0 else '低'} {abs(lost):.1f} 个百分点。",
        f"'{best['title']['en']}' was chosen: {gained:.1f} times smaller than the teacher, "
        + (f"{faster} times faster on single requests, " if faster else "")
        + f"accuracy {abs(lost):.1f} points {'higher' if lost < 0 else 'lower'}. ",
    )


def _trust(dev_rows: int, tolerated: float) -> list[Text]:
    """Say so where the dev rows are too few to tell the loss that is tolerated."""
    if 1 / dev_rows <= tolerated:
        return []
    return [
        text(
            f"开发集只有 {dev_rows} 行，一行就是 {100 / dev_rows:.1f} 个百分点：请给出更多开发行，或点击下图中的点自行选择。",
            f"Only {dev_rows} dev rows decided, and one of them is {100 / dev_rows:.1f} points: give more dev rows, "
            "or click a point below to choose yourself.",
        )
    ]


def _table(lines: list[dict[str, Any]], chosen: int) -> dict[str, Any]:
    teacher = lines[0]
    heads = [
        text("模型", "Model"), text("参数（百万）", "Weights (millions)"), text("大小 MB", "Size MB"),
        text("小多少倍", "Times smaller"), text("开发集准确率", "Dev accuracy"), text("测试集准确率", "Test accuracy"),
        text("P50 毫秒", "P50 ms"), text("P95 毫秒", "P95 ms"), text("P99 毫秒", "P99 ms"),
        text("每秒条数", "Examples/s"), text("快多少倍", "Times faster"), text("选用", "Chosen"),
    ]  # fmt: skip
    rows = [
        [
            line["title"],
            round(line["weights"] / 1e6, 3),
            round(line["megabytes"], 2),
            round(teacher["megabytes"] / line["megabytes"], 1),
            round(line["dev"]["accuracy"], 4),
            round(line["test"]["accuracy"], 4) if line["test"] else "",
            *(line.get(name, "") for name in ("p50", "p95", "p99", "per_second")),
            round(teacher["p50"] / line["p50"], 1) if "p50" in line else "",
            "✓" if number == chosen else "",
        ]
        for number, line in enumerate(lines)
    ]
    return {
        "title": text("逐步对比", "Step by step").model_dump(),
        "kind": "table",
        "columns": [head.model_dump() for head in heads],
        "rows": rows,
    }


def _plot(lines: list[dict[str, Any]], split: str) -> dict[str, Any]:
    from inkstone.components.nlp.compression.measuring import pareto

    points = [(_cost(line), float(line[split]["accuracy"])) for line in lines]
    front = pareto(points)
    edge = sorted(point for point, best in zip(points, front, strict=True) if best)
    timed = "p50" in lines[0]
    axis = "P50 (ms)" if timed else "MB"
    marks = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [cost for cost, _ in points],
        "y": [worth for _, worth in points],
        "text": [line["title"] for line in lines],
        "customdata": [line["model"] for line in lines],
        "textposition": [_side(cost, [other for other, _ in points]) for cost, _ in points],
        "cliponaxis": False,
        "hovertemplate": f"%{{text}}<br>{axis} %{{x:.3~g}}<br>%{{y:.1%}}<extra></extra>",
        "marker": {"size": 12, "symbol": ["star" if best else "circle" for best in front]},
        "showlegend": False,
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [cost for cost, _ in edge],
        "y": [worth for _, worth in edge],
        "line": {"dash": "dot", "shape": "hv"},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    rows = {"dev": text("开发集准确率", "accuracy (dev)"), "test": text("测试集准确率", "accuracy (test)")}[split]
    layout = {"xaxis": {"title": {"text": axis}, "type": "log"}, "yaxis": {"title": {"text": rows.model_dump()}}}
    title = text(
        "帕累托图：左上更好，星号表示没有更优者", "Pareto plot: up and left is better; stars are beaten by none"
    )
    figure = {"data": [line, marks], "layout": layout}
    return {"title": title.model_dump(), "kind": "figure", "points": "models", "figure": figure}


def _side(cost: float, costs: list[float]) -> str:
    """Return where the name of a point stands: those at an edge write towards the middle."""
    if cost == max(costs):
        return "top left"
    return "top right" if cost == min(costs) else "top center"
