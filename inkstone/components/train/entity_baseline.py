"""``train.entity_baseline``: finds entities without a network; what every recogniser is held against."""

from collections.abc import Mapping
from typing import Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text


class EntityBaseline(Params):
    """Parameters of ``train.entity_baseline``."""

    method: Literal["crf", "dictionary"] = param(
        "crf",
        impact=3,
        common=True,
        title=text("方法", "Method"),
        help=text(
            "字符 CRF：看前后两个字；词典：只认训练集里出现过的实体。",
            "A CRF over characters and their neighbours, or a dictionary that knows the training entities alone.",
        ),
        choices={"crf": text("字符 CRF", "Character CRF"), "dictionary": text("词典", "Dictionary")},
    )
    c1: float = param(
        0.0,
        ge=0,
        le=100,
        impact=1,
        title=text("L1 正则", "L1"),
        help=text("越大模型越小。", "Larger makes a smaller model."),
    )
    c2: float = param(
        1.0,
        ge=0,
        le=100,
        impact=1,
        title=text("L2 正则", "L2"),
        help=text("越大越不容易过拟合。", "Larger guards against over-fitting."),
    )
    bad_entities: Literal["refuse", "skip"] = param(
        "refuse",
        impact=1,
        title=text("位置不对的实体", "Bad entities"),
        help=text(
            "实体超出文本或为空时：报错并指出行号，或跳过。",
            "Entities outside their text: stop and name the row, or skip them.",
        ),
        choices={"refuse": text("报错", "Stop"), "skip": text("跳过", "Skip")},
    )


SPEC = Component(
    id="train.entity_baseline",
    title=text("实体基线", "Entity baseline"),
    summary=text(
        "不用神经网络找实体：字符 CRF 或词典，几十秒训练完。",
        "Finds entities without a network: a character CRF or a dictionary, trained in seconds.",
    ),
    inputs=(
        Port(name="train", type=PortType.TABLE, title=text("训练集", "Train")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
    ),
    params=EntityBaseline,
    keywords=("NER", "CRF", "baseline", "基线", "词典", "实体"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: EntityBaseline) -> Mapping[str, Artifact]:
    """Fit the baseline; dev rows are only measured on."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.profile import profile_of_lists
    from inkstone.components.nlp.tagging import entity_baseline
    from inkstone.components.nlp.tagging.entity_rows import read_entity_rows, read_training_entities
    from inkstone.components.nlp.tagging.figures import entity_figures

    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    skip = params.bad_entities == "skip"
    ctx.progress(0, 2)
    rows, labels = read_training_entities(ctx, train, flat=True, skip_bad=skip)
    model = (
        entity_baseline.fit_random_field(rows, labels, params.c1, params.c2)
        if params.method == "crf"
        else entity_baseline.fit_dictionary(rows)
    )
    ctx.progress(1, 2)
    figures: dict[str, float] = {}
    if dev is not None and dev.info.rows:
        held_out = read_entity_rows(dev, skip_bad=skip)
        figures = entity_figures(held_out.entities, [model.entities(words) for words in held_out.texts])
    folder = ctx.output("model")
    entity_baseline.save_baseline(model, labels, folder)
    profile = profile_of_lists(rows.texts, ((item.label for item in row) for row in rows.entities))
    card = model_io.amend(folder, component=SPEC.key, metrics=figures, profile=profile)
    for name, value in figures.items():
        ctx.metric(f"dev/{name}", value)
    ctx.progress(2, 2)
    document = {"model": card.digest, "split": "dev", "values": figures, "metric": "micro_f1"}
    return {"model": Model(folder), "metrics": Metrics.write(ctx.output("metrics"), document)}
