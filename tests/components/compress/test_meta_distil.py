"""MetaKD: prototype scores and weights by hand, per-row weights that count, the whole component."""

import numpy as np
import pytest
import torch
from component_context import make_table
from tiny_models import two_class_rows

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.domains import expertise, prototype_scores
from inkstone.components.nlp.compression.meta_teacher import DOMAIN, WEIGHT, MetaSettings, MetaTeacher


@pytest.fixture
def domains(tmp_path):
    texts, labels = two_class_rows()
    columns = {
        "text": texts,
        "label": labels,
        "shop": ["书" if number % 4 < 2 else "水果" for number in range(len(texts))],
    }
    return make_table(tmp_path / "domains", columns, {"text": "text", "label": "label"})


def test_prototype_scores_by_hand() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    # Three rows of class 0: two of domain 0 at (1, 0), one of domain 1 at (0, 1); class 1 is known to domain 1 alone.
    found = prototype_scores(vectors, [0, 0, 0, 1], [0, 0, 1, 1], share=0.5)
    assert found == pytest.approx([0.5 * 1 + 0.5 * 0, 0.5, 0.5 * 1 + 0.5 * 0, 1.0])


def test_expertise_by_hand_has_mean_one() -> None:
    raw = np.array([1.5 / 2, 1.0 / (np.e + 1)])
    assert expertise(np.array([0.5, 0.0]), np.array([1.0, 0.0])) == pytest.approx(raw / raw.mean())


def test_the_weight_of_a_row_is_its_own(large) -> None:
    classifier = {"labels": ["a", "b"], "dropout": 0.0}
    task = MetaTeacher(MetaSettings(encoder=str(large), classifier=classifier, domains=2, corruption=0.0))
    torch.manual_seed(0)
    network = task.build().eval()
    rows = [{"input_ids": [2, 9, 3], "labels": 0}, {"input_ids": [2, 11, 12, 3], "labels": 1}]

    def loss(*weights: float) -> float:
        given = [row | {DOMAIN: 0, WEIGHT: weight} for row, weight in zip(rows, weights, strict=True)]
        return task.loss(network, task.collate(given)).item()

    first, second = loss(1, 0), loss(0, 1)
    assert first != pytest.approx(second, rel=1e-3)
    assert loss(3, 0.5) == pytest.approx(3 * first + 0.5 * second, rel=1e-5)


def test_both_stages(context, domains, large, small) -> None:
    made = context.run(
        "compress.meta_distil", {"train": domains, "dev": domains}, domain="shop", teacher_encoder=str(large),
        encoder=str(small), epochs=1.0, precision="fp32",
    )  # fmt: skip
    weights = model_io.load_weights(made["teacher"].path / model_io.WEIGHTS)
    assert not [name for name in weights if "domain" in name]
    model_io.verify(made["teacher"].path)
    assert set(made["metrics"].read()["domains"]) == {"书", "水果"}
    assert len(made["report"].read()["sections"][0]["rows"]) == 3


def test_bad_input(context, rows, domains, small, tmp_path) -> None:
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.meta_distil", {"train": rows}, domain="shop", teacher_encoder=str(small))
    assert caught.value.code == "compress.no_domain"
    texts, labels = two_class_rows(8)
    columns = {"text": texts, "label": labels, "shop": ["书"] * 8}
    one = make_table(tmp_path / "one", columns, {"text": "text", "label": "label", "group": "shop"})
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.meta_distil", {"train": one}, teacher_encoder=str(small))
    assert caught.value.code == "compress.one_domain"
