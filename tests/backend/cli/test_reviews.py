"""Decisions and reviews of texts of several classes from the command line."""

from pathlib import Path

import pytest
from component_context import ComponentContext
from several_parts import PHRASES, several_table

from inkstone.backend.store.database import migrate
from inkstone.backend.store.registry import register_model

BOTH = f"{PHRASES['诈骗']}，{PHRASES['广告']}"


@pytest.fixture
def several(inkstone, tmp_path: Path) -> None:
    """Register a model that gives every found class to a person."""
    migrate()
    table = several_table(tmp_path / "rows", [])
    model = ComponentContext(tmp_path / "train").run("train.multilabel_baseline", {"train": table, "dev": table})
    inputs = {"model": model["model"], "dev": table}
    policy = ComponentContext(tmp_path / "policy").run("text.decision_policy", inputs, wished=1.0)
    register_model("several", policy["model"].path, metrics={})


def test_a_text_of_several_classes_is_decided_judged_and_kept(inkstone, several: None) -> None:
    shown = inkstone("decide", "several", "--text", BOTH, "--text", "明天一起吃饭吧", "--queue")
    assert shown.code == 0
    first, *reasons, last = shown.out.splitlines()
    assert first.startswith("review") and ("广告; 诈骗" in first or "诈骗; 广告" in first)
    assert len(reasons) == 2 and all("review" in line and "≥" in line for line in reasons)
    assert last.startswith("pass") and "正常" in last

    _, (item,) = inkstone.json("reviews", "several")
    listed = inkstone("reviews", "several").out
    assert "广告; 诈骗" in listed or "诈骗; 广告" in listed
    wrong = inkstone("reviews", "--judge", item["id"], "--label", "没有的")
    assert wrong.code != 0 and "没有的" in wrong.err
    judged = inkstone("reviews", "--judge", item["id"], "--label", "广告", "--label", "辱骂")
    assert "广告; 辱骂" in judged.out
    _, harmless = inkstone.json("reviews", "--judge", item["id"], "--label", "正常")
    assert (harmless["label"], harmless["labels"]) == ("正常", [])
    _, aside = inkstone.json("reviews", "--judge", item["id"])
    assert aside["label"] is None
    inkstone("reviews", "--judge", item["id"], "--label", "广告")
    assert inkstone("reviews", "several", "--dataset").out.startswith("several-reviews@1")
