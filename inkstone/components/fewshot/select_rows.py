"""``fewshot.select_rows``: the unlabelled texts that are most worth labelling next (active learning)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import ROW_ID, Artifact
from inkstone.components.fewshot.parameters import MODEL, UNLABELLED
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    import numpy as np


class SelectRows(Params):
    """Parameters of ``fewshot.select_rows``."""

    count: int = param(
        20,
        ge=1,
        le=10_000,
        impact=2,
        common=True,
        unit=text("条", "texts"),
        title=text("数量", "How many"),
        help=text("选出多少条供人工标注。", "How many texts to pick for labelling."),
    )
    measure: Literal["entropy", "margin"] = param(
        "entropy",
        impact=1,
        common=True,
        title=text("不确定性", "Uncertainty"),
        help=text(
            "熵：对所有类别都拿不准；间隔：在前两个类别之间拿不准。",
            "Entropy: unsure among all classes; margin: unsure between the first two.",
        ),
        choices={"entropy": text("熵", "Entropy"), "margin": text("间隔", "Margin")},
    )
    diversity: float = param(
        0.5,
        ge=0,
        le=1,
        impact=1,
        title=text("多样性", "Diversity"),
        help=text(
            "与已选文本相似时扣多少分；0 只看不确定性。",
            "How much likeness to texts already picked counts against a text; 0 looks at uncertainty alone.",
        ),
    )


SPEC = Component(
    id="fewshot.select_rows",
    title=text("挑选待标注文本", "Pick texts to label"),
    summary=text(
        "从未标注文本中挑出模型最拿不准、彼此又不重复的，标注它们最划算。",
        "Picks the unlabelled texts that the model is least sure of and that differ from each other.",
    ),
    inputs=(MODEL, UNLABELLED),
    outputs=(Port(name="table", type=PortType.TABLE, title=text("待标注文本", "Texts to label")),),
    params=SelectRows,
    keywords=("active learning", "uncertainty", "entropy", "margin", "主动学习", "标注", "不确定"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: SelectRows) -> Mapping[str, Artifact]:
    """Score the texts and pick."""
    import numpy as np

    from inkstone.components.artifacts import ColumnInfo
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.fewshot.component import texts_of
    from inkstone.components.nlp.fewshot.errors import NO_UNLABELLED
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.scoring import score_rows

    texts = texts_of(inputs["unlabelled"], "text")
    if not texts:
        raise NO_UNLABELLED(at="unlabelled")
    model = load_model(inputs["model"].path)
    scores = np.concatenate(list(score_rows(ctx, model, texts, None, 32)))
    unsure = uncertainty(scores, params.measure)
    chosen = pick(texts, unsure, params.count, params.diversity)
    names = [("text", "string"), ("predicted", "string"), ("uncertainty", "float64")]
    columns = [ColumnInfo.model_validate({"name": name, "dtype": dtype}) for name, dtype in names]
    with TableWriter(ctx.output("table"), columns) as writer:
        writer.write(
            {
                ROW_ID: chosen,
                "text": [texts[index] for index in chosen],
                "predicted": [model.labels[int(scores[index].argmax())] for index in chosen],
                "uncertainty": [float(unsure[index]) for index in chosen],
            }
        )
        return {"table": writer.finish(roles={"text": "text"})}


def uncertainty(scores: "np.ndarray", measure: str) -> "np.ndarray":
    """Return how unsure a model is of each text, between 0 and 1.

    ``entropy``: ``-sum_k p_k ln p_k / ln K``; ``margin``: ``1 - (p_first - p_second)``.

    Args:
        scores: Probabilities; shape (texts, classes).
        measure: Which of them.
    """
    import numpy as np

    if measure == "entropy":
        safe = np.clip(scores, 1e-12, 1.0)
        spread: np.ndarray = -(safe * np.log(safe)).sum(1) / np.log(scores.shape[1])
        return spread
    ordered = np.sort(scores, axis=1)
    margin: np.ndarray = 1.0 - (ordered[:, -1] - ordered[:, -2])
    return margin


def pick(texts: Sequence[str], unsure: "np.ndarray", count: int, diversity: float) -> list[int]:
    """Return positions, one after the other: the greatest ``uncertainty - diversity * likeness to those picked``.

    Likeness is the cosine of character n-gram TF-IDF. Only the most uncertain texts, ten for each wanted, are looked at.
    """
    import numpy as np

    from inkstone.components.nlp.ngram import vectorizer

    places = np.argsort(-unsure, kind="stable")[: 10 * count]
    vectors = vectorizer("char", 1, 3, 50_000).fit_transform([texts[index] for index in places])
    likeness = np.zeros(len(places))
    value = unsure[places].astype(float)
    chosen: list[int] = []
    for _ in range(min(count, len(places))):
        best = int(np.argmax(value - diversity * likeness))
        chosen.append(int(places[best]))
        value[best] = -np.inf
        likeness = np.maximum(likeness, np.asarray((vectors @ vectors[best].T).todense()).ravel())
    return chosen
