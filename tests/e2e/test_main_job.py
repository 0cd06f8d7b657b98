"""The main job in a real browser: from a dropped file to a model that answers on its demo page, in both languages."""

import csv
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = pytest.mark.browser
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
PATIENCE = 120_000  # milliseconds; a busy machine may need them
WORDS = {
    "广告": ["限时优惠，买{}送{}，点击下单", "加微信{}领取{}元红包", "新店开业{}折，前{}名有礼"],
    "诈骗": [
        "您的账户{}异常，请点击链接验证{}",
        "恭喜中奖{}万元，先汇款{}元手续费",
        "公安局{}号通知，请转账{}到安全账户",
    ],
    "正常": ["明天{}点开会，记得带第{}份材料", "晚上一起吃饭吗，{}号楼{}层见", "快递放在{}号柜{}格了"],
}
SAYS = {
    "zh": {
        "start": "开始",
        "run": "运行",
        "done": "成功",
        "try": "试用",
        "predict": "预测",
        "matrix": "混淆矩阵",
        "model": "模型",
    },
    "en": {
        "start": "Start",
        "run": "Run",
        "done": "Succeeded",
        "try": "Try it",
        "predict": "Predict",
        "matrix": "Confusion matrix",
        "model": "Model",
    },
}


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a small labelled file: odd column names, and a label in two spellings."""
    path = tmp_path_factory.mktemp("data") / "messages.csv"
    picks = random.Random(3)
    with path.open("w", newline="", encoding="gb18030") as file:
        writer = csv.writer(file)
        writer.writerow(["编号", "消息内容", "备注", "类别"])
        for number in range(240):
            label = list(WORDS)[number % 3]
            text = picks.choice(WORDS[label]).format(picks.randint(1, 999), picks.randint(1, 99))
            writer.writerow([number, text, "无", label + " " if number % 40 == 0 else label])
    return path


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start ``inkstone up`` with an empty home, end it with Ctrl-C."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    home = tmp_path_factory.mktemp("main-job")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "INKSTONE_HOME": str(home), "OMP_NUM_THREADS": "1"}
    environment.pop("INKSTONE_DATABASE_URL", None)
    command = [str(Path(sys.executable).with_name("inkstone")), "up", "--no-browser", "--port", str(port)]
    log = (home / "up.log").open("w")
    studio = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", studio)
        yield f"http://127.0.0.1:{port}"
    finally:
        studio.send_signal(signal.SIGINT)
        code = studio.wait(60)
        log.close()
    assert code in (0, 130), (home / "up.log").read_text()[-3000:]


def wait_for(address: str, studio: "subprocess.Popen[bytes]") -> None:
    for _ in range(480):
        assert studio.poll() is None, "inkstone up has ended"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.25)
    pytest.fail("the studio did not come up")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield instance
        instance.close()


@pytest.fixture(params=["zh", "en"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """Open a browser of a language; an error of a script or a forbidden request fails the test."""
    locale = {"zh": "zh-CN", "en": "en-US"}[request.param]
    context = browser.new_context(locale=locale, viewport={"width": 1440, "height": 1200})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    opened.on("request", lambda asked: wrong.append(asked.url) if _outside(asked.url) else None)
    opened.language = request.param  # type: ignore[attr-defined]
    yield opened
    context.close()
    assert not wrong


def _outside(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a select box."""
    page.get_by_role("combobox", name=label).first.click()
    page.get_by_role("option", name=option, exact=True).click()


def test_from_a_file_to_a_model_that_answers(page: Page, address: str, messages: Path) -> None:
    says = SAYS[page.language]  # type: ignore[attr-defined]
    page.goto(f"{address}/start?template=text-risk-control")  # a deep link is the first thing this server sees
    page.set_input_files("input[type=file]", str(messages))
    expect(page.get_by_text("␣").first).to_be_visible()
    text, label = ("文本列", "标签列") if says is SAYS["zh"] else ("Text", "Label")
    choose(page, text, "消息内容")
    choose(page, label, "类别")
    epochs = page.get_by_role("spinbutton").first
    epochs.fill("1")
    epochs.press("Enter")
    button(page, says["run"]).click()
    page.wait_for_url("**/run?**")
    expect(page.locator("[data-state=SUCCEEDED]").first).to_have_text(says["done"])
    expect(page.get_by_role("heading", name=says["matrix"])).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.locator(".ink-table").get_by_text("诈骗")).to_be_visible()
    page.get_by_role("button", name=f"{says['model']} text-risk-control").click()
    page.wait_for_url("**/models?**")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=says["try"]).click()
    demo = opened.value
    demo.set_default_timeout(PATIENCE)
    demo.locator("textarea").first.fill("您的账户异常，请点击链接验证")
    demo.get_by_role("button", name=says["predict"], exact=True).click()
    expect(demo.get_by_test_id("label-output-value")).to_have_text("诈骗", timeout=PATIENCE)


def test_a_bad_file_is_explained_and_leaves_nothing(page: Page, address: str, tmp_path: Path) -> None:
    bad = tmp_path / "photo.csv"
    bad.write_bytes(bytes(range(256)) * 40)
    page.goto(f"{address}/data")
    page.set_input_files("input[type=file]", str(bad))
    expect(page.locator(".ink-problem")).to_be_visible()
    expect(page.locator(".ink-problem code")).to_contain_text("data.")
    page.reload()
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.get_by_text("photo.csv")).to_have_count(0)
