"""Which parameters are searched, where, and by which node's figure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import filled
from inkstone.backend.pipeline.errors import UNKNOWN_NODE, UNKNOWN_PARAM
from inkstone.backend.pipeline.parameters import extra, hint, parameter_problems
from inkstone.backend.pipeline.plan import plan
from inkstone.backend.pipeline.yaml_io import load_value
from inkstone.backend.service.searching.errors import (
    BAD_RANGE,
    NO_TARGET,
    NOT_ON_TEST,
    NOT_SEARCHABLE,
    NOTHING_TO_SEARCH,
)
from inkstone.components.errors import InkstoneError, ProblemList
from inkstone.components.registry import find
from inkstone.components.spec import Component, PortType, SearchRange

_BETWEEN = re.compile(r"^(?P<low>[^,:]+?)\.\.(?P<high>[^,:]+?)(?P<log>:log)?$")
_TRAINING = ("train", "fewshot", "compress", "compare")


def read_range(name: str, words: str) -> SearchRange:
    """Read a range as a person writes it: ``1e-5..5e-4:log``, ``2..10``, ``16,32,64``.

    Raises:
        InkstoneError: ``search.bad_range``.
    """
    match = _BETWEEN.match(words.strip())
    if match is None:
        values = [load_value(item) for item in words.split(",") if item.strip()]
        if len(values) < 2 or not all(isinstance(item, bool | int | float | str) for item in values):
            raise BAD_RANGE(at=name, value=words)
        return SearchRange(values=tuple(values))
    low, high = load_value(match["low"]), load_value(match["high"])
    numbers = all(isinstance(item, int | float) and not isinstance(item, bool) for item in (low, high))
    if not numbers or not low < high or (match["log"] and low <= 0):
        raise BAD_RANGE(at=name, value=words)
    return SearchRange(low=low, high=high, log=bool(match["log"]))


def range_words(found: SearchRange) -> str:
    """Return a range as a person writes it; ``read_range`` reads it again."""
    if found.values or found.low is None or found.high is None:
        return ",".join(str(value).lower() if isinstance(value, bool) else str(value) for value in found.values)
    return f"{found.low:g}..{found.high:g}" + (":log" if found.log else "")


def own_ranges(document: Pipeline, node: str, *, chosen: bool = False) -> dict[str, SearchRange]:
    """Return the ranges that a node's component brings, by ``node.parameter``; with ``chosen`` those that it proposes."""
    component = find(document.nodes[node].component).spec
    found = {}
    for name in component.params.model_fields:
        data = extra(component, name).get("search")
        if data and (data["chosen"] or not chosen):
            found[f"{node}.{name}"] = SearchRange.model_validate(data)
    return found


def searchable(document: Pipeline) -> dict[str, SearchRange]:
    """Return every parameter of a document that brings a range."""
    found: dict[str, SearchRange] = {}
    for node in plan(document).order:
        found |= own_ranges(document, node)
    return found


def target(document: Pipeline, metric: str, named: Mapping[str, str]) -> tuple[str, str]:
    """Return node and figure that a search goes by.

    Args:
        document: What is searched.
        metric: ``FIGURE`` or ``NODE:FIGURE``.
        named: The parameters that the user named.

    Raises:
        InkstoneError: ``search.not_on_test``, ``search.no_target`` or ``pipeline.unknown_node``.
    """
    node, colon, figure = metric.rpartition(":")
    if figure.startswith("test/"):
        raise NOT_ON_TEST(metric=figure)
    order = plan(document).order
    if colon:
        if node not in order:
            raise UNKNOWN_NODE(node=node, at="metric", value=metric, hint=hint(node, list(order)))
        return node, figure
    for name in named:
        if name.partition(".")[0] not in document.nodes:
            raise UNKNOWN_NODE(node=name.partition(".")[0], at=name, value=name, hint=hint(name, document.nodes))
    able = [item for item in order if _reports(find(document.nodes[item].component).spec)]
    for item in able:
        upstream = set(plan(document, to=item).order)
        if named and {name.partition(".")[0] for name in named} <= upstream:
            return item, figure
    proposing = [item for item in able if own_ranges(document, item, chosen=True)]
    learning = [item for item in proposing if find(document.nodes[item].component).spec.trains] or proposing
    if named or not learning:
        raise NO_TARGET(metric=figure)
    return learning[0], figure


def space_of(document: Pipeline, node: str, named: Mapping[str, str]) -> dict[str, SearchRange]:
    """Return the ranges to search: those named, else those that the component of ``node`` proposes.

    Raises:
        InkstoneError: ``search.nothing``, ``search.bad_range``, ``search.not_searchable``, or an unknown name.
        ProblemList: Ends of ranges that the component does not allow.
    """
    space = {name: _range(document, name, words) for name, words in named.items()}
    space = space or own_ranges(document, node, chosen=True)
    if not space:
        raise NOTHING_TO_SEARCH()
    problems = [problem for name, found in space.items() for problem in _problems(document, name, found)]
    if problems:
        raise ProblemList(problems)
    return space


def whole_numbers(document: Pipeline, names: Iterable[str]) -> list[str]:
    """Return those of the parameters that take whole numbers alone."""
    found = []
    for name in names:
        node, _, param = name.partition(".")
        schema = find(document.nodes[node].component).spec.params.model_json_schema()["properties"][param]
        kinds = {item.get("type") for item in schema.get("anyOf", [schema])}
        if "integer" in kinds and "number" not in kinds:
            found.append(name)
    return found


def _range(document: Pipeline, name: str, words: str) -> SearchRange:
    node, _, param = name.partition(".")
    if node not in document.nodes:
        raise UNKNOWN_NODE(node=node, at=name, value=name, hint=hint(node, document.nodes))
    fields = find(document.nodes[node].component).spec.params.model_fields
    if param not in fields:
        raise UNKNOWN_PARAM(node=node, at=param or name, hint=hint(param, fields))
    if words.strip():
        return read_range(name, words)
    own = own_ranges(document, node).get(name)
    if own is None:
        raise NOT_SEARCHABLE(at=name)
    return own


def _problems(document: Pipeline, name: str, found: SearchRange) -> list[InkstoneError]:
    node_id, _, param = name.partition(".")
    node = document.nodes[node_id]
    component = find(node.component).spec
    set_already = {key: filled(value, document.variables, node_id, key) for key, value in node.params.items()}
    ends: tuple[Any, ...] = found.values or (found.low, found.high)
    if not found.values and name in whole_numbers(document, [name]):
        ends = tuple(int(end) if float(end).is_integer() else end for end in ends)
    problems: list[InkstoneError] = []
    for end in ends:
        problems = problems or list(parameter_problems(component, {**set_already, param: end}, node_id))
    return problems


def _reports(component: Component) -> bool:
    if component.category.value not in _TRAINING:
        return False
    return any(port.type is PortType.METRICS for port in component.outputs)
