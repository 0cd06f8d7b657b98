"""What every registered component promises.

``registry.json`` freezes what users, pipelines and REST see of the registry. After a wanted change write it anew::

    INKSTONE_REFRESH=1 pytest tests/components/test_contract.py -k snapshot
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext

from inkstone.components.artifacts import (
    Artifact,
    Corpus,
    Encoder,
    File,
    Lexicon,
    Metrics,
    Model,
    RegisteredModel,
    Report,
    Table,
    content_hash,
)
from inkstone.components.errors import Cancelled
from inkstone.components.registry import Registered, registry
from inkstone.components.spec import PortType

HERE = Path(__file__).parent
SNAPSHOT = HERE / "registry.json"
HEAVY = {"torch", "ray", "transformers", "sklearn", "datasets", "pandas", "streamlit", "gradio", "onnxruntime"}
CLASSES: dict[PortType, type[Artifact]] = {
    PortType.TABLE: Table,
    PortType.MODEL: Model,
    PortType.ENCODER: Encoder,
    PortType.CORPUS: Corpus,
    PortType.METRICS: Metrics,
    PortType.REPORT: Report,
    PortType.LEXICON: Lexicon,
    PortType.FILE: File,
    PortType.REGISTERED_MODEL: RegisteredModel,
}


def built_in() -> dict[str, Registered]:
    return {item.spec.key: item for item in registry().values() if item.module.startswith("inkstone.")}


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"inkstone_{path.parent.name}_contract_cases", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULES = [load(path) for path in sorted(HERE.rglob("contract_cases.py"))]
CASES = {name: case for module in MODULES for name, case in module.CASES.items()}
KEYS = sorted(built_in())
RUNNABLE = [key for key in KEYS if built_in()[key].spec.id in CASES]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give the inputs of the tiny cases; models are trained once."""
    (shared,) = (module for module in MODULES if hasattr(module, "Bench"))
    return shared.Bench(tmp_path_factory.mktemp("bench"))


def attempt(key: str, bench: Any, root: Path, *, stop: bool = False) -> dict[str, Any]:
    component = built_in()[key]
    inputs, params = CASES[component.spec.id](bench)
    context = ComponentContext(root, sources=bench.sources)
    if stop:
        context.stop()
    return dict(component.run(context, inputs, component.spec.params(**params)))


def test_every_component_has_a_tiny_case() -> None:
    missing = [key for key in KEYS if built_in()[key].spec.id not in CASES]
    assert not missing, f"add them to a contract_cases.py: {missing}"


@pytest.mark.parametrize("key", KEYS)
def test_the_spec_is_plain_data_with_texts_in_both_languages(key: str) -> None:
    spec = built_in()[key].spec
    described = json.loads(json.dumps(spec.describe()))
    texts = [
        described["title"],
        described["summary"],
        *(port["title"] for port in described["inputs"] + described["outputs"]),
    ]
    for name, field in described["params"].items():
        assert "title_text" in field, f"{name} was not declared with param()"
        texts += [field["title_text"], field["help_text"]]
        texts += [field[extra] for extra in ("unit", "reason") if field[extra]]
        texts += (field["choices"] or {}).values()
    assert all(words["zh"].strip() and words["en"].strip() for words in texts)
    assert len({port["name"] for port in described["inputs"]}) == len(described["inputs"])


@pytest.mark.parametrize("key", KEYS)
def test_defaults_validate_and_unknown_parameters_are_refused(key: str) -> None:
    params = built_in()[key].spec.params
    required = {name: _value(field) for name, field in params.model_fields.items() if field.is_required()}
    params(**required)
    with pytest.raises(ValueError, match="no_such_parameter"):
        params(**required, no_such_parameter=1)


def _value(field: Any) -> Any:
    return "sample:rows.csv" if field.annotation is str else 1


@pytest.mark.timeout(120)
@pytest.mark.parametrize("key", RUNNABLE)
def test_outputs_match_the_ports_and_the_same_seed_repeats_them(
    key: str, bench: Any, tmp_path: Path, inkstone_home: Path
) -> None:
    spec = built_in()[key].spec
    first = attempt(key, bench, tmp_path / "first")
    ports = {port.name: port for port in spec.outputs}
    assert set(first) <= set(ports)
    assert {name for name, port in ports.items() if not port.optional} <= set(first)
    for name, artifact in first.items():
        assert isinstance(artifact, CLASSES[ports[name].type])
        assert artifact.path == tmp_path / "first" / "outputs" / name
        assert any(artifact.path.iterdir())
    again = attempt(key, bench, tmp_path / "again")
    for name, artifact in first.items():
        assert content_hash(artifact.path) == content_hash(again[name].path), name


@pytest.mark.timeout(60)
@pytest.mark.parametrize("key", RUNNABLE)
def test_a_stop_is_obeyed(key: str, bench: Any, tmp_path: Path, inkstone_home: Path) -> None:
    with pytest.raises(Cancelled):
        attempt(key, bench, tmp_path, stop=True)


def test_listing_the_palette_imports_no_heavy_library() -> None:
    script = "import sys; from inkstone.components.registry import registry; registry(); print(*sys.modules)"
    listed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(listed)


def test_the_registry_equals_its_snapshot() -> None:
    described = {key: built_in()[key].spec.describe() for key in KEYS}
    if os.environ.get("INKSTONE_REFRESH"):
        SNAPSHOT.write_text(json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    frozen = json.loads(SNAPSHOT.read_text("utf-8"))
    assert sorted(described) == sorted(frozen)
    for key in KEYS:
        assert json.loads(json.dumps(described[key])) == frozen[key], f"{key} changed: see the head of this file"
