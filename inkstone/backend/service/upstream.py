"""The tables that will arrive at each node, told before anything has run: what column pickers offer."""

from inkstone.backend.pipeline.document import Pipeline as Document
from inkstone.backend.pipeline.plan import live_edges
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.schemas import expected_tables
from inkstone.backend.store.database import session
from inkstone.components.artifacts import TableInfo


def expected(actor: Actor, document: Document) -> dict[str, TableInfo]:
    """Return ``node.port`` to the table expected there, for the ports where it can be told."""
    require_read(actor, "pipeline.schema")
    with session() as db:
        return expected_tables(db, document)[0]


def arriving(document: Document, tables: dict[str, TableInfo], node: str) -> TableInfo | None:
    """Return the table at the first connected table input of a node."""
    for edges in live_edges(document, document.nodes[node]).values():
        for edge in edges:
            found = tables.get(f"{edge.node}.{edge.port}")
            if found is not None:
                return found
    return None
