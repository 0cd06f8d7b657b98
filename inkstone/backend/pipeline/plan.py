"""The order in which the nodes of a document run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inkstone.backend.pipeline.document import Node, Pipeline
from inkstone.backend.pipeline.errors import CYCLE, UNKNOWN_NODE
from inkstone.backend.pipeline.parameters import hint


@dataclass(frozen=True)
class Edge:
    """Where an input comes from: output ``port`` of ``node``."""

    node: str
    port: str

    @classmethod
    def parse(cls, reference: str) -> "Edge":
        """Read ``node.port``."""
        node, _, port = reference.partition(".")
        return cls(node, port)


@dataclass(frozen=True)
class Plan:
    """What a run does.

    Attributes:
        order: Ids of the nodes that take part, every node after those it needs.
        edges: For each of them input port to its edges; edges from disabled nodes are left out.
        forced: Nodes that run again even where the cache has their outputs.
    """

    order: tuple[str, ...]
    edges: Mapping[str, Mapping[str, tuple[Edge, ...]]]
    forced: frozenset[str] = frozenset()

    def needs(self, node: str) -> set[str]:
        """Return the nodes whose outputs ``node`` reads."""
        return {edge.node for edges in self.edges[node].values() for edge in edges}


def plan(document: Pipeline, to: str | None = None, from_: str | None = None, only: str | None = None) -> Plan:
    """Return what a run of the document does.

    Args:
        document: A valid document.
        to: Run this node and whatever it needs.
        from_: Run this node and all that follows again; what these need besides comes from the cache where it can.
        only: Run this node again, with its inputs from the cache where they can.

    Raises:
        InkstoneError: ``pipeline.cycle``, or ``pipeline.unknown_node`` for the three arguments.
    """
    edges = {node_id: live_edges(document, node) for node_id, node in document.nodes.items() if node.enabled}
    for wanted in (to, from_, only):
        if wanted is not None and wanted not in edges:
            raise UNKNOWN_NODE(node=wanted, at="node", value=wanted, hint=hint(wanted, edges))
    order = sort(edges)
    parents = {node_id: {edge.node for found in ports.values() for edge in found} for node_id, ports in edges.items()}
    chosen, forced = set(order), set[str]()
    if from_:
        forced = _reach(from_, _children(parents))
        chosen &= _close(forced, parents)
    if only:
        forced = {only}
        chosen &= _close(forced, parents)
    if to:
        chosen &= _close({to}, parents)
    kept = tuple(node_id for node_id in order if node_id in chosen)
    return Plan(kept, {node_id: edges[node_id] for node_id in kept}, frozenset(forced & chosen))


def live_edges(document: Pipeline, node: Node) -> dict[str, tuple[Edge, ...]]:
    """Return the edges of each input of a node, without those that come from disabled nodes."""
    found = {}
    for port, references in node.inputs.items():
        listed = [references] if isinstance(references, str) else references
        edges = (Edge.parse(reference) for reference in listed)
        live = tuple(edge for edge in edges if edge.node in document.nodes and document.nodes[edge.node].enabled)
        if live:
            found[port] = live
    return found


def sort(edges: Mapping[str, Mapping[str, tuple[Edge, ...]]]) -> list[str]:
    """Return the nodes in topological order; among free ones the order of the document decides.

    Raises:
        InkstoneError: ``pipeline.cycle``.
    """
    waiting = {node: {edge.node for found in ports.values() for edge in found} for node, ports in edges.items()}
    order: list[str] = []
    while waiting:
        free = next((node for node, needs in waiting.items() if not needs), None)
        if free is None:
            path = find_cycle(waiting)
            raise CYCLE(node=path[0], at="inputs", path=" → ".join([*path, path[0]]))
        order.append(free)
        del waiting[free]
        for needs in waiting.values():
            needs.discard(free)
    return order


def find_cycle(parents: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the nodes of one cycle in the direction of the data, given that every node has a parent."""
    walk: list[str] = []
    node = next(iter(parents))
    while node not in walk:
        walk.append(node)
        node = min(parents[node])
    return walk[walk.index(node) :][::-1]


def _children(parents: Mapping[str, set[str]]) -> dict[str, set[str]]:
    children: dict[str, set[str]] = {node: set() for node in parents}
    for node, needs in parents.items():
        for need in needs:
            children[need].add(node)
    return children


def _reach(start: str, neighbours: Mapping[str, set[str]]) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        for node in neighbours[todo.pop()] - found:
            found.add(node)
            todo.append(node)
    return found


def _close(nodes: Iterable[str], parents: Mapping[str, set[str]]) -> set[str]:
    return set().union(*(_reach(node, parents) for node in nodes))
