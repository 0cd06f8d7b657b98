"""Solution templates: those shipped in ``assets/templates`` and those a team keeps in ``INKSTONE_HOME/templates``."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import inkstone
from inkstone import paths
from inkstone.backend.pipeline.document import Pipeline, TemplateInfo
from inkstone.backend.pipeline.edit import apply_overrides, bind
from inkstone.backend.pipeline.yaml_io import load_document
from inkstone.backend.service import datasets
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.errors import TEMPLATE_NOT_FOUND
from inkstone.backend.service.views import DatasetVersionView, TemplateView
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.encoders import SCRATCH
from inkstone.components.texts import Text

CHINESE = "inkstone-zh-tiny"
_SAMPLE_ROWS = 100
_SHIPPED = Path(inkstone.__file__).parent / "assets" / "templates"


def list_(actor: Actor) -> list[TemplateView]:
    """Return all templates by name; a team's own one hides a shipped one of the same name."""
    require_read(actor, "template.list")
    found = {}
    for folder, own in ((_SHIPPED, False), (_own(), True)):
        for path in sorted(folder.glob("*.yaml")):
            document = _read(path)
            if document.template is not None:
                found[path.stem] = _view(path.stem, document, document.template, own)
    return list(found.values())


def get(actor: Actor, name: str) -> Pipeline:
    """Return the document of a template.

    Raises:
        InkstoneError: ``template.not_found``.
    """
    require_read(actor, "template.get")
    for folder in (_own(), _SHIPPED):
        path = paths.inside(folder, f"{name}.yaml")
        if path.is_file():
            return _read(path)
    near = get_close_matches(name, [item.name for item in list_(actor)], n=1)
    raise TEMPLATE_NOT_FOUND(name=name, hint=f"→ {near[0]}" if near else "")


def build(actor: Actor, name: str, bindings: Mapping[str, Any], overrides: Mapping[str, Any] | None = None) -> Pipeline:
    """Return a template with a user's choices in it.

    Args:
        actor: Who asks.
        name: The template.
        bindings: ``data``, ``dev``, ``test``, ``text``, ``text_pair``, ``label``, ``encoder``, ``name``; None is left out.
        overrides: ``node.param`` to value.
    """
    document = get(actor, name)
    return apply_overrides(bind(document, with_encoder(actor, document, bindings)), overrides or {})


def with_encoder(actor: Actor, document: Pipeline, bindings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the bindings with the shipped Chinese encoder where a template would start from scratch on Chinese texts.

    On real Chinese texts it is worth about five points (docs/encoders.md). Other texts, and the made-up samples, which are learned
    from scratch in half the time, stay with the template's own.
    """
    known = document.template
    place = known.bindings.get("encoder") if known else None
    if known is None or place is None or bindings.get("encoder") or not bindings.get("data"):
        return dict(bindings)
    node, _, name = place.targets[0].partition(".")
    if document.nodes[node].params.get(name) != SCRATCH:
        return dict(bindings)
    try:
        version = datasets.get(actor, str(bindings["data"]))
    except InkstoneError:  # a sample; or what is wrong with the reference is told when the run is checked
        return dict(bindings)
    if version.file_name in known.samples.values() or not _is_chinese(actor, version, bindings.get("text")):
        return dict(bindings)
    return {**bindings, "encoder": CHINESE}


def _is_chinese(actor: Actor, version: DatasetVersionView, column: str | None) -> bool:
    from inkstone.components.nlp.ngram import guess_analyzer

    column = column or version.roles.get("text")
    shown = datasets.preview(actor, version.reference, limit=_SAMPLE_ROWS)
    if column not in shown.columns:
        return False
    place = shown.columns.index(column)
    return guess_analyzer([str(row[place] or "") for row in shown.rows]) == "char"


def _own() -> Path:
    return paths.home() / "templates"


def _read(path: Path) -> Pipeline:
    return _cached(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _cached(path: Path, _changed: int) -> Pipeline:
    return load_document(path.read_bytes())


def _view(name: str, document: Pipeline, template: TemplateInfo, own: bool) -> TemplateView:
    return TemplateView(
        name=name,
        title=document.title or Text(zh=document.name, en=document.name),
        category=template.category,
        icon=template.icon,
        summary=template.summary,
        story=template.story,
        languages=template.languages,
        samples=template.samples,
        bindings=list(template.bindings),
        options=template.options,
        minutes=template.minutes,
        own=own,
    )
