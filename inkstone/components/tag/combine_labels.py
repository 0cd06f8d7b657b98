"""``tag.combine_labels``: several multi-label models as one that knows more than each."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.spec import Component, Context, Params, Port, PortType
from inkstone.components.texts import text

SPEC = Component(
    id="tag.combine_labels",
    title=text("组合多标签模型", "Combine label models"),
    summary=text(
        "把神经网络、n-gram 等多标签模型和“标签名是否出现在文本中”合成一个，权重和阈值在开发集上选定。",
        "Joins multi-label models, such as a network and n-grams, and whether a label's name stands in the text; weights and "
        "thresholds come from dev rows.",
    ),
    inputs=(
        Port(name="models", type=PortType.MODEL, title=text("多标签模型", "Label models"), many=True),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev")),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
    ),
    params=Params,
    keywords=("ensemble", "stacking", "集成", "融合", "多标签", "multi-label"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Params) -> Mapping[str, Artifact]:
    """Weigh the models on the dev rows, learn thresholds there, and give the whole as one model."""
    import shutil

    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.errors import NO_ROWS
    from inkstone.components.nlp.tagging import label_pool
    from inkstone.components.nlp.tagging.errors import OTHER_LABELS
    from inkstone.components.nlp.tagging.label_rows import as_matrix, read_label_rows
    from inkstone.components.nlp.tagging.requirements import load_labeller
    from inkstone.components.nlp.tagging.thresholds import learn_from

    models: list[Model] = inputs["models"]
    dev: Table = inputs["dev"]
    members = [load_labeller(model.path) for model in models]
    labels, separator = members[0].labels, members[0].separator
    for member in members[1:]:
        if set(member.labels) != set(labels):
            raise OTHER_LABELS(labels=", ".join(sorted(set(member.labels) ^ set(labels))[:10]), at="models")
    rows = read_label_rows(dev, separator)
    if not rows.texts:
        raise NO_ROWS(at="dev")
    true = as_matrix(rows.labels, labels)
    ctx.progress(0, 2)
    found = label_pool.evidence(members, rows.texts, labels, separator)
    ctx.check_cancelled()
    weights, bias = label_pool.fit_pooling(found, true)
    folder = ctx.output("model")
    names = [f"{number}-{model_io.read_card(model.path).task}" for number, model in enumerate(models)]
    for name, model in zip(names, models, strict=True):
        shutil.copytree(model.path, folder / "members" / name)
    pooling = label_pool.Pooling(members=tuple(f"members/{name}" for name in names), weights=tuple(weights), bias=bias)
    card = label_pool.save_pooled(folder, labels, pooling, separator)
    ctx.progress(1, 2)
    tagger = label_pool.load_pooled(folder, card)
    values = learn_from(folder, tagger, true, tagger.scores_of(found))
    profile = model_io.read_card(models[0].path).profile
    card = model_io.amend(folder, component=SPEC.key, metrics=values, profile=profile)
    for name, value in values.items():
        ctx.metric(f"dev/{name}", value)
    for name, weight in label_pool.weights_by_name(pooling).items():
        ctx.log(text(f"{name} 的权重 {weight:.2f}", f"Weight of {name}: {weight:.2f}"))
    document = {"model": card.digest, "split": "dev", "values": values, "metric": "micro_f1"}
    document["weights"] = dict(label_pool.weights_by_name(pooling))
    return {"model": Model(folder), "metrics": Metrics.write(ctx.output("metrics"), document)}
