"""What must not appear in the code (DESIGN section 8), and in any tracked file."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOADER = "inkstone/components/nlp/model_io.py"
FORBIDDEN_CALLS = {
    "eval", "exec", "compile", "pickle.load", "pickle.loads", "pickle.Unpickler", "torch.load", "joblib.load",
    "yaml.load", "yaml.unsafe_load", "yaml.full_load", "os.system", "marshal.loads", "shelve.open", "dill.loads",
    "cloudpickle.loads",
}  # fmt: skip
LOADERS = {"safetensors.torch.load_file", "load_file", "safe_open"}


def tracked(*patterns: str) -> list[Path]:
    """Return tracked and new files that git does not ignore."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a module with its dotted name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


SOURCES = tracked("inkstone/*.py", "hatch_build.py", "benchmarks/*.py", "scripts/*.py")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_source_uses_nothing_dangerous(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    for call, node in calls(path):
        allowed = name == LOADER and call == "torch.load"
        assert call not in FORBIDDEN_CALLS or allowed, f"{name}:{node.lineno} calls {call}"
        for keyword in node.keywords:
            on = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
            bad = keyword.arg in {"trust_remote_code", "shell", "share"} and on
            assert not bad, f"{name}:{node.lineno} passes {keyword.arg}=True"


def test_one_module_loads_weights() -> None:
    for path in tracked("inkstone/*.py"):
        name = path.relative_to(ROOT).as_posix()
        if name != LOADER:
            used = {call for call, _ in calls(path)} & LOADERS
            assert not used, f"{name} loads weights itself ({used}); only {LOADER} does"


def test_no_path_of_a_machine_is_tracked() -> None:
    pattern = re.compile(r"/(?:work|home|Users)/[A-Za-z]+/|/tmp/[a-z]+-[a-z]+/")
    for path in tracked("*.py", "*.md", "*.yaml", "*.yml", "*.toml", "*.sh", "*.json", "Makefile"):
        found = pattern.search(path.read_text("utf-8"))
        assert not found, f"{path.relative_to(ROOT)} names {found.group() if found else ''}"
