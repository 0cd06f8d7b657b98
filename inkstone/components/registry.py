"""Finds components: the built-in ones and plug-ins announced by the entry point group ``inkstone.components``."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import cast

import inkstone.components as palette
from inkstone.components.errors import ErrorKind
from inkstone.components.spec import Category, Component, Run
from inkstone.components.texts import text

UNKNOWN_COMPONENT = ErrorKind(
    "pipeline.unknown_component",
    text("没有名为 {component} 的组件。", "There is no component called {component}."),
    text(
        "请检查拼写，或用 inkstone components 查看全部组件。{hint}",
        "Check the spelling, or list all with: inkstone components. {hint}",
    ),
)


@dataclass(frozen=True)
class Registered:
    """A component with the function that runs it."""

    spec: Component
    run: Run
    module: str


def _load(module: ModuleType) -> Registered | None:
    spec = getattr(module, "SPEC", None)
    if not isinstance(spec, Component):
        return None
    return Registered(spec, cast(Run, module.run), module.__name__)


def _built_in_modules() -> list[str]:
    names = []
    for category in Category:
        try:
            package = importlib.import_module(f"{palette.__name__}.{category.value}")
        except ModuleNotFoundError as error:
            if error.name != f"{palette.__name__}.{category.value}":
                raise
            continue
        names += [f"{package.__name__}.{info.name}" for info in pkgutil.iter_modules(package.__path__)]
    return sorted(names)


@cache
def registry() -> dict[str, Registered]:
    """Return every component by its versioned id, such as ``data.split@1``.

    Raises:
        ValueError: Two components share an id.
    """
    modules = [importlib.import_module(name) for name in _built_in_modules()]
    modules += [entry.load() for entry in entry_points(group="inkstone.components")]
    found: dict[str, Registered] = {}
    for module in modules:
        registered = _load(module)
        if registered is None:
            continue
        if registered.spec.key in found:
            raise ValueError(f"two components are called {registered.spec.key}")
        found[registered.spec.key] = registered
    return found


def find(key: str) -> Registered:
    """Return a component by ``id@version``, or the newest version by ``id``.

    Raises:
        InkstoneError: ``pipeline.unknown_component``, with the nearest names as a hint.
    """
    from difflib import get_close_matches

    known = registry()
    if key in known:
        return known[key]
    versions = [item for item in known.values() if item.spec.id == key]
    if versions:
        return max(versions, key=lambda item: item.spec.version)
    near = get_close_matches(key.split("@", maxsplit=1)[0], {item.spec.id for item in known.values()}, n=1)
    raise UNKNOWN_COMPONENT(component=key, hint=f"→ {near[0]}" if near else "")
