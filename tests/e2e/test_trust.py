"""In a real browser: compare, from a confusion cell to a rerun on corrected data, saved thresholds obeyed, a run reproduced."""

import random
import re
from typing import Any

import httpx
import pytest
from designer_steps import WORDS, wait_for
from playwright.sync_api import Page, TimeoutError, expect

pytestmark = pytest.mark.browser
PATIENCE = 240  # seconds; a busy machine may need them
NODES = {
    "read": {"component": "data.read_table@1", "params": {"source": "dataset:noisy@1"}},
    "columns": {
        "component": "data.map_columns@1",
        "params": {"text": "text", "label": "label"},
        "inputs": {"table": "read.table"},
    },
    "split": {"component": "data.split@1", "inputs": {"table": "columns.table"}},
    "strong": {"component": "train.ngram_baseline@1", "inputs": {"train": "split.train", "dev": "split.dev"}},
    "weak": {
        "component": "train.ngram_baseline@1",
        "params": {"c": 0.0001, "features": 100},
        "inputs": {"train": "split.train", "dev": "split.dev"},
    },
    "test_weak": {"component": "evaluate.classification@1", "inputs": {"model": "weak.model", "table": "split.test"}},
    "test_strong": {
        "component": "evaluate.classification@1",
        "inputs": {"model": "strong.model", "table": "split.test"},
    },
    "register": {
        "component": "deliver.register_model@1",
        "params": {"name": "noisy"},
        "inputs": {
            "models": ["strong.model"],
            "dev_metrics": ["strong.metrics"],
            "test_metrics": ["test_strong.metrics"],
        },
    },
}


@pytest.fixture(autouse=True)
def patient(page: Page) -> None:
    """Wait longer than elsewhere: these pages train, draw charts and load models."""
    page.set_default_timeout(1000 * PATIENCE)
    expect.set_options(timeout=1000 * PATIENCE)


def noisy_rows() -> str:
    """Return rows of which a tenth bear a wrong label; the common class makes a model that learns little take all for it."""
    choose = random.Random(11)
    lines = ["text,label"]
    for number in range(300):
        label = choose.choices(list(WORDS), [5, 2, 2])[0]
        said = choose.choice(list(WORDS)) if choose.random() < 0.1 else label
        lines.append(f"{' '.join(choose.choices(WORDS[label], k=3))} 第{number}条,{said}")
    return "\n".join(lines)


def rest(studio: str, method: str, path: str, **more: Any) -> Any:
    answer = httpx.request(method, f"{studio}/api/v1{path}", timeout=PATIENCE, **more)
    assert answer.is_success, answer.text
    return answer.json()


def succeeded(studio: str, run: str) -> bool:
    state = rest(studio, "GET", f"/runs/{run}")["run"]["state"]
    assert state not in ("FAILED", "LOST", "CANCELLED"), rest(studio, "GET", f"/runs/{run}")
    return state == "SUCCEEDED"


@pytest.fixture(scope="module")
def run(studio: str) -> str:
    """Give a finished run with two models on the same test rows."""
    rest(studio, "POST", "/datasets", files={"file": ("noisy.csv", noisy_rows().encode())})
    document = {"inkstone": 1, "name": "noisy", "seed": 1, "nodes": NODES}
    body = {"document": document, "options": {"executor": "local"}, "name": "<b>noisy</b>"}
    found = rest(studio, "POST", "/runs", json=body)["id"]
    wait_for(lambda: succeeded(studio, found), PATIENCE)
    return str(found)


def click_cell(page: Page, matrix: Any, row: int, column: int, classes: int = 3) -> None:
    """Click a cell near its corner: what counts is the cell, not the middle of it."""
    expect(matrix.locator(".scatterlayer .point")).to_have_count(classes**2)
    area = matrix.locator(".bglayer .bg, .nsewdrag").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    page.mouse.move(
        box["x"] + box["width"] * (column + 0.7) / classes, box["y"] + box["height"] * (row + 0.7) / classes
    )
    expect(page.locator(".hoverlayer .hovertext").first).to_be_visible()
    page.mouse.down()
    page.mouse.up()


def editor_opens(page: Page) -> bool:
    """Open the last cell of the first row of the table; while the page is being drawn, a click may meet nothing."""
    box = page.locator("[data-testid=stDataFrame] canvas[data-testid=data-grid-canvas]").last.bounding_box()
    if box is None:
        return False
    page.mouse.click(box["x"] + box["width"] - 45, box["y"] + 35 + 17)
    page.keyboard.press("Enter")
    try:
        page.locator("#portal input").first.wait_for(state="attached", timeout=10_000)
    except TimeoutError:
        return False
    return True


def matrices(page: Page) -> Any:
    return page.locator(".js-plotly-plot").filter(has=page.locator(".heatmaplayer image"))


def mistake(studio: str, run: str, node: str) -> dict[str, Any]:
    """Return a row that was judged wrong."""
    found = rest(studio, "POST", f"/runs/{run}/evaluations/{node}/rows", json={"filter": {"kind": "confident"}})
    assert found["rows"], "this evaluation made no mistake"
    return {**found["rows"][0], "labels": found["labels"]}


