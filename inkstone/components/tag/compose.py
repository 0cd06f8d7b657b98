"""``tag.compose``: makes one model of several, with one answer a text."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, Metrics, Model
from inkstone.components.spec import Component, Context, Params, Port, PortType
from inkstone.components.texts import text

SPEC = Component(
    id="tag.compose",
    title=text("组合标签模型", "Compose taggers"),
    summary=text(
        "把类别、多标签、关键词、实体模型合成一个：一次请求，一个答案。",
        "Joins models of category, labels, keywords and entities: one request, one answer.",
    ),
    inputs=(
        Port(name="category", type=PortType.MODEL, title=text("类别", "Category"), optional=True),
        Port(name="labels", type=PortType.MODEL, title=text("多标签", "Labels"), optional=True),
        Port(name="keywords", type=PortType.MODEL, title=text("关键词", "Keywords"), optional=True, many=True),
        Port(name="entities", type=PortType.MODEL, title=text("实体", "Entities"), optional=True),
        Port(
            name="dev_metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics"), optional=True, many=True
        ),
        Port(
            name="test_metrics",
            type=PortType.METRICS,
            title=text("测试集指标", "Test metrics"),
            optional=True,
            many=True,
        ),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="dev_metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
        Port(name="test_metrics", type=PortType.METRICS, title=text("测试集指标", "Test metrics"), optional=True),
    ),
    params=Params,
    keywords=("tagging", "标签", "组合", "部署", "universal tagging", "通用文本打标"),
)

CHIEF = {
    "category": ("accuracy", "macro_f1"),
    "labels": ("micro_f1", "macro_f1", "ndcg_at_5"),
    "keywords": ("f1_at_5", "f1_at_3"),
    "entities": ("micro_f1", "macro_f1"),
}
"""Figures of each part that the whole is known by."""


def run(ctx: Context, inputs: Mapping[str, Any], params: Params) -> Mapping[str, Artifact]:
    """Copy the parts into one folder; each must give what its port says. Of several keyword models the trained one is taken."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.tagging.composed import compose
    from inkstone.components.nlp.tagging.errors import NOTHING_TO_COMPOSE
    from inkstone.components.nlp.tagging.requirements import require_answer

    ctx.check_cancelled()
    models: dict[str, Model] = {name: inputs[name] for name in ("category", "labels") if inputs.get(name) is not None}
    extractors: list[Model] = inputs.get("keywords") or []
    for model in extractors:
        require_answer(model.path, "keywords")
    if extractors:
        models["keywords"] = max(extractors, key=_is_trained)
    if inputs.get("entities") is not None:
        models["entities"] = inputs["entities"]
    if not models:
        raise NOTHING_TO_COMPOSE(at="entities")
    for name, model in models.items():
        require_answer(model.path, name)
    owners = {model_io.read_card(model.path).digest: name for name, model in models.items()}
    dev, test = (_joined(inputs.get(name) or [], owners) for name in ("dev_metrics", "test_metrics"))
    folder = ctx.output("model")
    facts = {"component": SPEC.key, "metrics": test or dev}
    card = compose({name: model.path for name, model in models.items()}, folder, facts)
    outputs: dict[str, Artifact] = {"model": Model(folder)}
    for split, values in (("dev", dev), ("test", test)):
        if values or split == "dev":
            for figure, value in values.items():
                ctx.metric(f"{split}/{figure}", value)
            document = {"model": card.digest, "split": split, "values": values, "parts": card.settings["parts"]}
            outputs[f"{split}_metrics"] = Metrics.write(ctx.output(f"{split}_metrics"), document)
    return outputs


def _is_trained(model: Model) -> bool:
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.tagging.keyword_models import TRAINED

    return model_io.read_card(model.path).settings.get("method") in TRAINED


def _joined(documents: list[Metrics], owners: Mapping[str, str]) -> dict[str, float]:
    """Return the chief figures of each part as ``part/figure``."""
    values: dict[str, float] = {}
    for document in (item.read() for item in documents):
        owner = owners.get(document["model"])
        if owner is not None:
            found = document["values"]
            values |= {f"{owner}/{name}": found[name] for name in CHIEF[owner] if name in found}
    return values
