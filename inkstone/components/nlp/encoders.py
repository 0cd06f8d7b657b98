"""Finds encoders: shipped ones, folders that a user put in place, the Hugging Face cache and hub."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

import inkstone
from inkstone import paths
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.errors import ENCODER_NOT_FOUND
from inkstone.components.nlp.model_io import check_encoder, weight_count
from inkstone.components.nlp.zoo import Listed, catalogue, fetch_from_modelscope, listed
from inkstone.components.texts import Text, text

SCRATCH = "scratch"
_HUB_FILES = ["config.json", "*.safetensors", "*.safetensors.index.json", "tokenizer*", "vocab*", "*.model", "merges.txt",
              "special_tokens_map.json", "added_tokens.json"]  # fmt: skip


class EncoderInfo(BaseModel):
    """An encoder that a user can choose.

    Attributes:
        name: The reference: what goes into the parameter ``encoder``.
        title: Its name on the page.
        origin: ``scratch``, ``shipped``, ``folder`` (of INKSTONE_HOME) or ``hub``.
        ready: It lies on this machine.
        parameters: Number of weights, where known.
        languages: Languages it was trained on.
        licence: Licence of its weights, where known.
        pinned: The catalogue names one revision, or one digest, of it; None where the question does not arise.
        bytes: Size on this disk.
        folder: Where it lies, or where to put it.
        note: What it is good for, licence.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: Text
    origin: str
    ready: bool = True
    parameters: int | None = None
    languages: tuple[str, ...] = ()
    licence: str | None = None
    pinned: bool | None = None
    bytes: int | None = None
    folder: str | None = None
    note: Text | None = None


def shipped_folder() -> Path:
    """Return the folder of the encoders that ship with Inkstone."""
    return Path(inkstone.__file__).parent / "assets" / "encoders"


def resolve_encoder(reference: str) -> Path:
    """Return the local folder of an encoder.

    Looks, in this order, at: an absolute folder, the shipped encoders, ``INKSTONE_HOME/encoders``, the Hugging Face
    cache, the hub (``HF_ENDPOINT`` names a mirror), ModelScope. A name of the catalogue stands for its hub id.

    Raises:
        InkstoneError: ``encoder.not_found``, ``encoder.bad_folder`` or ``model.unsafe_weights``.
    """
    if Path(reference).is_absolute():
        if not Path(reference).is_dir():
            raise ENCODER_NOT_FOUND(encoder=reference, folder=reference, at="encoder")
        return _checked(Path(reference))
    folder = _local(reference)
    return _checked(folder if folder is not None else _from_hub(reference))


def resolve_local(name: str) -> Path:
    """Return the folder of a shipped encoder or of one that a user put here; nothing is fetched.

    Raises:
        InkstoneError: ``encoder.not_found``.
    """
    folder = _local(name)
    if folder is None:
        raise ENCODER_NOT_FOUND(encoder=name, folder=paths.home() / "encoders" / paths.safe_name(name), at="name")
    return folder


def _local(reference: str) -> Path | None:
    folders = (paths.inside(root, *reference.split("/")) for root in (shipped_folder(), paths.home() / "encoders"))
    return next((folder for folder in folders if (folder / "config.json").is_file()), None)


def list_encoders() -> list[EncoderInfo]:
    """Return what can be chosen on this machine now: scratch, shipped encoders, the user's folders."""
    found = [
        EncoderInfo(
            name=SCRATCH,
            title=text("从零训练（scratch）", "From scratch"),
            origin="scratch",
            note=text(
                "词表和权重都从你的文本学起；不需要下载，适合离线和快速试验。",
                "Learns its vocabulary and weights from your own text; nothing to download.",
            ),
        )
    ]
    known = {item.name: item for item in catalogue(shipped_folder())}
    for root, origin in ((shipped_folder(), "shipped"), (paths.home() / "encoders", "folder")):
        folders = sorted(item.parent for item in root.glob("*/config.json")) if root.is_dir() else []
        folders += sorted(item.parent for item in root.glob("*/*/config.json")) if root.is_dir() else []
        for folder in folders:
            name = folder.relative_to(root).as_posix()
            entry = known.pop(name, None)
            facts = _facts(entry) if entry is not None else _own_facts(folder)
            facts |= {"bytes": _size(folder), "folder": str(folder)}
            found.append(EncoderInfo(name=name, title=text(name, name), origin=origin, **facts))
    for entry in known.values():
        if entry.hub is not None:
            title = text(entry.name, entry.name)
            cached = _cached(entry)
            facts = _facts(entry) | {
                "pinned": entry.revision is not None or entry.sha256 is not None,
                "bytes": _size(cached) if cached is not None else None,
                "folder": str(cached or paths.home() / "encoders" / entry.name),
            }
            found.append(EncoderInfo(name=entry.name, title=title, origin="hub", ready=cached is not None, **facts))
    return found


def _facts(entry: Listed) -> dict[str, Any]:
    return {
        "parameters": round(entry.parameters * 1e6),
        "languages": entry.languages,
        "licence": entry.licence,
        "note": entry.note,
    }


def _own_facts(folder: Path) -> dict[str, Any]:
    """Return what the weights of a user's folder tell: how many there are."""
    try:
        return {"parameters": weight_count(folder)}
    except InkstoneError:
        return {}


def _size(folder: Path) -> int:
    return sum(item.stat().st_size for item in folder.iterdir() if item.is_file())


def longest_input(folder: Path) -> int:
    """Return how many tokens the encoder of a folder can read, special tokens included."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    positions = getattr(config, "max_position_embeddings", None) or 512
    # The RoBERTa family counts positions from padding_idx + 1.
    return positions - 2 if config.model_type in {"roberta", "xlm-roberta", "camembert"} else positions


def _checked(folder: Path) -> Path:
    check_encoder(folder)
    return folder


def _cached(entry: Listed) -> Path | None:
    """Return the folder of a catalogued encoder in the Hugging Face cache, if its weights are there."""
    from huggingface_hub import try_to_load_from_cache

    path = try_to_load_from_cache(entry.hub or "", "model.safetensors", revision=entry.revision)
    return Path(path).parent if isinstance(path, str) else None


def _from_hub(reference: str) -> Path:
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    entry = listed(shipped_folder(), reference)
    hub, revision = (entry.hub or reference, entry.revision) if entry is not None else (reference, None)
    target = paths.inside(paths.home() / "encoders", *reference.split("/"))
    missing: InkstoneError = ENCODER_NOT_FOUND(encoder=reference, folder=target, at="encoder")
    try:
        return Path(snapshot_download(hub, revision=revision, allow_patterns=_HUB_FILES, local_files_only=True))
    except HFValidationError as error:
        raise missing from error
    except LocalEntryNotFoundError:
        pass  # not in the cache: ask the hub below
    try:
        return Path(snapshot_download(hub, revision=revision, allow_patterns=_HUB_FILES, etag_timeout=5))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        fetched = fetch_from_modelscope(entry, target) if entry is not None and not constants.HF_HUB_OFFLINE else None
        if fetched is None:
            raise missing from error
        return fetched
