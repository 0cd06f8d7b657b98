"""The bundle: what it is made of, when it is built, what it asks for."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FRONTEND = ROOT / "inkstone/studio/canvas/frontend"


@pytest.fixture(scope="module")
def hook():
    pytest.importorskip("hatchling")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path, hook) -> Path:
    """A checkout with the sources of the canvas and a bundle as a build leaves it."""
    frontend = tmp_path / hook.FRONTEND
    shutil.copytree(FRONTEND, frontend, ignore=shutil.ignore_patterns("node_modules"))
    output = tmp_path / hook.OUTPUT
    output.mkdir(parents=True)
    (output / "canvas-abc.js").write_text("export default 1")
    (output / hook.STAMP).write_text(hook.digest(frontend))
    return tmp_path


def made(hook, root: Path):
    class App:
        def __init__(self) -> None:
            self.said: list[str] = []

        def display_info(self, words: str) -> None:
            self.said.append(words)

        display_warning = display_info

    app = App()
    return hook.FrontendHook(str(root), {}, None, None, str(root), "wheel", app), app


def test_with_nothing_changed_nothing_is_built_and_no_node_is_asked_for(hook, tree: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    built, app = made(hook, tree)
    assert built.dependencies() == []
    built.initialize("standard", {})
    assert app.said == ["canvas: up to date"]


@pytest.mark.parametrize("changed", ["src/index.jsx", "src/styles/base.css", "package-lock.json", "vite.config.js"])
def test_a_changed_source_makes_the_bundle_stale(hook, tree: Path, changed: str) -> None:
    file = tree / hook.FRONTEND / changed
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    assert not hook.is_fresh(tree / hook.FRONTEND, tree / hook.OUTPUT)


def test_a_stale_bundle_without_node_asks_for_the_wheel(hook, tree: Path, monkeypatch) -> None:
    (tree / hook.OUTPUT / hook.STAMP).unlink()
    built, _ = made(hook, tree)
    monkeypatch.setenv("PATH", "")
    assert built.dependencies() == [hook.NODE_WHEEL]
    monkeypatch.setenv("INKSTONE_SKIP_FRONTEND", "1")
    assert built.dependencies() == []


def test_a_source_archive_with_the_bundle_ready_builds_nothing(hook, tree: Path) -> None:
    shutil.rmtree(tree / hook.FRONTEND)
    assert hook.is_fresh(tree / hook.FRONTEND, tree / hook.OUTPUT)


def test_the_installed_bundle_belongs_to_these_sources(hook) -> None:
    if os.environ.get("INKSTONE_SKIP_FRONTEND") == "1":
        pytest.skip("the bundle was left out (INKSTONE_SKIP_FRONTEND=1)")
    assert hook.is_fresh(FRONTEND, ROOT / hook.OUTPUT), "run: pip install --no-deps -e ."


def test_the_lock_file_names_no_host_and_pins_every_package() -> None:
    text = (FRONTEND / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    packages = {name: facts for name, facts in json.loads(text)["packages"].items() if name}
    assert packages
    assert all(facts["integrity"].startswith("sha512-") for facts in packages.values())


def test_no_bundle_and_no_third_party_code_in_the_repository() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    tracked = subprocess.run(
        ["git", "ls-files", "inkstone/studio/canvas"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert tracked
    assert not [name for name in tracked if "node_modules" in name or "/static/" in name]


def test_sources_are_small_and_show_no_html_of_users() -> None:
    for file in [*(FRONTEND / "src").rglob("*.js*")]:
        text = file.read_text("utf-8")
        assert len(text.splitlines()) < 300, file
        assert not re.search(r"dangerouslySetInnerHTML|innerHTML|\beval\(", text), file


def test_the_model_of_the_canvas() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine")
    if not (FRONTEND / "node_modules").is_dir():
        pytest.skip("the packages of the canvas are not installed: npm ci")
    done = subprocess.run(
        [node, "--test", "tests/"], cwd=FRONTEND, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout[-3000:]
