"""The demo of a model: one text, and examples of its data."""

import pytest

from inkstone.backend.service import models
from inkstone.backend.service.actor import LOCAL
from inkstone.studio import demo_page


def test_a_text_gets_every_label_with_a_score(seeded) -> None:
    scores = demo_page._predict(models.get(LOCAL, seeded.model), "恭喜中奖，先汇款", None)
    assert set(scores) == {"广告", "诈骗", "正常"}
    assert sum(scores.values()) == pytest.approx(1, abs=1e-3)


def test_the_examples_are_rows_of_different_classes(seeded) -> None:
    rows = demo_page._examples(models.get(LOCAL, seeded.model), pair=False)
    assert len(rows) == 3
