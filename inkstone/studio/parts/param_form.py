"""A form for a component's parameters, made from its spec (``Component.describe``): the wizard and the canvas panel use it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from inkstone.studio.language import say, t


@dataclass(frozen=True)
class Choices:
    """What the pickers of a form offer.

    Attributes:
        columns: Columns of the first table input.
        datasets: Dataset references.
        encoders: Encoder names; others may be typed.
        models: Model references.
    """

    columns: list[str] = field(default_factory=list)
    datasets: list[str] = field(default_factory=list)
    encoders: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Shape:
    """What kind of value a parameter takes, read from its JSON schema."""

    type: str
    optional: bool
    choices: list[Any]
    lowest: float | None
    highest: float | None
    open_below: bool

    @classmethod
    def of(cls, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> "Shape":
        """Read the schema of one parameter."""
        options = [_resolved(item, definitions) for item in schema.get("anyOf", [schema])]
        inner = next((item for item in options if item.get("type") != "null"), options[0])
        lowest = inner.get("minimum", inner.get("exclusiveMinimum"))
        return cls(
            type=inner.get("type", "string"),
            optional=any(item.get("type") == "null" for item in options),
            choices=list(inner.get("enum", [inner["const"]] if "const" in inner else [])),
            lowest=lowest,
            highest=inner.get("maximum", inner.get("exclusiveMaximum")),
            open_below="exclusiveMinimum" in inner,
        )


def _resolved(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    return definitions.get(reference.rsplit("/", 1)[-1], schema) if reference else schema


def param_form(
    spec: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    key: str,
    choices: Choices | None = None,
    names: Iterable[str] | None = None,
    columns: int = 2,
    disabled: bool = False,
) -> dict[str, Any]:
    """Show the parameters of a component and return those that differ from their defaults.

    Args:
        spec: What ``Component.describe`` gives.
        values: Values set so far.
        key: Prefix of the widgets' keys.
        choices: What pickers offer.
        names: Show these alone, all at once; by default the common ones are shown and the rest folded under *Advanced*.
        columns: Fields side by side.
        disabled: Show without letting change.
    """
    offers = choices or Choices()
    params: Mapping[str, Any] = spec["params"]
    wanted = [name for name in names if name in params] if names is not None else list(params)
    common = wanted if names is not None else [name for name in wanted if params[name].get("common") or _required(params[name])]
    rare = [name for name in wanted if name not in common]
    changed: dict[str, Any] = {}

    def show(listed: list[str]) -> None:
        for number, name in enumerate(listed):
            if number % columns == 0:
                places = st.columns(columns)
            with places[number % columns]:
                _one(name, params[name], spec, values, key, offers, disabled, changed)

    show(common)
    if rare:
        with st.expander(t("form.advanced", n=len(rare)), key=f"{key}.advanced"):
            show(rare)
    return changed


def _one(
    name: str,
    schema: Mapping[str, Any],
    spec: Mapping[str, Any],
    values: Mapping[str, Any],
    key: str,
    offers: Choices,
    disabled: bool,
    changed: dict[str, Any],
) -> None:
    default = schema.get("default")
    current = values.get(name, default)
    if isinstance(current, str) and current.startswith("${"):
        st.text_input(say(schema["title_text"]), current, key=f"{key}.{name}.variable", disabled=True, help=t("form.variable"))
        changed[name] = current
        return
    shape = Shape.of(schema, spec.get("definitions", {}))
    value = _widget(schema, shape, current, f"{key}.{name}", offers, disabled)
    if value != default or (name in values and value == values[name]):
        changed[name] = value


def _required(schema: Mapping[str, Any]) -> bool:
    return "default" not in schema


def _widget(
    schema: Mapping[str, Any], shape: Shape, current: Any, key: str, offers: Choices, disabled: bool
) -> Any:
    """Show the one widget that fits a parameter, and return its value."""
    unit = say(schema.get("unit"))
    label = say(schema["title_text"]) + (f" ({unit})" if unit else "")
    common: dict[str, Any] = {"label": label, "key": key, "help": _help(schema), "disabled": disabled}
    kind = schema.get("kind", "plain")
    offered = {"column": offers.columns, "dataset": offers.datasets, "encoder": offers.encoders, "model": offers.models}
    if kind == "columns" or shape.type == "array":
        return st.multiselect(
            options=list(dict.fromkeys([*offers.columns, *(current or [])])),
            default=list(current or []),
            accept_new_options=kind != "columns",
            **common,
        )
    if shape.choices:
        return _choice(schema, shape, current, common)
    if kind in offered:
        return _picker(shape, offered[kind], current, common, typed=kind in {"encoder", "dataset", "model"})
    if shape.type == "boolean":
        return st.toggle(value=bool(current), **common)
    if shape.type in {"integer", "number"}:
        return _number(schema, shape, current, common)
    if kind == "multiline":
        return st.text_area(value=current or "", **common) or (None if shape.optional else "")
    return st.text_input(value=current or "", **common) or (None if shape.optional else "")


def _choice(schema: Mapping[str, Any], shape: Shape, current: Any, common: dict[str, Any]) -> Any:
    texts = schema.get("choices") or {}
    options = ([None] if shape.optional else []) + shape.choices
    return st.selectbox(
        options=options,
        index=options.index(current) if current in options else 0,
        format_func=lambda item: t("form.auto") if item is None else say(texts.get(str(item), str(item))),
        **common,
    )


def _picker(shape: Shape, offered: list[str], current: Any, common: dict[str, Any], *, typed: bool) -> Any:
    options = list(dict.fromkeys([*offered, *([current] if current else [])]))
    return st.selectbox(
        options=options,
        index=options.index(current) if current in options else None,
        placeholder=t("form.none") if shape.optional else t("form.choose"),
        accept_new_options=typed,
        **common,
    )


def _number(schema: Mapping[str, Any], shape: Shape, current: Any, common: dict[str, Any]) -> Any:
    """Show a number; an empty field stands for None where that is allowed."""
    empty = {"placeholder": t("form.auto")} if shape.optional else {}
    if shape.type == "integer":
        return st.number_input(
            value=None if current is None else int(current),
            min_value=None if shape.lowest is None else int(shape.lowest),
            max_value=None if shape.highest is None else int(shape.highest),
            step=1,
            **common,
            **empty,
        )
    typical = current or schema.get("suggestion")
    small = shape.open_below and shape.highest is not None and shape.highest <= 1
    step = 10.0 ** math.floor(math.log10(typical)) if typical else 1e-5 if small else 0.1
    return st.number_input(
        value=None if current is None else float(current),
        min_value=None if shape.lowest is None else float(shape.lowest),
        max_value=None if shape.highest is None else float(shape.highest),
        step=step,
        format="%g",
        **common,
        **empty,
    )


def _help(schema: Mapping[str, Any]) -> str:
    """Return the tooltip: what it does, how much it matters, what else is worth trying."""
    parts = [say(schema.get("help_text"))]
    if schema.get("impact") is not None:
        parts.append(t("form.impact", words=t(f"form.impact{schema['impact']}")))
    if schema.get("suggestion") is not None:
        parts.append(t("form.suggestion", value=schema["suggestion"], reason=say(schema.get("reason"))))
    return "\n\n".join(part for part in parts if part)
