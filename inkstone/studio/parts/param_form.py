"""A form for a component's parameters, made from its spec (``Component.describe``): the wizard and the canvas panel use it."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from inkstone.studio.language import say, t
from inkstone.studio.parts.param_shape import Shape


@dataclass(frozen=True)
class Choices:
    """What the pickers of a form offer.

    Attributes:
        columns: Columns of the first table input.
        datasets: Dataset references.
        encoders: Encoder names; others may be typed.
        models: Model references.
        lexicons: References of word lists.
    """

    columns: list[str] = field(default_factory=list)
    datasets: list[str] = field(default_factory=list)
    encoders: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    lexicons: list[str] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[str] | None:
        """Return what is offered to a parameter of a kind; None where it takes no picker."""
        known = {"column": self.columns, "dataset": self.datasets, "encoder": self.encoders, "model": self.models}
        return (known | {"lexicon": self.lexicons}).get(kind)


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
    common = wanted if names is not None else [name for name in wanted if _at_once(params[name])]
    rare = [name for name in wanted if name not in common]
    changed: dict[str, Any] = {}

    def show(listed: list[str]) -> None:
        for number, name in enumerate(listed):
            if number % columns == 0:
                places = st.columns(columns)
            with places[number % columns]:
                schema = params[name]
                shape = Shape.of(schema, spec.get("definitions", {}))
                default = schema.get("default")
                current = values.get(name, default)
                value = _Field(schema, shape, current, f"{key}.{name}", offers, disabled).show()
                if value != default or (name in values and value == current):
                    changed[name] = value

    show(common)
    if rare:
        with st.expander(t("form.advanced", n=len(rare)), key=f"{key}.advanced"):
            show(rare)
    return changed


def _at_once(schema: Mapping[str, Any]) -> bool:
    return bool(schema.get("common")) or "default" not in schema


@dataclass(frozen=True)
class _Field:
    """One parameter of a form."""

    schema: Mapping[str, Any]
    shape: Shape
    current: Any
    key: str
    offers: Choices
    disabled: bool

    @property
    def _common(self) -> dict[str, Any]:
        unit = say(self.schema.get("unit"))
        label = say(self.schema["title_text"]) + (f" ({unit})" if unit else "")
        return {"label": label, "key": self.key, "help": _help(self.schema, self.shape), "disabled": self.disabled}

    def show(self) -> Any:
        """Show the one widget that fits, and return its value."""
        kind = self.schema.get("kind", "plain")
        if isinstance(self.current, str) and self.current.startswith("${"):
            return self._variable()
        if kind == "columns" or self.shape.type == "array":
            return self._several(kind)
        if self.shape.choices or self.shape.type == "boolean":
            return self._choice()
        if self.offers.of_kind(kind) is not None:
            return self._picker(kind)
        return self._number() if self.shape.type in {"integer", "number"} else self._text(kind)

    def _variable(self) -> Any:
        label = say(self.schema["title_text"])
        st.text_input(label, self.current, key=f"{self.key}.variable", disabled=True, help=t("form.variable"))
        return self.current

    def _several(self, kind: str) -> list[str]:
        known = list(dict.fromkeys([*self.offers.columns, *(self.current or [])]))
        chosen = list(self.current or [])
        return st.multiselect(options=known, default=chosen, accept_new_options=kind != "columns", **self._common)

    def _choice(self) -> Any:
        if self.shape.type == "boolean" and not self.shape.optional:
            return st.toggle(value=bool(self.current), **self._common)
        texts = self.schema.get("choices") or {}
        words = {None: t("form.auto"), True: t("form.yes"), False: t("form.no")}
        words |= {item: say(texts.get(str(item), str(item))) for item in self.shape.choices}
        options = ([None] if self.shape.optional else []) + (self.shape.choices or [True, False])
        index = options.index(self.current) if self.current in options else 0
        return st.selectbox(options=options, index=index, format_func=words.__getitem__, **self._common)

    def _picker(self, kind: str) -> str | None:
        offered = self.offers.of_kind(kind) or []
        options = list(dict.fromkeys([*offered, *([self.current] if self.current else [])]))
        return st.selectbox(
            options=options,
            index=options.index(self.current) if self.current in options else None,
            placeholder=t("form.none") if self.shape.optional else t("form.choose"),
            accept_new_options=kind != "column",
            **self._common,
        )

    def _number(self) -> float | None:
        """Show a number; an empty field stands for None where that is allowed."""
        number: type[int] | type[float] = int if self.shape.type == "integer" else float
        facts: dict[str, Any] = {
            "value": self.current,
            "min_value": self.shape.lowest,
            "max_value": self.shape.highest,
            "step": 1 if number is int else self._step(),
        }
        facts = {name: None if value is None else number(value) for name, value in facts.items()}
        if number is float:
            facts["format"] = "%g"
        if self.shape.optional:
            facts["placeholder"] = t("form.auto")
        answer: float | None = st.number_input(**self._common, **facts)
        return answer

    def _step(self) -> float:
        """Return how far one press goes: the magnitude of the value, finer where the range is that of a rate."""
        typical = self.current or self.schema.get("suggestion")
        if typical:
            return float(10.0 ** math.floor(math.log10(abs(typical))))
        small = self.shape.open_below and self.shape.highest is not None and self.shape.highest <= 1
        return 1e-5 if small else 0.1

    def _text(self, kind: str) -> str | None:
        ask = st.text_area if kind == "multiline" else st.text_input
        return ask(value=self.current or "", **self._common) or (
            None if self.shape.optional or "default" not in self.schema else ""
        )


def _help(schema: Mapping[str, Any], shape: Shape) -> str:
    """Return the tooltip: what it does, what it may be, how much it matters, what else is worth trying."""
    parts = [say(schema.get("help_text")), _bounds(shape)]
    if schema.get("impact") is not None:
        parts.append(t("form.impact", words=t(f"form.impact{schema['impact']}")))
    if schema.get("suggestion") is not None:
        parts.append(t("form.suggestion", value=schema["suggestion"], reason=say(schema.get("reason"))))
    return "\n\n".join(part for part in parts if part)


def _bounds(shape: Shape) -> str:
    low, high = (None if bound is None else f"{bound:g}" for bound in (shape.lowest, shape.highest))
    if low is not None and high is not None:
        return t("form.bounds", low=low, high=high)
    if low is not None:
        return t("form.at_least", low=low)
    return t("form.at_most", high=high) if high is not None else ""
