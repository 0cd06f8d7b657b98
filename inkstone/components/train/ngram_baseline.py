"""``train.ngram_baseline``: n-gram TF-IDF with logistic regression, what every model is held against."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.spec import Component, Context, Params, Port, PortType, among, between, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    import numpy as np

    from inkstone.components.nlp.ngram import NgramModel
    from inkstone.components.nlp.rows import TextRows


class NgramBaseline(Params):
    """Parameters of ``train.ngram_baseline``."""

    analyzer: Literal["auto", "char", "word"] = param(
        "auto",
        search=among("char", "word"),
        impact=2,
        common=True,
        title=text("切分单位", "Unit"),
        help=text(
            "自动：中文按字（1–3 字），英文等按词（1–2 词）。",
            "Auto: characters (1 to 3) for Chinese, words (1 to 2) for English and the like.",
        ),
        choices={"auto": text("自动", "Auto"), "char": text("字符", "Characters"), "word": text("词", "Words")},
    )
    shortest: int | None = param(
        None,
        ge=1,
        le=10,
        impact=1,
        title=text("最短 n-gram", "Shortest n-gram"),
        help=text("留空为 1。", "Empty takes 1."),
    )
    longest: int | None = param(
        None,
        ge=1,
        le=10,
        search=among(2, 3, 4, 5, chosen=True),
        impact=1,
        title=text("最长 n-gram", "Longest n-gram"),
        help=text("留空时字符为 3，词为 2。", "Empty takes 3 for characters and 2 for words."),
    )
    c: float | None = param(
        None,
        gt=0,
        le=10_000,
        search=between(0.3, 100, log=True, chosen=True),
        impact=2,
        title=text("正则强度的倒数 C", "Inverse regularisation C"),
        help=text(
            "越大越贴合训练数据。留空则在开发集上从 1、3、10、30 中选。",
            "Larger fits the training rows closer. Empty chooses among 1, 3, 10 and 30 on the dev rows.",
        ),
    )
    features: int = param(
        200_000,
        ge=100,
        le=5_000_000,
        impact=1,
        unit=text("个", "n-grams"),
        title=text("特征上限", "Most features"),
        help=text("只保留最常见的这么多 n-gram。", "Only that many of the most frequent n-grams are kept."),
    )
    class_weights: Literal["none", "balanced"] = param(
        "none",
        impact=1,
        common=True,
        title=text("类别权重", "Class weights"),
        help=text(
            "类别数量悬殊时选“均衡”，少见的类别会得到更多重视。",
            "Balanced gives rare classes more say; choose it when class sizes differ a lot.",
        ),
        choices={"none": text("不加权", "None"), "balanced": text("均衡", "Balanced")},
    )


SPEC = Component(
    id="train.ngram_baseline",
    title=text("n-gram 基线", "n-gram baseline"),
    summary=text(
        "TF-IDF 加逻辑回归：几秒训练完，任何模型都该与它比较。",
        "TF-IDF with logistic regression: trains in seconds, and every model should be held against it.",
    ),
    inputs=(
        Port(name="train", type=PortType.TABLE, title=text("训练集", "Train")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
    ),
    params=NgramBaseline,
    keywords=("TF-IDF", "logistic regression", "逻辑回归", "baseline", "基线"),
)
DEFAULT_C = 10.0
ROWS_FOR_CHOICE = 20_000


def run(ctx: Context, inputs: Mapping[str, Any], params: NgramBaseline) -> Mapping[str, Artifact]:
    """Fit the baseline; its C comes from the dev rows where there are any."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.profile import profile_of
    from inkstone.components.nlp.rows import read_rows
    from inkstone.components.nlp.training_rows import read_training_rows

    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    rows, labels = read_training_rows(ctx, train)
    dev_rows = read_rows(dev).labelled() if dev is not None else None
    model, c, figures = _fit(ctx, params, rows, labels, dev_rows if dev_rows and dev_rows.texts else None)
    folder = ctx.output("model")
    model.save(folder)
    normalised = train.info.origin.get(ORIGIN_KEY)
    card = model_io.amend(folder, component=SPEC.key, metrics=figures, normalised=normalised, profile=profile_of(rows))
    for name, value in figures.items():
        ctx.metric(f"dev/{name}", value)
    facts = {"model": card.digest, "split": "dev", "values": figures, "c": c, "features": len(model.terms)}
    return {"model": Model(folder), "metrics": Metrics.write(ctx.output("metrics"), facts)}


