"""Checks a whole document and gives every problem at once, each with its node and the field it concerns."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from inkstone.backend.pipeline.document import NODE_ID, Node, Pipeline
from inkstone.backend.pipeline.edit import filled
from inkstone.backend.pipeline.errors import (
    BAD_NODE_ID,
    BAD_REFERENCE,
    CYCLE,
    DISABLED_INPUT,
    EMPTY,
    MISSING_INPUT,
    PORT_TYPE,
    TOO_MANY_EDGES,
    UNKNOWN_COLUMN,
    UNKNOWN_INPUT,
    UNKNOWN_NODE,
    UNKNOWN_OUTPUT,
)
from inkstone.backend.pipeline.parameters import hint, names_of_kind, parameter_problems, titles
from inkstone.backend.pipeline.plan import Edge, find_cycle, live_edges
from inkstone.components.artifacts import ROW_ID, TableInfo
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find
from inkstone.components.spec import Component, Port, PortType

_REFERENCE = re.compile(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")


def validate(
    document: Pipeline, *, schemas: Mapping[str, TableInfo] | None = None, nodes: Collection[str] | None = None
) -> list[InkstoneError]:
    """Return every problem of a document; an empty list means that it can run.

    Disabled nodes are not looked at (except for their component): their edges count as unconnected, so a node whose
    required input hangs on one is a problem.

    Args:
        document: The pipeline.
        schemas: ``node.port`` to the table that is expected there (``schema.propagate``), to check column names.
        nodes: Only these nodes matter, such as those of a run up to one node.
    """
    checker = _Checker(document, schemas or {})
    return [problem for problem in checker.problems() if nodes is None or problem.node is None or problem.node in nodes]


class _Checker:
    def __init__(self, document: Pipeline, schemas: Mapping[str, TableInfo]) -> None:
        self.document = document
        self.schemas = schemas
        self.specs: dict[str, Component] = {}

    def problems(self) -> Iterator[InkstoneError]:
        enabled = {node_id: node for node_id, node in self.document.nodes.items() if node.enabled}
        if not enabled:
            yield EMPTY()
        for node_id, node in self.document.nodes.items():
            if not re.match(NODE_ID, node_id):
                yield BAD_NODE_ID(node=node_id, at="id")
            try:
                self.specs[node_id] = find(node.component).spec
            except InkstoneError as error:
                yield replace(error, node=node_id, at="component")
        for node_id, node in enabled.items():
            spec = self.specs.get(node_id)
            if spec:
                yield from self.parameters(node_id, node, spec)
                yield from self.inputs(node_id, node, spec)
        yield from self.cycles(enabled)

    def parameters(self, node_id: str, node: Node, spec: Component) -> Iterator[InkstoneError]:
        params = {}
        unknown = []
        for name, value in node.params.items():
            try:
                params[name] = filled(value, self.document.variables, node_id, name)
            except InkstoneError as error:
                unknown.append(name)
                yield error
        for problem in parameter_problems(spec, params, node_id):
            if problem.at not in unknown:
                yield problem
        yield from self.columns(node_id, node, spec, params)

    def columns(
        self, node_id: str, node: Node, spec: Component, params: Mapping[str, object]
    ) -> Iterator[InkstoneError]:
        table = next((port.name for port in spec.inputs if port.type is PortType.TABLE), None)
        edges = live_edges(self.document, node).get(table or "", ())
        info = self.schemas.get(f"{edges[0].node}.{edges[0].port}") if edges else None
        if info is None:
            return
        known = [column.name for column in info.columns]
        for name in names_of_kind(spec, "column", "columns"):
            value = params.get(name)
            for column in value if isinstance(value, list) else [value]:
                if isinstance(column, str) and column and column not in [*known, ROW_ID]:
                    slots = {"columns": ", ".join(known), "hint": hint(column, known), **titles(spec, name)}
                    yield UNKNOWN_COLUMN(node=node_id, at=name, value=column, **slots)

    def inputs(self, node_id: str, node: Node, spec: Component) -> Iterator[InkstoneError]:
        live = live_edges(self.document, node)
        for name, references in node.inputs.items():
            port = spec.input(name)
            if port is None:
                known = [item.name for item in spec.inputs]
                yield UNKNOWN_INPUT(node=node_id, at=name, inputs=", ".join(known) or "-", hint=hint(name, known))
                continue
            for reference in [references] if isinstance(references, str) else references:
                yield from self.edge(node_id, port, reference)
            count = len(live.get(name, ()))
            if count > 1 and not port.many:
                yield TOO_MANY_EDGES(node=node_id, at=name, count=count)
        for port in spec.inputs:
            if not port.optional and not live.get(port.name):
                yield self.unconnected(node_id, node, port)

    def edge(self, node_id: str, port: Port, reference: str) -> Iterator[InkstoneError]:
        if not _REFERENCE.match(reference):
            yield BAD_REFERENCE(node=node_id, at=port.name, value=reference)
            return
        edge = Edge.parse(reference)
        if edge.node not in self.document.nodes:
            yield UNKNOWN_NODE(node=node_id, at=port.name, value=reference, hint=hint(edge.node, self.document.nodes))
            return
        source = self.specs.get(edge.node)
        if source is None:
            return  # its component is unknown, which is said there
        output = source.output(edge.port)
        if output is None:
            known = [item.name for item in source.outputs]
            slots: dict[str, Any] = {"value": reference, "source": edge.node, "outputs": ", ".join(known) or "-"}
            yield UNKNOWN_OUTPUT(node=node_id, at=port.name, hint=hint(edge.port, known), **slots)
        elif output.type is not port.type:
            types: dict[str, Any] = {"wanted": port.type.value, "given": output.type.value}
            yield PORT_TYPE(node=node_id, at=port.name, value=reference, **types)

    def unconnected(self, node_id: str, node: Node, port: Port) -> InkstoneError:
        slots: dict[str, Any] = {"title_zh": port.title.zh, "title_en": port.title.en}
        references = node.inputs.get(port.name)
        if references:
            first = Edge.parse(references if isinstance(references, str) else references[0]).node
            if first in self.document.nodes:
                return DISABLED_INPUT(node=node_id, at=port.name, source=first, **slots)
        return MISSING_INPUT(node=node_id, at=port.name, wanted=port.type.value, **slots)

    def cycles(self, enabled: Mapping[str, Node]) -> Iterator[InkstoneError]:
        parents = {
            node_id: {edge.node for edges in live_edges(self.document, node).values() for edge in edges}
            for node_id, node in enabled.items()
        }
        while parents:
            free = [node_id for node_id, needs in parents.items() if not needs]
            if free:
                for node_id in free:
                    del parents[node_id]
            else:
                path = find_cycle(parents)
                yield CYCLE(node=path[0], at="inputs", path=" → ".join([*path, path[0]]))
                for node_id in path:
                    del parents[node_id]
            for node_id, needs in parents.items():
                parents[node_id] = needs & parents.keys()
