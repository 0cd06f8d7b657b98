"""Labelling in a real browser: classes by keys, entities by mouse and keyboard."""

import json
import urllib.request

import pytest
from designer_steps import wait_for
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def asked(studio: str, path: str):
    with urllib.request.urlopen(f"{studio}/api/v1/datasets/{path}") as answer:
        return json.load(answer)


def settled(page: Page) -> None:
    """Wait until the page has been drawn to its end, as a person does who reads the next text."""
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_attached()


def test_classes_by_keys_two_labels_skip_and_undo(page: Page, studio: str) -> None:
    page.goto(f"{studio}/labelling?dataset=messages&version=1&lang=zh")
    expect(page.get_by_text("第 0 行")).to_be_visible()
    expect(page.locator('[class*="st-key-label_"] button').nth(2)).to_be_enabled()
    page.keyboard.press("2")
    expect(page.get_by_text("第 1 行")).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_text("第 2 行")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("第 1 行")).to_be_visible()
    page.get_by_role("radio", name="两个标签").click()
    settled(page)
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="只要一个")).to_be_visible()  # drawn last: the keys are there again
    expect(page.get_by_text("再选第二个类别")).to_be_visible()
    settled(page)
    page.keyboard.press("3")
    expect(page.get_by_text("第 2 行")).to_be_visible()
    entries = [item for item in asked(studio, "messages@1/labels") if item["kind"] == "class"]
    classes = asked(studio, "messages@1/label-queue?limit=1")["classes"]
    assert [(item["row"], item["labels"], item["undone_at"] is None) for item in entries] == [
        (1, [classes[0], classes[2]], True),
        (1, [], False),
        (0, [classes[1]], True),
    ]
    assert all(item["by"] and item["at"] for item in entries)


def test_entities_by_keyboard_and_mouse_become_a_version(page: Page, studio: str) -> None:
    page.goto(f"{studio}/labelling?dataset=messages&version=1&lang=zh")
    page.get_by_text("文本中的实体").click()
    text = page.locator(".inkstone-spans .text")
    first = text.inner_text()
    for name in ("词", "编号"):
        page.locator(".inkstone-spans .new-type").fill(name)
        page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("1")
    expect(page.locator(".inkstone-spans .in-span")).to_have_text(first[:2])
    box = page.locator(".inkstone-spans .piece").last.bounding_box()
    page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator('.inkstone-spans [data-type="编号"]').click()
    expect(page.locator(".inkstone-spans .tag")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(page.locator(".inkstone-spans .tag")).to_have_count(1)
    page.locator(".inkstone-spans .tag button").click()
    expect(page.locator(".inkstone-spans .tag")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(".inkstone-spans .tag")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_text("第 1 行")).to_be_visible()
    expect(text).not_to_have_text(first)  # the page knows of the next row before the frame of the text does
    settled(page)
    page.keyboard.press("u")  # the last text comes back with what was marked in it
    expect(page.get_by_text("第 0 行")).to_be_visible()
    expect(page.locator(".inkstone-spans .tag")).to_have_text("词×")
    settled(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("第 1 行")).to_be_visible()
    assert asked(studio, "messages@1/spans/0")["spans"] == [{"start": 0, "end": 2, "label": "词"}]
    page.get_by_role("button", name="生成新版本").click()
    wait_for(lambda: asked(studio, "messages")["roles"].get("entities") == "entities")
    made = asked(studio, "messages")
    assert (made["rows"], made["made"]["how"]) == (1, "spans")
