"""A search begun, watched and compared in a real browser; and one stopped."""

import re
from typing import Any

import httpx
import pytest
from designer_steps import wait_for
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
PATIENCE = 240  # seconds; a busy machine may need them
PIPELINE = {
    "inkstone": 1,
    "name": "to search",
    "nodes": {
        "read": {"component": "data.read_table@1", "params": {"source": "dataset:messages@1"}},
        "columns": {
            "component": "data.map_columns@1",
            "params": {"text": "text", "label": "label"},
            "inputs": {"table": "read.table"},
        },
        "split": {"component": "data.split@1", "inputs": {"table": "columns.table"}},
        "train": {"component": "train.ngram_baseline@1", "inputs": {"train": "split.train", "dev": "split.dev"}},
    },
}


def only_search(studio: str) -> dict[str, Any]:
    found = httpx.get(f"{studio}/api/v1/searches").json()[0]
    return httpx.get(f"{studio}/api/v1/searches/{found['id']}").json()


def begin(page: Page, studio: str, trials: int) -> None:
    page.goto(f"{studio}/search?lang=zh")
    page.get_by_role("radio", name="搜索参数").click()
    expect(page.get_by_text("搜索的参数")).to_be_visible()
    for label, value in (("试验次数", trials), ("同时进行", 1)):
        field = page.get_by_role("spinbutton", name=label)
        field.fill(str(value))
        field.press("Enter")
    page.get_by_role("button", name="开始").last.click()
    expect(page.get_by_role("button", name="所有搜索")).to_be_visible()


def test_a_search_is_watched_to_its_end_and_its_trials_are_compared(page: Page, studio: str) -> None:
    page.set_default_timeout(1000 * PATIENCE)
    expect.set_options(timeout=1000 * PATIENCE)
    assert httpx.post(f"{studio}/api/v1/pipelines", json={"document": PIPELINE}).is_success
    begin(page, studio, 3)
    expect(page.get_by_text("3 / 3 次试验")).to_be_visible()  # the page follows by itself
    wait_for(lambda: only_search(studio)["search"]["state"] == "SUCCEEDED", PATIENCE)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    shown = only_search(studio)
    assert [trial["state"] for trial in shown["trials"]] == ["DONE"] * 3
    best = max(shown["trials"], key=lambda trial: trial["value"])
    expect(page.get_by_text(f"最好 dev/macro_f1 {best['value']:.4f}")).to_be_visible()
    page.get_by_role("button", name="比较这些运行").click()
    page.wait_for_url(re.compile("/compare"))
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_a_search_stops_when_asked_and_goes_on_when_resumed(page: Page, studio: str) -> None:
    page.set_default_timeout(1000 * PATIENCE)
    expect.set_options(timeout=1000 * PATIENCE)
    begin(page, studio, 40)
    expect(page.get_by_text(re.compile(r"\b[1-9]\d? / 40 次试验"))).to_be_visible()
    page.get_by_role("button", name="停止").click()
    wait_for(lambda: only_search(studio)["search"]["state"] == "CANCELLED", PATIENCE)
    kept = [trial["run"] for trial in only_search(studio)["trials"] if trial["state"] == "DONE"]
    assert len(kept) < 40
    page.get_by_role("button", name="继续", exact=True).click()
    field = page.get_by_role("spinbutton", name="总共几次试验")
    field.fill(str(len(kept) + 1))
    field.press("Enter")
    page.get_by_role("button", name="继续", exact=True).last.click()
    wait_for(lambda: only_search(studio)["search"]["state"] == "SUCCEEDED", PATIENCE)
    done = [trial["run"] for trial in only_search(studio)["trials"] if trial["state"] == "DONE"]
    assert done[: len(kept)] == kept
