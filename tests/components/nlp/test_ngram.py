"""The baseline equals scikit-learn's pipeline, and its unit follows the language."""

from pathlib import Path

import numpy as np
import pytest
from component_context import ComponentContext, make_table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from tiny_models import pair_table, two_class_rows, two_class_table

from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.ngram import guess_analyzer


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("analyzer", ["char", "word"])
def test_scores_equal_those_of_the_scikit_learn_pipeline(tmp_path: Path, classes: int, analyzer: str) -> None:
    texts, labels = two_class_rows(36)
    if classes == 3:
        labels = [
            "english" if "click" in text or "see" in text else label for text, label in zip(texts, labels, strict=True)
        ]
    table = make_table(tmp_path / "table", {"t": texts, "y": labels}, {"text": "t", "label": "y"})
    out = ComponentContext(tmp_path / "node").run(
        "train.ngram_baseline", {"train": table}, analyzer=analyzer, shortest=1, longest=2, c=5.0
    )
    ours = load_model(out["model"].path)
    pipeline = make_pipeline(
        TfidfVectorizer(
            analyzer=analyzer,
            ngram_range=(1, 2),
            sublinear_tf=True,
            token_pattern=r"(?u)\b\w+\b" if analyzer == "word" else None,
            dtype=np.float32,
        ),
        LogisticRegression(C=5.0, max_iter=200, tol=1e-3),
    )
    pipeline.fit(texts, labels)
    assert ours.labels == list(pipeline.classes_)
    fresh = [*texts, "今天加微信 win money", "从没见过的字"]
    np.testing.assert_allclose(ours.scores(fresh), pipeline.predict_proba(fresh), atol=1e-5)


def test_the_unit_follows_the_content() -> None:
    assert guess_analyzer(["今天天气很好 ok"]) == "char"
    assert guess_analyzer(["please call me back", "thanks"]) == "word"
    assert guess_analyzer(["ありがとうございます"]) == "char"
    assert guess_analyzer(["12345", ""]) == "word"


def test_c_is_chosen_on_the_dev_rows(tmp_path: Path) -> None:
    table = two_class_table(tmp_path / "table")
    out = ComponentContext(tmp_path / "node").run("train.ngram_baseline", {"train": table, "dev": table})
    metrics = out["metrics"].read()
    assert metrics["c"] in {1.0, 3.0, 10.0, 30.0}
    assert metrics["split"] == "dev"
    assert metrics["model"] == load_model(out["model"].path).card.digest
    assert metrics["values"]["macro_f1"] == pytest.approx(1.0)


def test_pairs_are_judged_by_both_texts(tmp_path: Path) -> None:
    table = pair_table(tmp_path / "table")
    out = ComponentContext(tmp_path / "node").run("train.ngram_baseline", {"train": table})
    model = load_model(out["model"].path)
    assert model.pairs
    from inkstone.components.errors import InkstoneError

    with pytest.raises(InkstoneError, match="second text"):
        model.predict(["只有一段"])
    assert len(model.predict(["好"], ["好"])[0]) == 2
