"""``train.multilabel_classification``: trains a network that gives a text any number of labels."""

import shutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.nlp.parameters import adversarial_training, disguised_training_copies, training_seed
from inkstone.components.spec import Component, Context, Port, PortType, param
from inkstone.components.texts import text
from inkstone.components.train.multilabel_parameters import hierarchy_separator, least_rows
from inkstone.components.train.training_parameters import EncoderParams

if TYPE_CHECKING:
    from pathlib import Path

    from inkstone.components.nlp.fitting import FitResult
    from inkstone.components.nlp.tagging.label_rows import LabelRows

FIGURES = {
    "micro_f1": text("微平均 F1", "Micro F1"),
    "macro_f1": text("宏平均 F1", "Macro F1"),
    "p_at_1": text("首位正确率 P@1", "P@1"),
    "r_at_5": text("前五召回率 R@5", "R@5"),
    "ndcg_at_5": text("nDCG@5", "nDCG@5"),
}


class MultilabelClassification(EncoderParams):
    """Parameters of ``train.multilabel_classification``."""

    loss: Literal["bce", "asymmetric"] = param(
        "bce",
        impact=2,
        common=True,
        title=text("损失", "Loss"),
        help=text(
            "二元交叉熵；标签很多、每行只有几个时，非对称损失让大量“没有”的标签少占分量。",
            "Binary cross-entropy; with many labels and few a row, the asymmetric loss gives the absent ones less say.",
        ),
        choices={"bce": text("二元交叉熵", "Binary cross-entropy"), "asymmetric": text("非对称损失", "Asymmetric")},
    )
    gamma_negative: float = param(
        4.0,
        ge=0,
        le=10,
        impact=1,
        title=text("γ−", "γ−"),
        help=text(
            "非对称损失：越大，越只看判错的“没有”。", "Asymmetric loss: larger looks at wrongly given labels alone."
        ),
    )
    adversarial: float = adversarial_training()
    disguised_copies: float = disguised_training_copies()
    separator: str | None = hierarchy_separator()
    least: int = least_rows()
    metric: Literal["micro_f1", "macro_f1", "p_at_1", "r_at_5", "ndcg_at_5"] = param(
        "micro_f1",
        kind="metric",
        impact=2,
        title=text("选优指标", "Metric of the best model"),
        help=text(
            "按开发集上的这个指标保留最好的一轮。", "The best checkpoint is chosen by this figure on the dev rows."
        ),
        choices=FIGURES,
    )
    seed: int | None = training_seed()


SPEC = Component(
    id="train.multilabel_classification",
    title=text("多标签分类", "Multi-label classification"),
    summary=text(
        "训练一个给文本打上任意多个标签的模型，每个标签有自己的阈值。",
        "Trains a model that gives a text any number of labels, each with a threshold of its own.",
    ),
    inputs=(
        Port(name="train", type=PortType.TABLE, title=text("训练集", "Train")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
    ),
    params=MultilabelClassification,
    trains=True,
    keywords=("multi-label", "多标签", "标签", "tags", "tagging", "层级"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: MultilabelClassification) -> Mapping[str, Artifact]:
    """Train a network, learn its thresholds on the dev rows, and give the best checkpoint."""
    from inkstone.components.nlp.encoders import SCRATCH, longest_input
    from inkstone.components.nlp.profile import profile_of_lists
    from inkstone.components.nlp.tagging.label_rows import as_matrix, read_label_rows, training_labels
    from inkstone.components.nlp.tagging.multilabel import LabelSettings, MultilabelClassification
    from inkstone.components.nlp.tagging.recipes import label_recipe
    from inkstone.components.nlp.training_settings import fit_settings, starting_encoder

    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    dev = dev if dev is not None and dev.info.rows else None
    rows = read_label_rows(train, params.separator)
    labels = training_labels(rows, params.least)
    _say_left_out(ctx, len(rows.counts()), len(labels), params.least)
    normalised = train.info.origin.get(ORIGIN_KEY)
    if params.disguised_copies:
        seed = ctx.seed if params.seed is None else params.seed
        train = _with_disguised(ctx, rows, params.disguised_copies, normalised, seed)
    folder = starting_encoder(ctx, params.encoder, rows.texts)
    recipe = label_recipe(params.encoder, folder, len(rows.texts))
    task = MultilabelClassification(
        LabelSettings(
            encoder=str(folder),
            labels=tuple(labels),
            max_length=min(params.max_length or recipe.max_length, longest_input(folder)),
            pooling=recipe.pooling,
            dropout=recipe.dropout if params.dropout is None else params.dropout,
            random_weights=params.encoder == SCRATCH,
            loss=params.loss,
            gamma_negative=params.gamma_negative,
            adversarial=params.adversarial,
            separator=params.separator,
            frozen=params.frozen,
            shares=tuple(round(float(share), 6) for share in as_matrix(rows.labels, labels).mean(axis=0)),
        )
    )
    result = ctx.fit(task, train, dev, fit_settings(ctx, params, recipe, params.metric))
    model = ctx.output("model")
    shutil.copytree(result.folder, model, dirs_exist_ok=True)
    known = set(labels)
    profile = profile_of_lists(rows.texts, (known.intersection(row) for row in rows.labels))
    return _outputs(ctx, params, result, model, facts={"normalised": normalised, "profile": profile}, dev=dev)


def _with_disguised(ctx: Context, rows: "LabelRows", share: float, normalised: str | None, seed: int) -> Table:
    from inkstone.components.nlp.tagging.label_rows import LabelRows, as_label_table
    from inkstone.components.nlp.text_training import disguised

    places, texts = disguised(rows.texts, share, normalised, seed)
    more = LabelRows(
        rows.row_ids + [rows.row_ids[place] for place in places],
        rows.texts + texts,
        rows.labels + [rows.labels[place] for place in places],
    )
    return as_label_table(more, ctx.scratch() / "disguised")


def _say_left_out(ctx: Context, every: int, kept: int, least: int) -> None:
    if every > kept:
        ctx.log(
            text(
                f"{every - kept} 个标签少于 {least} 行，未学习",
                f"{every - kept} labels have fewer than {least} rows and are not learned",
            ),
            "warning",
        )


def _outputs(
    ctx: Context,
    params: MultilabelClassification,
    result: "FitResult",
    model: "Path",
    *,
    facts: Mapping[str, Any],
    dev: Table | None,
) -> Mapping[str, Artifact]:
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.tagging.thresholds import with_thresholds
    from inkstone.components.nlp.training_settings import dev_metrics

    values = dict(result.best)
    if dev is not None:
        values = with_thresholds(model, dev, params.separator)
    card = model_io.amend(
        model,
        component=SPEC.key,
        encoder=params.encoder,
        metrics=values,
        least=params.least,
        **facts,
    )
    document = dev_metrics(card.digest, params.metric, result) | {"values": values}
    return {"model": Model(model), "metrics": Metrics.write(ctx.output("metrics"), document)}
