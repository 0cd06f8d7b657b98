"""``train.multilabel_baseline``: n-gram TF-IDF under one logistic regression a label."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table, write_json
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text
from inkstone.components.train.multilabel_parameters import hierarchy_separator, least_rows

if TYPE_CHECKING:
    import numpy as np


class MultilabelBaseline(Params):
    """Parameters of ``train.multilabel_baseline``."""

    analyzer: Literal["auto", "char", "word", "sound"] = param(
        "auto",
        impact=2,
        title=text("切分单位", "Unit"),
        help=text(
            "自动：中文按字（1–3 字），英文等按词（1–2 词）；读音：同音字和拼音算作相同（1–4 音）。",
            "Auto: characters (1 to 3) for Chinese, words (1 to 2) for English and the like. Sounds: homophones and pinyin count as "
            "the same (1 to 4).",
        ),
        choices={
            "auto": text("自动", "Auto"),
            "char": text("字符", "Characters"),
            "word": text("词", "Words"),
            "sound": text("读音", "Sounds"),
        },
    )
    c: float = param(
        10.0,
        gt=0,
        le=10_000,
        impact=2,
        title=text("正则强度的倒数 C", "Inverse regularisation C"),
        help=text("越大越贴合训练数据。", "Larger fits the training rows closer."),
    )
    features: int = param(
        50_000,
        ge=100,
        le=1_000_000,
        impact=1,
        unit=text("个", "n-grams"),
        title=text("特征上限", "Most features"),
        help=text("只保留最常见的这么多 n-gram。", "Only that many of the most frequent n-grams are kept."),
    )
    separator: str | None = hierarchy_separator()
    least: int = least_rows()


SPEC = Component(
    id="train.multilabel_baseline",
    title=text("多标签 n-gram 基线", "Multi-label n-gram baseline"),
    summary=text(
        "TF-IDF，每个标签一个逻辑回归：任何多标签模型都该与它比较。",
        "TF-IDF with one logistic regression a label: what every multi-label model should be held against.",
    ),
    inputs=(
        Port(name="train", type=PortType.TABLE, title=text("训练集", "Train")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
    ),
    params=MultilabelBaseline,
    keywords=("TF-IDF", "one-vs-rest", "多标签", "baseline", "基线"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: MultilabelBaseline) -> Mapping[str, Artifact]:
    """Fit one regression a label; thresholds come from the dev rows where there are any."""
    import torch

    from inkstone.components.nlp import model_io, ngram
    from inkstone.components.nlp.profile import profile_of_lists
    from inkstone.components.nlp.tagging.label_models import BASELINE
    from inkstone.components.nlp.tagging.label_rows import as_matrix, read_label_rows, training_labels
    from inkstone.components.nlp.tagging.thresholds import with_thresholds

    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    rows = read_label_rows(train, params.separator)
    labels = training_labels(rows, params.least)
    analyzer = ngram.guess_analyzer(rows.texts) if params.analyzer == "auto" else params.analyzer
    longest = {"char": 3, "word": 2, "sound": 4}[analyzer]
    vectors = ngram.vectorizer(analyzer, 1, longest, params.features)
    features = vectors.fit_transform(rows.texts)
    weights, intercept = _fit(ctx, features, as_matrix(rows.labels, labels), params.c)
    folder = ctx.output("model")
    write_json(folder / "vocabulary.json", [str(term) for term in vectors.get_feature_names_out()])
    write_json(folder / "labels.json", labels)
    arrays = {"idf": vectors.idf_, "coefficients": weights, "intercept": intercept}
    model_io.save_weights(folder / model_io.WEIGHTS, {name: torch.from_numpy(item) for name, item in arrays.items()})
    settings = {"analyzer": analyzer, "shortest": 1, "longest": longest, "separator": params.separator}
    model_io.seal(
        folder,
        model_io.ModelCard(
            task=BASELINE, labels=labels, settings=settings, normalised=train.info.origin.get(ORIGIN_KEY)
        ),
    )
    values: dict[str, float] = {}
    if dev is not None and dev.info.rows:
        values = with_thresholds(folder, dev, params.separator)
    known = set(labels)
    profile = profile_of_lists(rows.texts, (known.intersection(row) for row in rows.labels))
    card = model_io.amend(folder, component=SPEC.key, metrics=values, least=params.least, profile=profile)
    for name, value in values.items():
        ctx.metric(f"dev/{name}", value)
    document = {"model": card.digest, "split": "dev", "values": values, "metric": "micro_f1"}
    return {"model": Model(folder), "metrics": Metrics.write(ctx.output("metrics"), document)}


def _fit(ctx: Context, features: Any, true: "np.ndarray", c: float) -> "tuple[np.ndarray, np.ndarray]":
    """Return weights (labels, features) and intercepts; a label that all rows have, or none, is decided by its intercept."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    weights = np.zeros((true.shape[1], features.shape[1]), dtype=np.float32)
    intercept = np.where(true.all(axis=0), 10.0, -10.0)
    for label in range(true.shape[1]):
        ctx.progress(label, true.shape[1])
        if true[:, label].all() or not true[:, label].any():
            continue
        model = LogisticRegression(C=c, solver="liblinear", tol=1e-2, random_state=0)
        model.fit(features, true[:, label])
        weights[label], intercept[label] = model.coef_[0], model.intercept_[0]
    ctx.progress(true.shape[1], true.shape[1])
    return weights, intercept
