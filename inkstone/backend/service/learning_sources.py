"""What a finished run learned from, found in its document: where its labelled rows and its unlabelled texts come from."""

from dataclasses import dataclass
from typing import cast

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.service import datasets
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.errors import NOTHING_TO_CHOOSE
from inkstone.backend.store import lookup
from inkstone.components.artifacts import Role

_READER = "data.read_table"
_MAPPER = "data.map_columns"


@dataclass(frozen=True)
class Sources:
    """Where a run's rows come from.

    Attributes:
        reader: The node that reads the labelled file.
        train: Its data reference.
        pool: The data reference of the unlabelled file; that of the labelled one where rows without a label stand in it.
        columns: The columns that the document names for roles.
    """

    reader: str
    train: str
    pool: str
    columns: dict[Role, str]

    @property
    def own(self) -> bool:
        """The unlabelled texts stand in the labelled file."""
        return self.train == self.pool


def find_sources(document: Pipeline) -> Sources | None:
    """Return where the rows of a document come from; None where it learns from nothing that could be labelled."""
    if any(node.enabled and node.params.get("text_pair") for node in document.nodes.values()):
        return None  # pairs cannot be labelled one by one
    train = _first_reader(document, "train")
    if train is None:
        return None
    pool = _first_reader(document, "unlabelled") or train
    return Sources(train, _source(document, train), _source(document, pool), _columns(document))


def settled(actor: Actor, sources: Sources) -> Sources:
    """Return the same with references to fixed versions; a shipped sample becomes a dataset first.

    Raises:
        InkstoneError: ``data.unknown_dataset``; ``learning.nothing_to_choose`` for an empty reference.
    """
    train = _settled(actor, sources.train)
    pool = train if sources.own else _settled(actor, sources.pool)
    return Sources(sources.reader, train, pool, sources.columns)


def _settled(actor: Actor, reference: str) -> str:
    if not reference:
        raise NOTHING_TO_CHOOSE()
    if reference.startswith("sample:"):
        path = lookup.sample_file(reference)
        return datasets.upload(actor, path, path.name).reference
    return datasets.get(actor, reference).reference


def _first_reader(document: Pipeline, port: str) -> str | None:
    readers = (_reader_above(document, name, port) for name, node in document.nodes.items() if node.enabled)
    return next((reader for reader in readers if reader), None)


def _reader_above(document: Pipeline, node_id: str, port: str) -> str | None:
    """Return the enabled reader that a port hangs on, through any number of nodes that hand tables on."""
    link = document.nodes[node_id].inputs.get(port)
    if not isinstance(link, str):
        return None
    above = link.partition(".")[0]
    node = document.nodes.get(above)
    if node is None or not node.enabled:
        return None
    if node.component.partition("@")[0] == _READER:
        return above
    names = [name for name in ("table", "train") if name in node.inputs]
    return _reader_above(document, above, names[0]) if names else None


def _source(document: Pipeline, reader: str) -> str:
    return str(document.nodes[reader].params.get("source") or "")


def _columns(document: Pipeline) -> dict[Role, str]:
    for node in document.nodes.values():
        if node.component.partition("@")[0] == _MAPPER and node.enabled:
            named = {role: node.params.get(role) for role in ("text", "label")}
            return {cast(Role, role): str(column) for role, column in named.items() if column}
    return {}
