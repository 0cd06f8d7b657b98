"""Several multi-label models as one."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from component_context import ComponentContext
from label_parts import label_rows, label_table

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.tagging import label_pool
from inkstone.components.nlp.tagging.label_models import OnnxLabels
from inkstone.components.nlp.tagging.label_pool import PooledLabels
from inkstone.components.nlp.tagging.loading import load_tagger


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    root = tmp_path_factory.mktemp("members")
    table = label_table(root / "t")
    tables = {"train": table, "dev": table}
    network = ComponentContext(root / "n").run("train.multilabel_classification", tables, epochs=3.0)
    ngram = ComponentContext(root / "b").run("train.multilabel_baseline", tables)
    return {"table": table, "network": network["model"], "ngram": ngram["model"]}


def test_the_whole_scores_as_the_formula_says_and_exports(members, tmp_path: Path) -> None:
    inputs = {"models": [members["network"], members["ngram"]], "dev": members["table"]}
    out = ComponentContext(tmp_path / "c").run("tag.combine_labels", inputs)
    weights = out["metrics"].read()["weights"]
    assert list(weights) == ["0-multilabel_classification", "1-multilabel_baseline", "named"]
    whole = load_tagger(out["model"].path)
    assert isinstance(whole, PooledLabels)
    texts = [*label_rows(8)[0], "", "🙂", "天气 预报"]
    first, second = (load_tagger(members[name].path).scores(texts) for name in ("network", "ngram"))
    named = np.zeros_like(first)
    named[texts.index("天气 预报"), whole.labels.index("天气")] = 1
    odds = [np.log(np.clip(item, 1e-6, 1 - 1e-6) / (1 - np.clip(item, 1e-6, 1 - 1e-6))) for item in (first, second)]
    values = sum(weight * item for weight, item in zip(weights.values(), [*odds, named], strict=True))
    assert whole.scores(texts) == pytest.approx(1 / (1 + np.exp(-(values + whole.pooling.bias))), abs=1e-6)
    assert out["metrics"].read()["values"]["micro_f1"] > 0.9
    profile = whole.card.profile  # what drift is seen against
    assert profile["texts"] == 48 and set(profile["labels"]) == set(whole.labels)

    file = ComponentContext(tmp_path / "x").run("deliver.export", {"model": out["model"], "table": members["table"]}, format="onnx")  # fmt: skip
    with zipfile.ZipFile(file["file"].path / "model-onnx.zip") as archive:
        archive.extractall(tmp_path / "onnx")
    exported = load_tagger(tmp_path / "onnx", threads=1)
    assert isinstance(exported, PooledLabels) and isinstance(exported.members[0], OnnxLabels) and exported.parallel
    assert exported.scores(texts) == pytest.approx(whole.scores(texts), abs=1e-3)


def test_a_label_that_stands_in_the_text_counts_where_it_tells_something() -> None:
    labels = ["新能源", "iPhone", "x"]
    found = label_pool.named(["新 能源汽车", "ＩＰＨＯＮＥ 降价 x", ""], labels, None)
    assert found.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert label_pool.named(["足球"], ["体育/足球"], "/").tolist() == [[1]]
    true = np.array([[1, 0], [0, 1], [0, 0], [1, 1]] * 20, dtype=bool)
    chance = np.random.default_rng(0).normal(size=true.shape)
    weights, _ = label_pool.fit_pooling([chance, true.astype(float)], true)
    assert weights[1] > 5 > weights[0]


def test_models_of_other_labels_are_refused(members, tmp_path: Path) -> None:
    other = label_table(tmp_path / "t", ["一", "二"] * 5, [["甲"], ["乙"]] * 5)
    model = ComponentContext(tmp_path / "o").run("train.multilabel_baseline", {"train": other})["model"]
    with pytest.raises(InkstoneError, match=r"tags\.other_labels"):
        ComponentContext(tmp_path / "c").run(
            "tag.combine_labels", {"models": [members["ngram"], model], "dev": members["table"]}
        )
