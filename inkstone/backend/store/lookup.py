"""Finds what a reference in a document leads to: ``dataset:NAME@VERSION``, ``sample:FILE``, ``MODEL@VERSION``."""

from difflib import get_close_matches
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

import inkstone
from inkstone import paths
from inkstone.backend.store.errors import UNKNOWN_DATASET, UNKNOWN_LEXICON, UNKNOWN_MODEL, UNKNOWN_SAMPLE
from inkstone.backend.store.tables import Dataset, DatasetVersion, Model, ModelVersion
from inkstone.backend.store.tables_registry import ModelAlias
from inkstone.backend.store.tables_risk import Lexicon, LexiconVersion

STAGES = ("candidate", "staging", "production", "archived")
RESERVED_ALIASES = {*STAGES, "latest"}
"""What may stand behind the ``@`` of a model besides numbers and aliases: a stage, or ``latest``."""

SAMPLES = Path(inkstone.__file__).parent / "assets" / "samples"


def split_reference(reference: str) -> tuple[str, int | None]:
    """Split ``NAME@VERSION``; without a version the newest is meant."""
    name, at, version = reference.rpartition("@")
    if at and version.isdecimal():
        return name, int(version)
    return reference, None


def dataset_version(session: Session, reference: str) -> DatasetVersion:
    """Return the version that ``dataset:NAME``, ``NAME`` or ``NAME@VERSION`` means; trashed datasets count as absent.

    Raises:
        InkstoneError: ``data.unknown_dataset``, with the nearest name as a hint.
    """
    name, number = split_reference(reference.removeprefix("dataset:"))
    query = select(DatasetVersion).join(Dataset).where(Dataset.name == name, Dataset.trashed_at.is_(None))
    if number is not None:
        query = query.where(DatasetVersion.number == number)
    found = session.scalars(query.order_by(DatasetVersion.number.desc()).limit(1)).first()
    if found is None:
        names = session.scalars(select(Dataset.name).where(Dataset.trashed_at.is_(None))).all()
        raise UNKNOWN_DATASET(reference=reference, hint=_hint(name, list(names)))
    return found


def model_version(session: Session, reference: str) -> ModelVersion:
    """Return the version that a reference means; trashed models count as absent.

    ``NAME`` and ``NAME@latest``: the newest. ``NAME@2``: that number. ``NAME@production``: the newest of that stage.
    ``NAME@champion``: what the alias means.

    Raises:
        InkstoneError: ``models.unknown``, with the nearest name as a hint.
    """
    name, at, wanted = reference.rpartition("@")
    name, wanted = (name, wanted) if at else (reference, "latest")
    query = select(ModelVersion).join(Model).where(Model.name == name, Model.trashed_at.is_(None))
    if wanted.isdecimal():
        query = query.where(ModelVersion.number == int(wanted))
    elif wanted in STAGES:
        query = query.where(ModelVersion.stage == wanted)
    elif wanted != "latest":
        query = query.join(ModelAlias, ModelAlias.version_id == ModelVersion.id).where(ModelAlias.alias == wanted)
    found = session.scalars(query.order_by(ModelVersion.number.desc()).limit(1)).first()
    if found is None:
        names = session.scalars(select(Model.name).where(Model.trashed_at.is_(None))).all()
        raise UNKNOWN_MODEL(reference=reference, hint=_hint(name, list(names)))
    return found


def lexicon_version(session: Session, reference: str) -> LexiconVersion:
    """Return the version that ``lexicon:NAME``, ``NAME`` (the newest) or ``NAME@VERSION`` means; trashed ones are absent.

    Raises:
        InkstoneError: ``lexicon.unknown``, with the nearest name as a hint.
    """
    name, number = split_reference(reference.removeprefix("lexicon:"))
    query = select(LexiconVersion).join(Lexicon).where(Lexicon.name == name, Lexicon.trashed_at.is_(None))
    if number is not None:
        query = query.where(LexiconVersion.number == number)
    found = session.scalars(query.order_by(LexiconVersion.number.desc()).limit(1)).first()
    if found is None:
        names = session.scalars(select(Lexicon.name).where(Lexicon.trashed_at.is_(None))).all()
        raise UNKNOWN_LEXICON(reference=reference, hint=_hint(name, list(names)))
    return found


def sample_file(reference: str) -> Path:
    """Return the file (or folder) that ``sample:FILE`` means.

    Raises:
        InkstoneError: ``data.unknown_sample``.
    """
    path = paths.inside(SAMPLES, reference.removeprefix("sample:"))
    if not path.exists() or path == SAMPLES.resolve():
        known = sorted(item.name for item in SAMPLES.iterdir() if not item.name.startswith("."))
        raise UNKNOWN_SAMPLE(reference=reference, known=", ".join(known) or "-")
    return path


def _hint(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"→ {near[0]}" if near else ""
