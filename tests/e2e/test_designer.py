"""The Designer in a real browser, with a real server, supervisor and run processes."""

import pytest
from designer_steps import choose, connect, draft, drop, mounts, open_blank, open_template, states, wait_for, write
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_graph_from_a_blank_canvas_runs_to_the_end(page: Page, studio: str) -> None:
    pipeline = open_blank(page, studio, "built by hand")
    page.locator(".react-flow__controls-zoomout").click()
    page.locator(".react-flow__controls-zoomout").click()
    places = {
        "data.read_table": (20, 300), "data.map_columns": (190, 300), "data.clean": (360, 300), "data.split": (530, 300),
        "train.text_classification": (700, 160), "train.ngram_baseline": (700, 460), "evaluate.classification": (870, 160),
        "deliver.register_model": (900, 420),
    }  # fmt: skip
    for component, (x, y) in places.items():
        drop(page, component, x, y)
    page.keyboard.press("l")
    page.wait_for_timeout(500)
    edges = [
        ("read_table.table", "map_columns.table"), ("map_columns.table", "clean.table"), ("clean.table", "split.table"),
        ("split.train", "text_classification.train"), ("split.dev", "text_classification.dev"),
        ("split.train", "ngram_baseline.train"), ("split.dev", "ngram_baseline.dev"),
        ("text_classification.model", "classification.model"), ("split.test", "classification.table"),
        ("text_classification.model", "register_model.models"), ("ngram_baseline.model", "register_model.models"),
        ("text_classification.metrics", "register_model.dev_metrics"), ("ngram_baseline.metrics", "register_model.dev_metrics"),
        ("classification.metrics", "register_model.test_metrics"),
    ]  # fmt: skip
    for number, (source, target) in enumerate(edges, 1):
        connect(page, source, target)
        expect(page.locator(".react-flow__edge")).to_have_count(number)

    connect(page, "read_table.table", "classification.model")  # a table is no model
    expect(page.locator(".toast")).to_contain_text("类型不符")
    expect(page.locator(".react-flow__edge")).to_have_count(len(edges))

    page.locator("[data-node=read_table]").click()
    choose(page, "source", "dataset:messages@1")
    page.locator("[data-node=map_columns]").click()
    choose(page, "text", "text")
    choose(page, "label", "label")
    page.locator("[data-node=text_classification]").click()
    write(page, "epochs", "1")
    page.locator("[data-node=register_model]").click()
    write(page, "name", "by-hand")
    expect(page.locator(".has-problems")).to_have_count(0)
    wait_for(lambda: draft(studio, pipeline)["nodes"]["register_model"]["params"].get("name") == "by-hand")
    assert draft(studio, pipeline)["nodes"]["map_columns"]["params"] == {"text": "text", "label": "label"}

    page.locator(".toolbar .run").first.click()
    expect(page.locator(".run-state")).to_have_text("运行成功", timeout=150_000)
    assert set(states(page).values()) == {"SUCCEEDED"}

    page.locator("[data-node=classification]").click(button="right")
    page.get_by_role("menuitem", name="从此处运行").click()
    expect(page.locator(".run-state")).not_to_have_text("运行成功")
    expect(page.locator(".run-state")).to_have_text("运行成功", timeout=90_000)
    found = states(page)
    assert found["classification"] == found["register_model"] == "SUCCEEDED"
    assert {found[node] for node in ("read_table", "split", "text_classification")} == {"CACHED"}

    page.locator("[data-node=classification]").dblclick()
    expect(page.get_by_role("dialog")).to_contain_text("准确率")
    assert mounts(page) == "1"


