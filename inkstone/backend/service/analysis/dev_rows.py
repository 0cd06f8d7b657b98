"""The rows on which thresholds are chosen: the dev rows of the run that made a model, or labelled rows that somebody names."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np

from inkstone.backend.pipeline.document import Pipeline as Document
from inkstone.backend.service import dataset_rows, models
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.analysis.errors import NO_DEV_ROWS, OTHER_CLASSES
from inkstone.backend.service.run_outputs import artifacts_of, folder_of
from inkstone.backend.service.views import ModelVersionView
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Artifact, Run
from inkstone.components.artifacts import Role, Table, content_hash
from inkstone.components.data.label_mapping import split_labels
from inkstone.components.errors import InkstoneError
from inkstone.components.spec import PortType

MOST_ROWS = 5_000


@dataclass
class DevRows:
    """Scored rows with their classes.

    Attributes:
        data: What they are called.
        from_run: They are the dev rows of the run that made the model.
        labels: Classes of the model.
        scores: Shape (rows, classes).
        true: Class numbers; where a text may be of several classes, which row is of which, shape (rows, classes), bool.
        safe: The class of harmless texts where a text may be of several classes.
        left_out: Rows beyond the most that are scored.
    """

    data: str
    from_run: bool
    labels: list[str]
    scores: "np.ndarray"
    true: "np.ndarray"
    safe: str | None
    left_out: int

    @property
    def several(self) -> bool:
        """A text may be of several classes."""
        return self.safe is not None


def dev_rows(actor: Actor, version: ModelVersionView, data: str | None) -> DevRows:
    """Return scored rows to choose thresholds on.

    Args:
        actor: Who asks.
        version: The model.
        data: A dataset version; None takes the dev rows of the model's run.

    Raises:
        InkstoneError: ``thresholds.no_dev_rows``, ``thresholds.other_classes``,
            ``data.missing_role``, ``data.unknown_dataset``.
    """
    given = labelled_table(actor, version, data)
    folder = models.folder(actor, version.reference)
    found = _scored(str(folder), version.sha256, str(given.table.path), given.text, given.label)
    if not len(found.true):
        raise OTHER_CLASSES(data=given.name, labels=", ".join(found.labels))
    return replace(found, data=given.name, from_run=data is None)


class LabelledTable(NamedTuple):
    """A table with its name, its text column and its label column."""

    table: Table
    name: str
    text: str
    label: str


def labelled_table(actor: Actor, version: ModelVersionView, data: str | None) -> LabelledTable:
    """Return the rows themselves: a dataset version, or the dev rows of the model's run.

    Raises:
        InkstoneError: ``thresholds.no_dev_rows``, ``data.missing_role``, ``data.unknown_dataset``.
    """
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.risk.model import parts_of
    from inkstone.components.nlp.tagging.requirements import gives_labels

    inner = parts_of(models.folder(actor, version.reference))[0]
    # A column of one class each serves a multi-label model, too.
    fitting: tuple[Role, ...] = ("labels", "label") if gives_labels(model_io.read_card(inner).task) else ("label",)
    if data is None:
        table, name = _dev_table(version, _digest(str(inner)), fitting), f"{(version.run_id or '')[:8]} dev"
        if table is None:
            raise NO_DEV_ROWS(model=version.reference)
        roles = table.info.roles
    else:
        with session() as db:
            found = dataset_rows.find_version(db, data)
            table, name = Table(dataset_rows.folder_of(found) / "table"), f"{found.dataset.name}@{found.number}"
            roles = cast(dict[Role, str], dict(found.roles))
    said = next((role for role in fitting if role in roles), fitting[0])
    return LabelledTable(table, name, _column(table, roles, "text"), _column(table, roles, said))


def _column(table: Table, roles: dict[Role, str], role: Role) -> str:
    return roles[role] if role in roles else table.column(role)


@lru_cache(maxsize=64)
def _digest(folder: str) -> str:
    return content_hash(Path(folder))


@lru_cache(maxsize=8)
def _scored(folder: str, _sha256: str, table: str, text: str, label: str) -> DevRows:
    """Score the rows once; versions of models and data never change."""
    from inkstone.components.nlp.risk.several import load_scorer, numbers_of, several_of
    from inkstone.components.nlp.tagging.label_rows import with_parents

    model = load_scorer(Path(folder))
    several = several_of(model)
    separator = several.tagger.separator if several else None
    texts: list[str] = []
    said: list[list[str]] = []
    left_out = 0
    for batch in Table(Path(table)).batches([text, label]):
        for words, cell in zip(batch.column(text).to_pylist(), batch.column(label).to_pylist(), strict=True):
            labels = with_parents(split_labels(cell, None), separator) if several else [cell]
            if words is None or not set(labels) <= set(model.labels):
                continue
            if len(texts) == MOST_ROWS:
                left_out += 1
                continue
            texts.append(str(words))
            said.append(labels)
    true = several.truth(said) if several else numbers_of(model, [item for (item,) in said])
    safe = several.safe if several else None
    return DevRows("", False, list(model.labels), model.scores(texts), true, safe, left_out)


def _dev_table(version: ModelVersionView, digest: str, fitting: tuple[Role, ...]) -> Table | None:
    """Return the dev rows that the nodes before a model read: the nearest input called ``dev``."""
    with session() as db:
        run = db.get(Run, version.run_id) if version.run_id else None
        if run is None:
            return None
        document, outputs = Document.model_validate(run.document), artifacts_of(db, run.id)
    start = [
        node
        for node, ports in outputs.items()
        for artifact in ports.values()
        if artifact.type == PortType.MODEL and artifact.sha256 in (digest, version.sha256)
    ]
    seen: set[str] = set()
    while start:
        node = start.pop(0)
        if node in seen or node not in document.nodes:
            continue
        seen.add(node)
        inputs = document.nodes[node].inputs
        found = _table(inputs.get("dev"), outputs, fitting)
        if found is not None:
            return found
        start += [
            edge.partition(".")[0]
            for given in inputs.values()
            for edge in ([given] if isinstance(given, str) else given)
        ]
    return None


def _table(edge: object, outputs: dict[str, dict[str, Artifact]], fitting: tuple[Role, ...]) -> Table | None:
    if not isinstance(edge, str):
        return None
    node, _, port = edge.partition(".")
    artifact = outputs.get(node, {}).get(port)
    if artifact is None:
        return None
    try:
        table = Table(folder_of(artifact))
    except InkstoneError:
        return None  # its files are gone
    return table if table.info.rows and set(fitting) & set(table.info.roles) else None
