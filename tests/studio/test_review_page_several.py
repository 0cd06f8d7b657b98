"""The review page for texts of several classes: pills, a confirmation, the history, undo."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext
from several_parts import PHRASES, several_table
from streamlit.testing.v1 import AppTest
from studio_pages import html, open_page

from inkstone.backend.service import datasets, reviews, risk
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.risk_views import ReviewView
from inkstone.backend.store.database import migrate
from inkstone.backend.store.registry import register_model
from inkstone.studio.risk.review_page import _likely

BOTH = f"{PHRASES['诈骗']}，{PHRASES['广告']}"


@pytest.fixture
def waiting(inkstone_home: Path, tmp_path: Path) -> str:
    """Give the id of the review of a text of two classes, for which nothing is ever blocked."""
    migrate()
    table = several_table(tmp_path / "rows", [])
    model = ComponentContext(tmp_path / "train").run("train.multilabel_baseline", {"train": table, "dev": table})
    inputs = {"model": model["model"], "dev": table}
    policy = ComponentContext(tmp_path / "policy").run("text.decision_policy", inputs, wished=1.0)
    register_model("several", policy["model"].path, metrics={})
    (answer,) = risk.decide(LOCAL, "several", [BOTH], queue=True)
    assert answer.decision == "review"
    (item,) = reviews.list_(LOCAL, "several")
    return item.id


def _confirm(app: AppTest, label: str) -> AppTest:
    (button,) = [item for item in app.button if item.label == label]
    return button.click().run()


def test_people_choose_any_number_of_classes(waiting: str) -> None:
    app = open_page("reviews", "zh")
    pills = app.pills(key=f"several_{waiting}")
    assert set(pills.options) == set(PHRASES)  # harmless is choosing none
    assert set(pills.value) == {"广告", "诈骗"}  # both are likelier than not
    assert "广告 + 诈骗" in html(app) or "诈骗 + 广告" in html(app)
    pills.set_value(["辱骂", "诈骗"]).run()
    app = _confirm(app, "确定：辱骂 + 诈骗")
    assert not app.exception, [item.message for item in app.exception]
    (judged,) = reviews.list_(LOCAL, "several", judged=True)
    assert (judged.labels, judged.label) == (["辱骂", "诈骗"], "辱骂")
    assert "辱骂 + 诈骗" in html(app)  # in the history

    app.button(key="review_undo").click().run()
    assert reviews.list_(LOCAL, "several")[0].labels is None
    app.pills(key=f"several_{waiting}").set_value([]).run()
    app = _confirm(app, "确定：正常")
    (judged,) = reviews.list_(LOCAL, "several", judged=True)
    assert (judged.labels, judged.label) == ([], "正常")
    app.button(key="review_make").click().run()
    assert not app.exception, [item.message for item in app.exception]
    assert [item.name for item in datasets.list_(LOCAL)] == ["several-reviews"]


@pytest.mark.parametrize(
    ("scores", "chosen"),
    [
        ({"广告": 0.9, "诈骗": 0.6, "辱骂": 0.3, "正常": 0.02}, ["广告", "诈骗"]),
        ({"广告": 0.4, "诈骗": 0.4, "辱骂": 0.3, "正常": 0.25}, ["广告"]),
        ({"广告": 0.2, "诈骗": 0.1, "辱骂": 0.1, "正常": 0.65}, []),
    ],
)
def test_likely_classes_are_chosen_already(scores: dict[str, float], chosen: list[str]) -> None:
    told = {"scores": [{"label": label, "score": score} for label, score in scores.items()]}
    facts: dict[str, Any] = {"label": None, "judged_at": None, "judged_by": None}
    item = ReviewView(id="1", model="several@1", created_at=datetime.now(UTC), text="好", decision=told, **facts)
    assert _likely(item, ["广告", "诈骗", "辱骂"], "正常") == chosen


def test_a_text_is_put_aside(waiting: str) -> None:
    english = open_page("reviews", "en")
    assert "any number" in html(english)
    assert any(item.label.startswith("Confirm: ") for item in english.button)
    app = open_page("reviews", "zh")
    app.button(key=f"aside_{waiting}").click().run()
    (judged,) = reviews.list_(LOCAL, "several", judged=True)
    assert (judged.label, judged.labels) == (None, None)
