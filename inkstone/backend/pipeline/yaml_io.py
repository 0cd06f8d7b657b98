"""YAML to document and back.

The reader follows YAML 1.2: only ``true`` and ``false`` are booleans (a class called ``no`` stays a text), ``3e-4`` is a
number, a date stays a text. Aliases and repeated keys are refused: the first can blow a small file up, the second
would silently drop a node.
"""

import re
from typing import Any

import yaml
from pydantic import ValidationError

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.errors import BAD_DOCUMENT, BAD_YAML, TOO_LARGE
from inkstone.backend.pipeline.invalid import said
from inkstone.components.errors import InkstoneError
from inkstone.components.texts import Text, text

SIZE_LIMIT = 1 << 20

_RESOLVERS = [
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+)$", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+.0123456789",
    ),
]


class _Loader(yaml.SafeLoader):
    """SafeLoader with the scalars of YAML 1.2, without aliases and repeated keys."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - own table, not the one of YAML 1.1

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "aliases are not allowed", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key_node, _ in node.value:
            key = getattr(key_node, "value", None)
            if isinstance(key, str) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            if isinstance(key, str):
                seen.add(key)
        return super().construct_mapping(node, deep)


class _Dumper(yaml.SafeDumper):
    """SafeDumper that quotes whatever either version of YAML would take for something else than a text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _tag, _pattern, _first in _RESOLVERS:
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), ["" if letter == "\0" else letter for letter in _first])
    _Dumper.add_implicit_resolver(_tag, re.compile(_pattern), ["" if letter == "\0" else letter for letter in _first])


def load_value(text: str | bytes) -> Any:
    """Read one YAML value, safely.

    Raises:
        InkstoneError: ``pipeline.bad_yaml``.
    """
    try:
        loader = _Loader(text)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BAD_YAML(problem=error.problem or "?", line=mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, ValueError) as error:
        raise BAD_YAML(problem=str(error).splitlines()[0][:200], line=1) from error
    except RecursionError as error:
        raise BAD_YAML(problem="nested too deeply", line=1) from error


def load_document(text: str | bytes) -> Pipeline:
    """Read a pipeline document.

    Args:
        text: The YAML text; bytes are UTF-8 (or UTF-16 with its mark).

    Raises:
        InkstoneError: ``pipeline.too_large``, ``pipeline.bad_yaml`` or ``pipeline.bad_document``.
    """
    if len(text) > SIZE_LIMIT:
        raise TOO_LARGE(size=len(text), limit=SIZE_LIMIT)
    return document_from(load_value(text))


def document_from(data: Any) -> Pipeline:
    """Make a document of plain data, such as the JSON that REST or the canvas sends.

    Raises:
        InkstoneError: ``pipeline.bad_document``, naming the first wrong field.
    """
    if not isinstance(data, dict):
        raise _bad(
            "inkstone",
            text("应有 inkstone、name、nodes 三个键", "a mapping with the keys inkstone, name and nodes is expected"),
        )
    try:
        return Pipeline.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise _bad(".".join(str(part) for part in first["loc"]), said(first)) from error


def dump_document(document: Pipeline) -> str:
    """Write a document as YAML: without defaults, keys in the order of the schema, Chinese readable."""
    data = {"inkstone": document.inkstone, **document.model_dump(mode="json", exclude_defaults=True)}
    for node in data.get("nodes", {}).values():
        if "position" in node:
            node["position"] = [int(value) if float(value).is_integer() else value for value in node["position"]]
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return text


def _bad(field: str, problem: Text) -> InkstoneError:
    return BAD_DOCUMENT(at=field, field=field, problem=problem)
