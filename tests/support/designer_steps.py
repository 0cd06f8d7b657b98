"""What the tests of the Designer do again and again in a browser."""

import json
import random
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, expect

WORDS = {
    "广告": ["优惠", "特价", "抢购", "折扣"],
    "诈骗": ["中奖", "转账", "验证码", "冻结"],
    "正常": ["会议", "晚饭", "天气", "作业"],
}


def messages(path: Path) -> Path:
    choose = random.Random(5)
    lines = ["text,label"]
    for number in range(150):
        label = choose.choice(list(WORDS))
        lines.append(f"{' '.join(choose.choices(WORDS[label], k=4))} 第{number}条,{label}")
    path.write_text("\n".join(lines), "utf-8")
    return path


def wait_for(condition, seconds: float = 60):
    """Wait until a condition holds; refused connections count as not yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError("it never came true")


def open_blank(page: Page, studio: str, name: str) -> str:
    page.goto(f"{studio}/designer")
    page.locator(".st-key-blank_name input").fill(name)
    page.locator(".st-key-blank_name input").press("Enter")
    page.locator(".st-key-blank_create button").click()
    page.wait_for_url("**/designer?pipeline=*")
    expect(page.locator(".react-flow")).to_be_visible()
    return page.url.split("pipeline=")[1].split("&")[0]


def open_template(page: Page, studio: str) -> None:
    page.goto(f"{studio}/templates?template=text-risk-control")
    page.locator(".st-key-on_canvas button").click()
    page.wait_for_url("**/designer?pipeline=*")
    expect(page.locator("[data-node=register]")).to_be_visible()


def drop(page: Page, component: str, x: float, y: float) -> None:
    """Drag a component from the palette to a place on the canvas."""
    before = page.locator("[data-node]").count()
    page.locator(f'.item[data-component="{component}"]').drag_to(
        page.locator(".react-flow__pane"), target_position={"x": x, "y": y}
    )
    expect(page.locator("[data-node]")).to_have_count(before + 1)


def connect(page: Page, source: str, target: str) -> None:
    start = page.locator(f'.outputs [data-port="{source}"]').bounding_box()
    end = page.locator(f'.inputs [data-port="{target}"]').bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=5)
    page.mouse.up()


def settled(page: Page) -> None:
    """Wait until the canvas has sent what changed and the page has saved it."""
    page.wait_for_timeout(350)
    page.wait_for_function("() => !document.querySelector('[data-stale=true]')")
    expect(
        page.locator("[data-test-script-state=notRunning], .stApp[data-test-script-state=notRunning]").first
    ).to_be_attached()


def draft(studio: str, pipeline: str) -> dict:
    with urllib.request.urlopen(f"{studio}/api/v1/pipelines/{pipeline}") as answer:
        return json.load(answer)["document"]


def states(page: Page) -> dict[str, str]:
    found = page.locator("[data-node]").evaluate_all("all => all.map(item => [item.dataset.node, item.dataset.state])")
    return dict(found)


def mounts(page: Page) -> str | None:
    return page.locator("[data-mount]").get_attribute("data-mount")


def field(page: Page, name: str):
    """The input of a parameter in the panel."""
    return page.locator(f'.st-key-designer_panel [class*="st-key-form_"][class*="-{name}"] input').first


def choose(page: Page, name: str, option: str) -> None:
    """Choose an option in a picker of the panel."""
    field(page, name).click()
    page.get_by_role("option", name=option, exact=True).click()


def write(page: Page, name: str, text: str) -> None:
    field(page, name).fill(text)
    field(page, name).press("Enter")
