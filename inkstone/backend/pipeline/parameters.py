"""Parameters of a node against the Pydantic model of its component."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from inkstone.backend.pipeline.errors import (
    BAD_CHOICE,
    BAD_LEXICON,
    BAD_PARAM,
    BAD_SOURCE,
    BAD_TYPE,
    MISSING_PARAM,
    OUT_OF_BOUNDS,
    UNKNOWN_PARAM,
)
from inkstone.backend.pipeline.invalid import said
from inkstone.components.errors import InkstoneError
from inkstone.components.spec import Component, Params

_LEXICON = re.compile(r"^(?:lexicon:[^@\s][^@]*(?:@[1-9][0-9]*)?|sample:[\w\-. ]+)$")
_SOURCE = re.compile(r"^(?:dataset:[^@\s][^@]*(?:@[1-9][0-9]*)?|sample:[\w\-. ]+)$")
_BOUNDS = {
    "greater_than_equal": ("ge", "不小于 {}", "at least {}"),
    "greater_than": ("gt", "大于 {}", "greater than {}"),
    "less_than_equal": ("le", "不大于 {}", "at most {}"),
    "less_than": ("lt", "小于 {}", "less than {}"),
    "string_too_short": ("min_length", "至少有 {} 个字", "at least {} characters long"),
    "string_too_long": ("max_length", "最多有 {} 个字", "at most {} characters long"),
    "too_short": ("min_length", "至少有 {} 项", "a list of at least {}"),
    "too_long": ("max_length", "最多有 {} 项", "a list of at most {}"),
    "string_pattern_mismatch": ("pattern", "符合格式 {}", "of the form {}"),
}
_TYPES = {
    "int": ("整数", "a whole number"),
    "float": ("数字", "a number"),
    "finite": ("有限的数字", "a finite number"),
    "bool": ("true 或 false", "true or false"),
    "string": ("文字", "text"),
    "list": ("列表", "a list"),
    "dict": ("键值表", "a mapping"),
}


def extra(component: Component, name: str) -> Mapping[str, Any]:
    """Return what ``param()`` noted about a parameter: ``kind``, ``fingerprint``, ``title_text`` ..."""
    field = component.params.model_fields.get(name)
    found = field.json_schema_extra if field else None
    return found if isinstance(found, dict) else {}


def names_of_kind(component: Component, *kinds: str) -> list[str]:
    """Return the parameters that hold a ``dataset``, ``column``, ``encoder``, ``seed`` ..."""
    return [name for name in component.params.model_fields if extra(component, name).get("kind", "plain") in kinds]


def validated(component: Component, params: Mapping[str, Any], node: str) -> Params:
    """Return the parameters as the component's model, defaults filled in.

    Raises:
        InkstoneError: The first problem that ``parameter_problems`` finds.
    """
    problems = list(parameter_problems(component, params, node))
    if problems:
        raise problems[0]
    return component.params.model_validate(dict(params))


def parameter_problems(component: Component, params: Mapping[str, Any], node: str) -> Iterator[InkstoneError]:
    """Yield everything that is wrong with the parameters of a node, variables already filled in."""
    fields = component.params.model_fields
    for name in params:
        if name not in fields:
            yield UNKNOWN_PARAM(node=node, at=name, hint=hint(name, fields))
    known = {name: value for name, value in params.items() if name in fields}
    try:
        component.params.model_validate(known)
    except ValidationError as error:
        seen: set[str] = set()
        for item in error.errors():
            name = str(item["loc"][0]) if item["loc"] else ""
            if name not in seen:  # a union reports each of its members; one message a parameter is enough
                seen.add(name)
                yield _explain(component, node, name, item)
    except InkstoneError as error:
        yield replace(error, node=node)
    for name in names_of_kind(component, "dataset"):
        value = known.get(name)
        if isinstance(value, str) and not _SOURCE.match(value):
            yield BAD_SOURCE(node=node, at=name, value=value)
    for name in names_of_kind(component, "lexicon"):
        value = known.get(name)
        if isinstance(value, str) and not _LEXICON.match(value):
            yield BAD_LEXICON(node=node, at=name, value=value)


def titles(component: Component, name: str) -> dict[str, Any]:
    """Return the titles of a parameter as slots of an error."""
    title = extra(component, name).get("title_text") or {}
    return {"title_zh": title.get("zh", name), "title_en": title.get("en", name)}


def hint(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """Return ``→ nearest`` when a known name is close, else nothing."""
    near = get_close_matches(name, list(known), n=1)
    return f"→ {near[0]}" if near else ""


def _explain(component: Component, node: str, name: str, item: Any) -> InkstoneError:
    kind, context = item["type"], item.get("ctx", {})
    value = repr(item.get("input"))[:80]
    slots: dict[str, Any] = {"node": node, "at": name or "params", **titles(component, name)}
    if kind == "missing":
        return MISSING_PARAM(**slots)
    if kind in _BOUNDS:
        key, zh, en = _BOUNDS[kind]
        bound = context.get(key)
        return OUT_OF_BOUNDS(value=value, bound_zh=zh.format(bound), bound_en=en.format(bound), **slots)
    if kind in {"literal_error", "enum"}:
        return BAD_CHOICE(value=value, choices=str(context.get("expected", "")).replace("'", ""), **slots)
    zh_en = _TYPES.get(kind.split("_")[0])
    if zh_en:
        return BAD_TYPE(value=value, type_zh=zh_en[0], type_en=zh_en[1], **slots)
    return BAD_PARAM(node=node, at=name or "params", problem=said(item))
