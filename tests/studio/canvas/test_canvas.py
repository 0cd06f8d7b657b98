"""Python's side of the canvas: changes, words, what is sent to the browser."""

import re
from pathlib import Path

import pytest

from inkstone.backend.states import NodeState, RunState
from inkstone.components.registry import registry
from inkstone.components.spec import Category, PortType
from inkstone.studio import canvas as canvas_module
from inkstone.studio.canvas import apply_change
from inkstone.studio.canvas.texts import TEXTS, texts_in
from inkstone.studio.designer.settings import read_value
from inkstone.studio.designer.texts import TEXTS as DESIGNER_TEXTS
from inkstone.studio.designer.texts import plain

SOURCES = Path(canvas_module.__file__).parent / "frontend" / "src"


def change(nodes: dict | None = None, fields: dict | None = None) -> dict:
    return {"sequence": 1, "generation": 0, "patch": {"nodes": nodes or {}, "fields": fields or {}}}


def test_a_change_moves_adds_and_removes_nodes() -> None:
    document = {"name": "x", "nodes": {"a": {"component": "data.clean@1", "position": [0, 0], "title": "A"}, "b": {}}}
    patch = {"a": {"position": [5, 6], "title": None}, "b": None, "c": {"component": "data.split@1", "params": {}}}
    after = apply_change(document, change(patch, {"notes": [{"text": "n", "position": [0, 0]}]}))
    assert after["nodes"] == {
        "a": {"component": "data.clean@1", "position": [5, 6]},
        "c": {"component": "data.split@1", "params": {}},
    }
    assert after["notes"][0]["text"] == "n"
    assert document["nodes"]["a"]["position"] == [0, 0]


def test_a_late_change_of_a_removed_node_brings_nothing_back() -> None:
    assert apply_change({"nodes": {}}, change({"a": {"position": [1, 1]}}))["nodes"] == {}


def test_every_port_type_category_and_state_has_words_and_a_colour() -> None:
    style = (SOURCES / "styles" / "node.css").read_text("utf-8")
    for port in PortType:
        assert f"port_{port.value}" in TEXTS
        assert f".port-{port.value}," in style
    for category in Category:
        assert f"category_{category.value}" in TEXTS
        assert f".category-{category.value} " in style
    assert all(f"state_{state.value}" in TEXTS for state in NodeState)
    assert all(f"run_{state.value}" in TEXTS for state in RunState)


def test_every_text_that_the_canvas_asks_for_is_there() -> None:
    asked = set()
    for file in SOURCES.rglob("*.js*"):
        if "spans" in file.parts:  # the bench for entities takes its words from the catalogue of the pages
            continue
        text = file.read_text("utf-8")
        asked |= set(re.findall(r"\btexts\.([a-zA-Z_]+)\b", text))
        asked |= set(re.findall(r'key: "((?:refuse|paste|group|align)_[a-z_]+)"', text))
    assert asked
    assert asked <= set(TEXTS)


@pytest.mark.parametrize("texts", [TEXTS, DESIGNER_TEXTS])
def test_texts_are_complete_and_have_the_same_slots(texts: dict) -> None:
    for key, words in texts.items():
        assert words.zh.strip(), key
        assert words.en.strip(), key
        assert sorted(re.findall(r"\{(\w+)\}", words.zh)) == sorted(re.findall(r"\{(\w+)\}", words.en)), key
        assert not re.search(r"[\u4e00-\u9fff]", words.en), key


def test_the_browser_gets_one_language_and_no_parameters() -> None:
    specs = tuple(item.spec for item in registry().values())
    _, entries = canvas_module._palette(specs, "en")
    split = next(entry for entry in entries if entry["id"] == "data.split")
    assert "params" not in split
    assert isinstance(split["title"], str)
    assert "划分" in split["search"]
    assert texts_in("zh")["run"] == "运行"


@pytest.mark.parametrize(
    ("text", "value"),
    [("3e-4", 3e-4), ("7", 7), ("true", True), ("微博", "微博"), ("[1, 2]", "[1, 2]"), ("a: [", "a: [")],
)
def test_values_of_variables_are_read_as_yaml_scalars(text: str, value: object) -> None:
    assert read_value(text) == value


def test_a_users_words_are_no_markdown() -> None:
    assert plain("a*b <b>$x$") == r"a\*b \<b\>\$x\$"
