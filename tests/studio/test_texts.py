"""The catalogue: both languages say the same things, and every text that a page asks for is there."""

import ast
import json
import re
import string
from pathlib import Path

import inkstone.studio
from inkstone.backend.states import NodeState, RunState

STUDIO = Path(inkstone.studio.__file__).parent
CATALOGUES = {name: json.loads((STUDIO / "texts" / f"{name}.json").read_text("utf-8")) for name in ("zh", "en")}


def slots(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def asked_for() -> list[tuple[str, str]]:
    """Return (file, key or beginning of a key) for every ``t(...)`` and ``words["..."]`` of the studio."""
    found = []
    for path in [*STUDIO.glob("*.py"), *STUDIO.glob("pages/*.py"), *STUDIO.glob("parts/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t" and node.args:
                for key in _keys(node.args[0]):
                    found.append((path.name, key))
    return found


def _keys(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _keys(node.body) + _keys(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return [_beginning(node) + "*"]
    return []


def _beginning(node: ast.JoinedStr) -> str:
    first = node.values[0]
    return first.value if isinstance(first, ast.Constant) else ""


def test_both_languages_have_the_same_keys() -> None:
    assert set(CATALOGUES["zh"]) == set(CATALOGUES["en"])


def test_both_languages_fill_the_same_slots() -> None:
    for key, words in CATALOGUES["zh"].items():
        assert slots(words) == slots(CATALOGUES["en"][key]), key
        assert words.strip() and CATALOGUES["en"][key].strip(), key


def test_every_key_that_a_page_uses_exists() -> None:
    known = set(CATALOGUES["zh"])
    missing = [
        (file, key)
        for file, key in asked_for()
        if not (key in known or (key.endswith("*") and any(item.startswith(key[:-1]) for item in known)))
    ]
    assert not missing


def test_no_text_is_left_over() -> None:
    used = asked_for()
    source = "".join(path.read_text("utf-8") for path in STUDIO.rglob("*.py"))
    exact = {key for _, key in used} | set(re.findall(r"\"([a-z_]+\.[a-z0-9_]+)\"", source))
    beginnings = tuple(key[:-1] for _, key in used if key.endswith("*") and len(key) > 1)
    beginnings += tuple(re.findall(r"f\"([a-z_]+\.)\{", source))
    assert not [key for key in CATALOGUES["zh"] if key not in exact and not key.startswith(beginnings)]


def test_every_state_has_a_name() -> None:
    assert {f"state.{state.value}" for state in [*RunState, *NodeState]} <= set(CATALOGUES["zh"])