def _fit(
    ctx: Context, params: NgramBaseline, rows: "TextRows", labels: list[str], dev: "TextRows | None"
) -> "tuple[NgramModel, float, dict[str, float]]":
    import numpy as np

    from inkstone.components.nlp import ngram

    texts = ngram.join_pairs(rows.texts, rows.pairs)
    analyzer = ngram.guess_analyzer(texts) if params.analyzer == "auto" else params.analyzer
    shortest = params.shortest or 1
    longest = max(shortest, params.longest or (3 if analyzer == "char" else 2))
    vectorizer = ngram.vectorizer(analyzer, shortest, longest, params.features)
    features = vectorizer.fit_transform(texts)
    terms = [str(term) for term in vectorizer.get_feature_names_out()]
    numbers = {label: number for number, label in enumerate(labels)}
    targets = np.array([numbers[label or ""] for label in rows.labels or []])
    balanced = params.class_weights == "balanced"

    def fitted(c: float, part: slice) -> ngram.NgramModel:
        weights, intercept = ngram.fit_logistic(features[part], targets[part], c, balanced)
        idf, pairs = vectorizer.idf_, rows.pairs is not None
        return ngram.NgramModel(labels, analyzer, shortest, longest, terms, idf, weights, intercept, pairs)

    c = params.c or DEFAULT_C
    if params.c is None and dev is not None:
        return _best_of_grid(ctx, fitted, _sample(targets, len(labels)), dev, numbers)
    ctx.progress(0, 1)
    model = fitted(c, slice(None))
    ctx.progress(1, 1)
    return model, c, _figures(model, dev, numbers) if dev is not None else {}


def _sample(targets: "np.ndarray", classes: int) -> slice:
    """Return the rows on which C is chosen: the first twenty thousand where they hold every class, else all."""
    import numpy as np

    enough = len(np.unique(targets[:ROWS_FOR_CHOICE])) == classes
    return slice(ROWS_FOR_CHOICE) if enough and len(targets) > ROWS_FOR_CHOICE else slice(None)


def _best_of_grid(
    ctx: Context, fitted: "Callable[[float, slice], NgramModel]", part: slice, dev: "TextRows", numbers: dict[str, int]
) -> "tuple[NgramModel, float, dict[str, float]]":
    """Try the values of C in rising order until the dev figure falls; fit the best on all rows."""
    from inkstone.components.nlp import ngram

    best: tuple[NgramModel, float, dict[str, float]] | None = None
    for number, c in enumerate(ngram.C_GRID):
        ctx.progress(number, len(ngram.C_GRID) + 1, text(f"逻辑回归，C = {c:g}", f"Logistic regression, C = {c:g}"))
        model = fitted(c, part)
        figures = _figures(model, dev, numbers)
        if best is not None and figures["macro_f1"] < best[2]["macro_f1"]:
            break
        if best is None or figures["macro_f1"] > best[2]["macro_f1"]:
            best = (model, c, figures)
    assert best is not None
    if part != slice(None):
        ctx.progress(len(ngram.C_GRID), len(ngram.C_GRID) + 1)
        model = fitted(best[1], slice(None))
        best = (model, best[1], _figures(model, dev, numbers))
    ctx.progress(1, 1)
    return best


def _figures(model: "NgramModel", dev: "TextRows", numbers: dict[str, int]) -> dict[str, float]:
    import numpy as np

    from inkstone.components.nlp import metrics

    true = np.array([numbers.get(label or "", -1) for label in dev.labels or []])
    scores = model.scores(dev.texts, dev.pairs)
    figures = metrics.summary(true, scores.argmax(axis=1), len(model.labels))
    return figures | {"loss": metrics.cross_entropy(scores, true)}