def test_editing_undo_versions_and_reload(page: Page, studio: str) -> None:
    open_template(page, studio)
    pipeline = page.url.split("pipeline=")[1].split("&")[0]
    original = draft(studio, pipeline)
    page.locator(".st-key-open_versions button").click()
    page.get_by_role("dialog").get_by_label("版本名称").fill("as shipped")
    page.get_by_role("dialog").get_by_role("button", name="保存为版本").click()
    expect(page.get_by_role("dialog")).to_contain_text("as shipped")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    nodes = page.locator("[data-node]")
    before = nodes.count()
    page.locator("[data-node=register]").click()
    page.keyboard.press("Delete")
    expect(nodes).to_have_count(before - 1)
    page.locator("[data-node=train]").click()
    page.keyboard.press("Control+c")
    page.locator(".react-flow__pane").click(position={"x": 300, "y": 60})
    for number in range(3):
        page.keyboard.press("Control+v")
        expect(nodes).to_have_count(before + number)
    page.locator("[data-node=split]").click()
    page.keyboard.press("d")
    expect(page.locator("[data-node=split].is-disabled")).to_be_visible()
    page.keyboard.press("F2")
    expect(page.locator("[data-node=split] input")).to_be_focused()
    page.keyboard.type("my split")
    page.keyboard.press("Enter")
    expect(page.locator("[data-node=split] .title")).to_have_text("my split")
    page.keyboard.press("Control+a")
    expect(page.locator("[data-node].is-selected")).to_have_count(before + 2)
    page.keyboard.press("g")
    expect(page.locator(".frame input")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".frame")).to_be_visible()
    page.keyboard.press("n")
    expect(page.locator(".note")).to_be_visible()
    page.locator(".react-flow__pane").click(position={"x": 300, "y": 60})
    page.locator("[data-node=read]").click()
    page.keyboard.press("ArrowDown")
    wait_for(lambda: draft(studio, pipeline)["nodes"]["read"]["position"] != original["nodes"]["read"]["position"])
    changed = draft(studio, pipeline)
    assert "register" not in changed["nodes"]
    assert len([name for name in changed["nodes"] if name.startswith("train_")]) == 3
    assert changed["nodes"]["split"]["title"] == "my split"
    assert len(changed["groups"]) == len(changed["notes"]) == 1

    page.reload()
    expect(page.locator("[data-node=split] .title")).to_have_text("my split")
    expect(nodes).to_have_count(len(changed["nodes"]))
    assert draft(studio, pipeline) == changed
    page.locator("[data-node=read]").click()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
        expect(page.locator(".toolbar .tool").nth(0)).to_be_enabled()
        page.keyboard.press("d")
    wait_for(lambda: draft(studio, pipeline)["nodes"]["read"]["position"] != changed["nodes"]["read"]["position"])
    for _ in range(10):
        page.keyboard.press("Control+z")
    wait_for(lambda: draft(studio, pipeline) == changed)
    expect(page.locator(".toolbar .tool").nth(0)).to_be_disabled()

    page.locator(".st-key-open_versions button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="恢复").last.click()
    expect(page.locator("[data-node=register]")).to_be_visible()
    wait_for(lambda: draft(studio, pipeline) == original)
    page.locator(".react-flow__pane").click(position={"x": 300, "y": 60})
    page.keyboard.press("Control+z")  # restoring is a step like any other
    wait_for(lambda: draft(studio, pipeline) == changed)
    assert mounts(page) == "1"


def test_two_tabs_never_overwrite_one_another(page: Page, studio: str) -> None:
    open_template(page, studio)
    pipeline = page.url.split("pipeline=")[1].split("&")[0]
    other = page.context.new_page()
    other.set_default_timeout(60_000)
    other.goto(page.url)
    other.locator("[data-node=clean]").click()
    other.keyboard.press("d")
    wait_for(lambda: draft(studio, pipeline)["nodes"]["clean"]["enabled"] is False)
    page.locator("[data-node=split]").click()
    page.keyboard.press("d")
    expect(page.locator(".st-key-designer_conflict")).to_be_visible()
    assert draft(studio, pipeline)["nodes"]["split"]["enabled"] is True
    page.locator(".st-key-copy_mine button").click()
    page.wait_for_url(lambda address: pipeline not in address)
    mine = page.url.split("pipeline=")[1].split("&")[0]
    expect(page.locator("[data-node=split].is-disabled")).to_be_visible()
    assert draft(studio, mine)["nodes"]["clean"]["enabled"] is True
    assert draft(studio, pipeline)["nodes"]["clean"]["enabled"] is False


def test_a_reload_in_mid_run_finds_everything(page: Page, studio: str) -> None:
    open_template(page, studio)
    page.locator("[data-node=train]").click()
    page.locator(".toolbar .run").first.click()
    expect(page.locator("[data-node=train]")).to_have_attribute("data-state", "RUNNING", timeout=60_000)
    finished = {node for node, state in states(page).items() if state == "SUCCEEDED"}
    page.reload()
    expect(page.locator("[data-node=train]")).to_have_attribute("data-state", "RUNNING")
    assert finished <= {node for node, state in states(page).items() if state in {"SUCCEEDED", "CACHED"}}
    expect(page.locator("[data-node=train] [role=progressbar]")).to_be_visible()
    page.locator(".toolbar .run.stop").click()
    expect(page.locator(".run-state")).to_have_text("已停止", timeout=60_000)
    assert mounts(page) == "1"


def test_offers_problems_variables_and_templates(page: Page, studio: str) -> None:
    pipeline = open_blank(page, studio, "offers")
    page.locator(".board").click(position={"x": 400, "y": 300})
    page.keyboard.press("a")
    page.keyboard.type("read")
    page.keyboard.press("Enter")
    expect(page.locator("[data-node=read_table].is-selected")).to_be_visible()
    expect(page.locator(".has-problems")).to_be_visible()

    start = page.locator('.outputs [data-port="read_table.table"]').bounding_box()
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 200, start["y"] + 60, steps=5)
    page.mouse.up()
    offered = page.locator(".offers [role=option]")
    expect(offered.first).to_be_visible()
    assert "登记模型" not in "".join(offered.all_text_contents())
    page.keyboard.type("列映射")
    page.keyboard.press("Enter")
    expect(page.locator(".react-flow__edge")).to_have_count(1)
    page.keyboard.press("c")  # connecting without a mouse
    page.keyboard.type("清洗")
    page.keyboard.press("Enter")
    expect(page.locator(".react-flow__edge")).to_have_count(2)

    page.locator(".has-problems").click()
    page.locator(".problems li", has_text="source").first.click()
    expect(page.locator("[data-node=read_table].is-selected")).to_be_visible()
    page.keyboard.press("Escape")
    choose(page, "source", "dataset:messages@1")
    wait_for(lambda: draft(studio, pipeline)["nodes"]["read_table"]["params"].get("source") == "dataset:messages@1")
    page.get_by_role("button", name="撤销").click()
    wait_for(lambda: "source" not in draft(studio, pipeline)["nodes"]["read_table"]["params"])

    page.locator(".st-key-designer_more button").click()
    page.get_by_role("menuitem", name="存为模板").or_(page.get_by_role("option", name="存为模板")).click()
    page.locator(".st-key-share_name input").fill("our-own")
    page.locator(".st-key-share_name input").press("Enter")
    page.locator(".st-key-share_go button").click()
    expect(page.get_by_text("已存为模板“our-own”")).to_be_visible()
    page.goto(f"{studio}/templates?template=our-own")
    expect(page.locator("[data-node=map_columns]")).to_be_visible()
    assert page.locator(".palette").count() == 0
