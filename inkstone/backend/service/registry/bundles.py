"""Takes exported models in: a zip that ``inkstone export`` wrote becomes the next version of a model."""

import shutil
from pathlib import Path
from uuid import uuid4

from inkstone import paths
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_create, require_write
from inkstone.backend.service.errors import UPLOAD_MISSING
from inkstone.backend.service.incoming_file import IncomingFile
from inkstone.backend.service.models import get
from inkstone.backend.service.registry.errors import UNKNOWN_TASK
from inkstone.backend.service.views import ModelVersionView
from inkstone.backend.store.artifacts import disk_errors
from inkstone.backend.store.database import session
from inkstone.backend.store.registry import register_model
from inkstone.backend.store.tables import Model
from inkstone.components.artifacts import file_digest
from inkstone.components.nlp.bundle import BAD_BUNDLE, unpack_bundle
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.texts import text


def import_(actor: Actor, source: Path, name: str, *, sha256: str | None = None, shown: str = "") -> ModelVersionView:
    """Register an exported model.

    Args:
        actor: Who imports; adding to an existing model needs the right to change it.
        source: The zip, on this machine.
        name: Name of the model; the next version where it exists.
        sha256: What the zip's digest must be, where its maker told it.
        shown: The file's own name, for messages.

    Raises:
        InkstoneError: ``model.bad_bundle``, ``model.tampered``, ``model.unsafe_weights``, ``models.unknown_task``,
            ``upload.missing``, ``path.bad_name`` or ``auth.forbidden``.
    """
    require_create(actor, "model.import")
    name, shown = paths.safe_name(name), shown or source.name
    if not source.is_file():
        raise UPLOAD_MISSING(at="file", name=shown)
    with session() as db:
        known = db.query(Model).filter_by(name=name).first()
        if known is not None:
            require_write(actor, known.owner_id, "model.import")
    digest = file_digest(source)
    if sha256 and digest != sha256.strip().lower():
        raise BAD_BUNDLE(file=shown, zh=f"SHA-256 是 {digest}", en=f"its SHA-256 is {digest}", at="sha256")
    working = paths.inside(paths.folder("cache"), f"bundle-{uuid4().hex}")
    working.mkdir(parents=True)
    try:
        with disk_errors(working):
            card = unpack_bundle(source, working, shown)
        _require_loadable(working, card, shown)
        note = text(f"由 {actor.name} 从 {shown} 导入。", f"Imported from {shown} by {actor.name}.")
        reference = register_model(name, working, metrics=card.metrics, note=note, owner_id=actor.user_id)
    finally:
        shutil.rmtree(working, ignore_errors=True)
    with session() as db:
        audit.record(db, actor, "model.import", reference, file=shown[:200], sha256=digest)
    return get(actor, reference)


class IncomingBundle(IncomingFile):
    """A zip with a model on its way.

    Args:
        actor: Who uploads.
        file_name: The name the file had; only shown.
    """

    def __init__(self, actor: Actor, file_name: str) -> None:
        super().__init__(actor, file_name, "model.import")

    def register(self, name: str, sha256: str | None = None) -> ModelVersionView:
        """Import what has come, see ``import_``."""
        return import_(self.actor, self.finished(), name, sha256=sha256, shown=self.file_name)


def _require_loadable(folder: Path, card: ModelCard, shown: str) -> None:
    """Load the model once, so that a bundle that only looks right is refused here and not at the first request."""
    from inkstone.components.nlp import ngram
    from inkstone.components.nlp.inference import COMPOSED_TASKS, NEURAL_TASKS, load_model
    from inkstone.components.nlp.tagging.loading import is_tagger, load_tagger

    tagger = is_tagger(card.task)
    if not tagger and card.task != ngram.TASK and card.task not in NEURAL_TASKS and card.task not in COMPOSED_TASKS:
        raise UNKNOWN_TASK(task=card.task[:60])
    try:
        load_tagger(folder) if tagger else load_model(folder)
    except (ValueError, KeyError, TypeError, RuntimeError, OSError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise BAD_BUNDLE(file=shown, zh=f"无法载入（{reason}）", en=f"it cannot be loaded ({reason})") from error
