"""Encoders that training can start from: what there is, and new ones from a folder or a zip."""

from pathlib import Path
from typing import Any

from inkstone import paths
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_admin, require_create, require_read
from inkstone.backend.service.errors import UPLOAD_MISSING
from inkstone.backend.service.incoming_file import IncomingFile
from inkstone.backend.store.artifacts import disk_errors
from inkstone.backend.store.database import session


def list_(actor: Actor) -> list[dict[str, Any]]:
    """Return the encoders that are here, and those of the catalogue, as JSON-safe facts."""
    from inkstone.components.nlp.encoders import list_encoders

    require_read(actor, "encoder.list")
    return [item.model_dump(mode="json") for item in list_encoders()]


def verify(actor: Actor, name: str) -> dict[str, Any]:
    """Compare the files of a shipped or imported encoder with the digests that were kept, and return its facts.

    Raises:
        InkstoneError: ``encoder.not_found``, ``model.tampered``.
    """
    from inkstone.components.nlp.encoders import resolve_local
    from inkstone.components.nlp.zoo import verify_encoder

    require_read(actor, "encoder.verify")
    verify_encoder(resolve_local(name))
    return _facts(actor, name)


def import_(
    actor: Actor, source: Path, name: str, sha256: str | None = None, *, replace: bool = False
) -> dict[str, Any]:
    """Copy an encoder from a folder or a zip of this machine and return its facts.

    Args:
        actor: Who imports; only an administrator may replace an encoder.
        source: A folder or zip in Hugging Face format.
        name: What it will be called.
        sha256: Digest of ``pytorch_model.bin`` where there are no safetensors; the file is then converted once.
        replace: Take the place of an encoder of that name.

    Raises:
        InkstoneError: ``auth.forbidden``, ``upload.missing``, ``encoder.name_taken``, ``encoder.bad_archive``,
            ``encoder.bad_folder``, ``model.unsafe_weights``, ``model.tampered``.
    """
    from inkstone.components.nlp.zoo import import_encoder

    require_create(actor, "encoder.import")
    if replace:
        require_admin(actor, "encoder.replace")
    if not source.exists():
        raise UPLOAD_MISSING(at="file", name=str(source))
    with disk_errors(paths.folder("encoders")):
        folder = import_encoder(source, name, sha256, replace=replace)
    with session() as db:
        audit.record(db, actor, "encoder.import", folder.name)
    return _facts(actor, folder.name)


class IncomingEncoder(IncomingFile):
    """A zip with an encoder on its way.

    Args:
        actor: Who uploads.
        file_name: The name the file had; only shown.
    """

    def __init__(self, actor: Actor, file_name: str) -> None:
        super().__init__(actor, file_name, "encoder.import")

    def register(self, name: str, sha256: str | None = None, *, replace: bool = False) -> dict[str, Any]:
        """Import what has come, see ``import_``."""
        return import_(self.actor, self.finished(), name, sha256, replace=replace)


def _facts(actor: Actor, name: str) -> dict[str, Any]:
    return next(item for item in list_(actor) if item["name"] == name)