def test_two_evaluations_are_compared_and_a_cell_shows_its_rows(page: Page, studio: str, run: str) -> None:
    page.goto(f"{studio}/compare?runs={run}:test_weak,{run}:test_strong&lang=zh")
    expect(page.locator("[data-verdict=better]")).to_be_visible()
    page.get_by_role("radio", name="类别", exact=True).click()
    wrong = mistake(studio, run, "test_weak")
    place = [wrong["labels"].index(wrong[name]) for name in ("label", "predicted")]
    click_cell(page, matrices(page).first, *place)
    expect(page.get_by_text(f"真实“{wrong['label']}”，预测“{wrong['predicted']}”")).to_be_visible()
    wanted = {"filter": {"kind": "all", "label": wrong["label"], "predicted": wrong["predicted"]}}
    total = rest(studio, "POST", f"/runs/{run}/evaluations/test_weak/rows", json=wanted)["total"]
    expect(page.get_by_text(f"{total} 行", exact=True)).to_be_visible()
    expect(page.locator("b", has_text="noisy")).to_have_count(0)  # the name of the run is text, not markup


def test_from_a_cell_to_a_rerun_on_corrected_data(page: Page, studio: str, run: str) -> None:
    page.goto(f"{studio}/run?run={run}&lang=zh")
    wrong = mistake(studio, run, "test_strong")
    labels = wrong["labels"]
    click_cell(page, matrices(page).first, labels.index(wrong["label"]), labels.index(wrong["predicted"]))
    title = page.get_by_text(f"真实“{wrong['label']}”，预测“{wrong['predicted']}”")
    expect(title).to_be_visible()
    title.scroll_into_view_if_needed()
    wanted = {"filter": {"kind": "all", "label": wrong["label"], "predicted": wrong["predicted"]}}
    row = rest(studio, "POST", f"/runs/{run}/evaluations/test_strong/rows", json=wanted)["rows"][0]["row"]
    expect(page.get_by_text("最自信的错误")).to_have_count(0)  # the rows shown before have gone
    wait_for(lambda: editor_opens(page), PATIENCE)
    page.keyboard.type(wrong["predicted"])
    page.keyboard.press("Enter")
    save = page.get_by_role("button", name="保存 1 处更正为新版本")
    expect(save).to_be_enabled()
    save.click()
    expect(page.get_by_text("已生成 dataset:noisy@2")).to_be_visible()
    preview = rest(studio, "GET", f"/datasets/noisy@2/preview?offset={row}&limit=1")
    assert preview["rows"][0][preview["columns"].index("label")] == wrong["predicted"]
    page.get_by_role("button", name="用新版本重新运行").click()
    page.wait_for_url(re.compile(rf"run=(?!{run})"))
    again = page.url.split("run=")[1].split("&")[0]
    wait_for(lambda: succeeded(studio, again), PATIENCE)
    document = rest(studio, "GET", f"/runs/{again}")["document"]
    assert document["nodes"]["read"]["params"]["source"] == "dataset:noisy@2"
    expect(page.locator("[data-state=SUCCEEDED]").first).to_be_visible()


def test_saved_thresholds_are_obeyed_by_the_served_model(page: Page, studio: str, run: str) -> None:
    texts = {"texts": ["优惠 特价 抢购", "中奖 转账 冻结"]}
    assert "decision" not in rest(studio, "POST", "/models/noisy@1/predict", json=texts)[0][0]
    rest(studio, "POST", "/deployments", json={"model": "noisy@1", "name": "served"})
    newest = rest(studio, "GET", "/models/noisy")["version"] + 1
    page.goto(f"{studio}/thresholds?model=noisy@1&lang=zh")
    expect(page.get_by_text("没有用测试集")).to_be_visible()
    page.get_by_role("combobox", name="表示正常文本的类别").click()
    page.get_by_role("option", name="没有：每个类别都要达到阈值").click()
    expect(page.get_by_text("达到这个得分才算数")).to_be_visible()
    slider = page.get_by_role("slider").first
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text("0")  # nothing to review yet
    slider.focus()
    page.keyboard.press("End")
    expect(page.get_by_test_id("stMetricValue").nth(1)).not_to_have_text("0")
    page.get_by_role("button", name="存为模型的新版本").click()
    expect(page.get_by_text(f"已保存为 noisy@{newest}。")).to_be_visible()
    page.get_by_role("button", name=f"让服务“served”改用 noisy@{newest}").click()
    advert, fraud = rest(studio, "POST", f"/models/noisy@{newest}/predict", json=texts)
    assert (advert[0]["label"], advert[0]["decision"]) == ("广告", "review")
    assert (fraud[0]["label"], fraud[0]["decision"]) == ("诈骗", "pass")

    def answer() -> Any:
        return rest(studio, "POST", "/deployments/served/predict", json=texts)

    wait_for(lambda: answer()["model"] == f"noisy@{newest}", PATIENCE)
    assert [item[0]["decision"] for item in answer()["results"]] == ["review", "pass"]


def test_a_reproduced_run_gives_identical_figures(page: Page, studio: str, run: str) -> None:
    page.goto(f"{studio}/run?run={run}&lang=zh")
    page.get_by_role("button", name="复现").click()
    page.wait_for_url(re.compile(rf"run=(?!{run})"))
    again = page.url.split("run=")[1].split("&")[0]
    wait_for(lambda: succeeded(studio, again), PATIENCE)
    expect(page.get_by_text("复现成功")).to_be_visible()
    found = rest(studio, "GET", f"/runs/{again}/reproduction")
    assert found["different"] == {}
    assert "test_strong:test/macro_f1" in found["same"]
