"""Arranging, copying and configuring on the canvas, in a real browser."""

import pytest
from designer_steps import draft, open_blank, open_template, wait_for
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def position(studio: str, pipeline: str, node: str) -> list[float]:
    return draft(studio, pipeline)["nodes"][node]["position"]


def pipeline_of(page: Page) -> str:
    return page.url.split("pipeline=")[1].split("&")[0]


def press_free_place(page: Page) -> None:
    page.locator(".react-flow__pane").click(position={"x": 250, "y": 40})


def test_arrow_keys_in_one_burst_are_one_step_and_undo_works_from_the_page(page: Page, studio: str) -> None:
    open_template(page, studio)
    pipeline = pipeline_of(page)
    start = position(studio, pipeline, "read")
    page.locator("[data-node=read]").click()
    expect(page.locator("[data-node=read].is-selected")).to_be_visible()
    page.locator('.react-flow__node[data-id="read"]').evaluate(
        """async node => {
          for (let number = 0; number < 6; number += 1) {
            node.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
            await new Promise(requestAnimationFrame);
          }
        }"""
    )  # as fast as a key that is held down, whatever else the machine does
    wait_for(lambda: position(studio, pipeline, "read")[1] == start[1] + 30)
    page.locator(".designer-title").click()  # the focus leaves the canvas
    page.keyboard.press("Control+z")
    wait_for(lambda: position(studio, pipeline, "read") == start)
    page.keyboard.press("Control+y")
    wait_for(lambda: position(studio, pipeline, "read")[1] == start[1] + 30)
    press_free_place(page)
    name = page.locator('[class*="st-key-settings_"][class*="-name"] input').first
    name.fill("another name")
    page.keyboard.press("Control+z")  # inside a text field this is the browser's own
    expect(name).not_to_have_value("another name")
    assert position(studio, pipeline, "read")[1] == start[1] + 30


def test_nodes_are_aligned(page: Page, studio: str) -> None:
    open_template(page, studio)
    pipeline = pipeline_of(page)
    page.locator("[data-node=read]").click()
    page.locator("[data-node=clean]").click(modifiers=["Control"])
    page.locator("[data-node=split]").click(modifiers=["Control"])
    page.get_by_role("button", name="对齐").click()
    page.get_by_role("menuitem", name="左对齐").click()
    wait_for(lambda: len({position(studio, pipeline, node)[0] for node in ("read", "clean", "split")}) == 1)


def test_nodes_are_pasted_into_another_pipeline(page: Page, studio: str) -> None:
    open_template(page, studio)
    source = draft(studio, pipeline_of(page))
    page.locator("[data-node=clean]").click()
    page.locator("[data-node=split]").click(modifiers=["Control"])
    page.keyboard.press("Control+c")
    other = open_blank(page, studio, "pasted into")
    page.locator(".board").click(position={"x": 400, "y": 300})
    page.keyboard.press("Control+v")
    expect(page.locator("[data-node]")).to_have_count(2)
    expect(page.locator(".react-flow__edge")).to_have_count(3)  # those between them travel along
    wait_for(lambda: len(draft(studio, other)["nodes"]) == 2)
    pasted = draft(studio, other)["nodes"]
    assert pasted["clean"]["params"] == source["nodes"]["clean"]["params"]
    assert pasted["clean"].get("inputs", {}) == {}
    assert pasted["split"]["inputs"] == source["nodes"]["split"]["inputs"]


def test_a_group_is_dragged_with_its_nodes(page: Page, studio: str) -> None:
    open_template(page, studio)
    pipeline = pipeline_of(page)
    page.locator("[data-node=read]").click()
    page.locator("[data-node=columns]").or_(page.locator("[data-node=map]")).first.click(modifiers=["Control"])
    page.keyboard.press("g")
    expect(page.locator(".frame input")).to_be_focused()
    page.keyboard.press("Enter")
    wait_for(lambda: bool(draft(studio, pipeline).get("groups")))
    document = draft(studio, pipeline)
    members = document["groups"][0]["nodes"]
    before = {node: item["position"] for node, item in document["nodes"].items()}
    frame = page.locator(".frame").bounding_box()
    page.mouse.move(frame["x"] + 60, frame["y"] + 12)
    page.mouse.down()
    page.mouse.move(frame["x"] + 60, frame["y"] + 92, steps=6)
    page.mouse.up()
    wait_for(lambda: position(studio, pipeline, members[0]) != before[members[0]])
    after = {node: item["position"] for node, item in draft(studio, pipeline)["nodes"].items()}
    moved = {node: [new - old for new, old in zip(after[node], before[node], strict=True)] for node in before}
    assert moved[members[0]] == moved[members[1]]
    assert {node for node in before if moved[node] != [0, 0]} == set(members)
    page.keyboard.press("Control+z")
    wait_for(lambda: {node: item["position"] for node, item in draft(studio, pipeline)["nodes"].items()} == before)


def test_variables_are_kept_and_listed_by_the_run_dialog(page: Page, studio: str) -> None:
    pipeline = open_blank(page, studio, "with variables")
    page.get_by_label("变量", exact=True).fill("lr")
    page.get_by_label("值", exact=True).fill("3e-4")
    page.keyboard.press("Enter")
    wait_for(lambda: draft(studio, pipeline).get("variables") == {"lr": 0.0003})
    page.locator(".toolbar .run.more").click()
    page.get_by_role("menuitem", name="设置后运行").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("lr", exact=True)).to_have_value("0.0003")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="删除", exact=True).click()
    wait_for(lambda: draft(studio, pipeline).get("variables") == {})
