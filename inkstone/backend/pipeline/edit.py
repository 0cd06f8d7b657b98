"""Changes to a document, each giving a new one: overrides, template bindings, variables."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from inkstone.backend.pipeline.document import Node, Pipeline
from inkstone.backend.pipeline.errors import (
    BAD_OVERRIDE,
    BAD_RESOURCE,
    UNKNOWN_BINDING,
    UNKNOWN_NODE,
    UNKNOWN_VARIABLE,
)
from inkstone.backend.pipeline.invalid import said
from inkstone.backend.pipeline.parameters import hint
from inkstone.backend.pipeline.yaml_io import load_value
from inkstone.components.errors import InkstoneError
from inkstone.components.spec import Resources

_TARGET = re.compile(r"^(?P<node>[a-z][a-z0-9_]*)\.(?P<name>[A-Za-z_][\w.]*)$")
_VARIABLE = re.compile(r"^\$\{([A-Za-z_]\w*)\}$")


def parse_overrides(texts: Iterable[str]) -> dict[str, Any]:
    """Read ``node.param=value`` texts of a command line; values are YAML (``3e-4``, ``true``, ``[a, b]``, ``null``).

    Raises:
        InkstoneError: ``pipeline.bad_override``.
    """
    overrides: dict[str, Any] = {}
    for text in texts:
        target, equals, value = text.partition("=")
        if not equals or not _TARGET.match(target.strip()):
            raise BAD_OVERRIDE(value=text)
        overrides[target.strip()] = _value(value)
    return overrides


def _value(text: str) -> Any:
    try:
        found = load_value(text)
    except InkstoneError:
        return text  # one such as "a: b" or "[note" is meant as it stands
    quoted = text.lstrip()[:1] in {'"', "'", "|", ">"}
    return text if isinstance(found, str) and not quoted else found  # YAML would fold several lines into one


def apply_overrides(document: Pipeline, overrides: Mapping[str, Any]) -> Pipeline:
    """Return the document with values set.

    Args:
        document: The pipeline.
        overrides: ``node.param`` to value; ``node.resources.workers`` and the like set resources.

    Raises:
        InkstoneError: ``pipeline.bad_override``, ``pipeline.unknown_node`` or ``pipeline.bad_resource``.
    """
    for target, value in overrides.items():
        document = _set(document, target, value)
    return document


def bind(document: Pipeline, bindings: Mapping[str, Any]) -> Pipeline:
    """Return a template with the choices of the wizard put where they belong.

    Args:
        document: A document with a ``template`` part.
        bindings: Such as ``{"data": "dataset:messages@1", "label": "标签"}``; None values are left out.

    Raises:
        InkstoneError: ``pipeline.unknown_binding``.
    """
    known = document.template.bindings if document.template else {}
    for name, value in bindings.items():
        if value is None:
            continue
        if name not in known:
            raise UNKNOWN_BINDING(at=name, known=", ".join(known) or "-")
        for target in known[name].targets:
            document = _set(document, target, value)
        for node_id in known[name].enables:
            document = _replace(document, node_id, {"enabled": True})
    return document


def resolve_variables(document: Pipeline) -> Pipeline:
    """Return the document with every ``${name}`` replaced by the variable's value.

    Raises:
        InkstoneError: ``pipeline.unknown_variable``.
    """
    for node_id, node in document.nodes.items():
        params = {name: filled(value, document.variables, node_id, name) for name, value in node.params.items()}
        if params != node.params:
            document = _replace(document, node_id, {"params": params})
    return document


def filled(value: Any, variables: Mapping[str, Any], node: str, at: str) -> Any:
    """Return a parameter's value with its variables filled in, lists and mappings included.

    Raises:
        InkstoneError: ``pipeline.unknown_variable``.
    """
    if isinstance(value, str) and (match := _VARIABLE.match(value)):
        name = match.group(1)
        if name not in variables:
            raise UNKNOWN_VARIABLE(node=node, at=at, value=value, hint=hint(name, variables))
        return variables[name]
    if isinstance(value, list):
        return [filled(item, variables, node, at) for item in value]
    if isinstance(value, dict):
        return {key: filled(item, variables, node, at) for key, item in value.items()}
    return value


def _set(document: Pipeline, target: str, value: Any) -> Pipeline:
    match = _TARGET.match(target)
    if not match:
        raise BAD_OVERRIDE(value=target)
    node_id, name = match["node"], match["name"]
    if node_id not in document.nodes:
        raise UNKNOWN_NODE(node=node_id, at=target, value=target, hint=hint(node_id, document.nodes))
    node = document.nodes[node_id]
    if name.startswith("resources."):
        return _replace(document, node_id, {"resources": _resources(node, node_id, name, value)})
    return _replace(document, node_id, {"params": {**node.params, name: value}})


def _resources(node: Node, node_id: str, name: str, value: Any) -> Resources:
    try:
        return Resources.model_validate({**node.resources.model_dump(), name.removeprefix("resources."): value})
    except ValidationError as error:
        known = ", ".join(Resources.model_fields)
        raise BAD_RESOURCE(node=node_id, at=name, problem=said(error.errors()[0]), known=known) from error


def _replace(document: Pipeline, node_id: str, update: dict[str, Any]) -> Pipeline:
    node = document.nodes[node_id].model_copy(update=update)
    return document.model_copy(update={"nodes": {**document.nodes, node_id: node}})
