"""The tables that a document's data references lead to, for the check of column names before anything runs."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import filled
from inkstone.backend.pipeline.parameters import names_of_kind
from inkstone.backend.pipeline.schema import propagate
from inkstone.backend.service.samples import sample_table
from inkstone.backend.store import lookup
from inkstone.components.artifacts import TableInfo
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find


def expected_tables(db: Session, document: Pipeline) -> tuple[dict[str, TableInfo], list[InkstoneError]]:
    """Return ``node.port`` to the expected table, and a problem for each reference that leads nowhere."""
    infos: dict[str, TableInfo] = {}
    missing: list[InkstoneError] = []
    for node_id, name, reference in _references(document):
        try:
            if reference.startswith("sample:"):
                infos[reference] = sample_table(lookup.sample_file(reference))
            else:
                version = lookup.dataset_version(db, reference)
                infos[reference] = TableInfo.model_validate({**version.info, "roles": version.roles})
        except InkstoneError as error:
            error.node, error.at = node_id, name
            missing.append(error)
    return propagate(document, infos), missing


def _references(document: Pipeline) -> Iterator[tuple[str, str, str]]:
    """Yield node, parameter and data reference of every enabled node."""
    for node_id, node in document.nodes.items():
        if not node.enabled:
            continue
        try:
            names = names_of_kind(find(node.component).spec, "dataset")
            for name in names:
                value = filled(node.params.get(name), document.variables, node_id, name)
                if isinstance(value, str) and value.startswith(("dataset:", "sample:")):
                    yield node_id, name, value
        except InkstoneError:
            continue  # validation reports it
