"""The tables a graph will carry, as far as they can be told before anything ran: what column pickers show."""

from collections.abc import Mapping
from typing import Any, cast

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import filled
from inkstone.backend.pipeline.parameters import names_of_kind
from inkstone.backend.pipeline.plan import live_edges, sort
from inkstone.components.artifacts import ColumnInfo, Role, TableInfo
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find
from inkstone.components.spec import Component, PortType

_ROLES: tuple[Role, ...] = ("text", "text_pair", "label", "labels", "entities", "keywords", "id", "group")
_PREDICTED = (
    ColumnInfo(name="predicted", dtype="string"),
    ColumnInfo(name="score", dtype="float64"),
    ColumnInfo(name="scores", dtype="list<float>"),
)


def propagate(document: Pipeline, dataset_infos: Mapping[str, TableInfo]) -> dict[str, TableInfo]:
    """Return ``node.port`` to the expected table, for the ports where it can be told.

    Args:
        document: A pipeline, which may be unfinished or wrong.
        dataset_infos: Data reference (``dataset:x@1``, ``sample:y.csv``) to what is known of it.
    """
    edges = {node_id: live_edges(document, node) for node_id, node in document.nodes.items() if node.enabled}
    try:
        order = sort(edges)
    except InkstoneError:
        return {}
    found: dict[str, TableInfo] = {}
    for node_id in order:
        try:
            spec = find(document.nodes[node_id].component).spec
            raw = document.nodes[node_id].params
            params = {name: filled(value, document.variables, node_id, name) for name, value in raw.items()}
        except InkstoneError:
            continue
        incoming = {port: found.get(f"{first[0].node}.{first[0].port}") for port, first in edges[node_id].items()}
        for port, info in _outputs(spec, params, incoming, dataset_infos).items():
            found[f"{node_id}.{port}"] = info
    return found


def _outputs(
    spec: Component,
    params: Mapping[str, Any],
    incoming: Mapping[str, TableInfo | None],
    dataset_infos: Mapping[str, TableInfo],
) -> dict[str, TableInfo]:
    """A table output looks like the table input of its name, else like the first one, else like the dataset read.

    An optional output whose input of the same name is not connected stays absent.
    """
    tables = [port.name for port in spec.inputs if port.type is PortType.TABLE]
    sources = names_of_kind(spec, "dataset")
    found = {}
    for port in spec.outputs:
        if port.type is not PortType.TABLE:
            continue
        if tables:
            info = incoming.get(port.name)
            if info is None and not (port.optional and port.name in tables):
                info = incoming.get(tables[0])
        else:
            info = dataset_infos.get(str(params.get(sources[0]))) if sources else None
        if info is not None:
            found[port.name] = _changed(spec, params, info)
    return found


def _changed(spec: Component, params: Mapping[str, Any], info: TableInfo) -> TableInfo:
    if spec.id == "data.map_columns":
        names = {column.name for column in info.columns}
        roles = {role: params[role] for role in _ROLES if isinstance(params.get(role), str) and params[role] in names}
        return info.model_copy(update={"roles": {**info.roles, **cast("dict[Role, str]", roles)}})
    if spec.id == "predict.batch":
        added = [column for column in _PREDICTED if column.name not in {item.name for item in info.columns}]
        return info.model_copy(update={"columns": [*info.columns, *added]})
    return info
