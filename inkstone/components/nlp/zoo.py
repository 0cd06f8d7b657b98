"""The model zoo: a catalogue of encoders, their import from folders and zip files, and digests.

Nothing here takes an address from a user: only what the catalogue names is fetched from ModelScope, and the hub's own
client fetches from the hub, or from the mirror that ``HF_ENDPOINT`` names.
"""

import os
import shutil
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from inkstone import paths
from inkstone.components.archives import reading_zip, unpack_member
from inkstone.components.artifacts import file_digest, write_json
from inkstone.components.errors import ErrorKind
from inkstone.components.nlp.errors import TAMPERED
from inkstone.components.nlp.model_io import CARD, check_encoder, convert_checkpoint, read_json
from inkstone.components.texts import Text, text

CATALOGUE = "zoo.yaml"
DIGESTS = "digests.json"
"""File beside an imported encoder: file name to SHA-256."""
BIN = "pytorch_model.bin"
_KEPT = {".json", ".txt", ".model", ".safetensors", ".md"}
_OPTIONAL = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
    "special_tokens_map.json",
    "spiece.model",
    "merges.txt",
)
_LARGEST = 8 * 1024**3
_FILES = 100
_MODELSCOPE = "https://modelscope.cn/models/{model}/resolve/{revision}/{file}"

NAME_TAKEN = ErrorKind(
    "encoder.name_taken",
    text("已经有名为 {name} 的编码器。", "There is an encoder called {name} already."),
    text("请换一个名称。", "Choose another name."),
    status=409,
)
BAD_ARCHIVE = ErrorKind(
    "encoder.bad_archive",
    text("{file} 不是可用的编码器文件夹或 zip：{reason}", "{file} is no usable encoder folder or zip: {reason}."),
    text(
        "请提供含 config.json、分词器和 model.safetensors 的文件夹或 zip。",
        "Give a folder or zip with config.json, the tokenizer and model.safetensors.",
    ),
)


class Listed(BaseModel):
    """One encoder of the catalogue.

    Attributes:
        name: What a user types.
        hub: Its id on the Hugging Face hub.
        modelscope: Its id on ModelScope.
        revision: Pinned revision on the hub; None takes the newest.
        sha256: Pinned digest of its ``pytorch_model.bin``, without which such a file is not taken.
        languages: Languages it was trained on.
        parameters: Weights in millions.
        licence: Licence of its weights.
        licence_zh: The same in Chinese, where it is no name of a licence.
        family: Architecture in transformers.
        weights: What the main revision holds.
        shipped: Lies in Inkstone itself.
        zh: A line about it in Chinese.
        en: The same in English.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    hub: str | None = None
    modelscope: str | None = None
    revision: str | None = None
    sha256: str | None = None
    languages: tuple[str, ...]
    parameters: float
    licence: str
    licence_zh: str | None = None
    family: str
    weights: Literal["safetensors", "bin"]
    shipped: bool = False
    zh: str
    en: str

    @property
    def note(self) -> Text:
        """The line about it, with the licence."""
        return text(f"{self.zh}（{self.licence_zh or self.licence}）", f"{self.en} ({self.licence})")


@cache
def catalogue(folder: Path) -> tuple[Listed, ...]:
    """Return the encoders that the catalogue in ``folder`` lists."""
    import yaml

    data = yaml.safe_load((folder / CATALOGUE).read_text("utf-8"))
    return tuple(Listed.model_validate(item) for item in data["encoders"])


def listed(folder: Path, reference: str) -> Listed | None:
    """Return the catalogue's encoder of a name or a hub id, or None."""
    return next((item for item in catalogue(folder) if reference in (item.name, item.hub)), None)


def import_encoder(source: Path, name: str, sha256: str | None = None, *, replace: bool = False) -> Path:
    """Copy an encoder from a folder or a zip into ``INKSTONE_HOME/encoders`` and return its folder.

    Args:
        source: A folder or zip in Hugging Face format; inside a zip it may lie one folder deep.
        name: The new encoder's name.
        sha256: Digest of ``pytorch_model.bin`` where that is all there is: the file is then converted to safetensors once.
        replace: Take the place of an encoder of that name.

    Raises:
        InkstoneError: ``encoder.name_taken``, ``encoder.bad_archive``, ``encoder.bad_folder``, ``model.unsafe_weights``.
    """
    target = paths.folder("encoders") / paths.safe_name(name)
    if target.exists() and not replace:
        raise NAME_TAKEN(name=name, at="name")
    working = paths.folder("cache") / f"import-{os.getpid()}-{target.name}"
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    try:
        if source.is_dir():
            _copy(source, working)
        else:
            _unpack(source, working)
        if sha256 is not None and not list(working.glob("*.safetensors")) and (working / BIN).is_file():
            convert_checkpoint(working, sha256)
        (working / BIN).unlink(missing_ok=True)
        check_encoder(working)
        write_json(working / DIGESTS, file_digests(working))
        shutil.rmtree(target, ignore_errors=True)
        working.rename(target)
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return target


def verify_encoder(folder: Path) -> None:
    """Compare an imported or shipped encoder with the digests written beside it.

    Raises:
        InkstoneError: ``model.tampered``.
    """
    known = read_json(folder, DIGESTS)
    found = file_digests(folder)
    for file in sorted({*known, *found}):
        if known.get(file) != found.get(file):
            raise TAMPERED(file=file)


def file_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of an encoder that a digest is kept for."""
    skipped = {DIGESTS, CARD, "README.md"}
    return {item.name: file_digest(item) for item in sorted(folder.iterdir()) if item.name not in skipped}


def _wanted(name: str) -> bool:
    return Path(name).suffix.lower() in _KEPT or name == BIN


def _copy(source: Path, target: Path) -> None:
    files = [item for item in sorted(source.iterdir()) if item.is_file() and _wanted(item.name)]
    if sum(item.stat().st_size for item in files) > _LARGEST:
        raise BAD_ARCHIVE(file=source.name, reason=f"> {_LARGEST} bytes")
    for item in files:
        shutil.copyfile(item, target / item.name)


def _unpack(source: Path, target: Path) -> None:
    """Take the encoder's files out of a zip; names inside it never become paths."""
    with reading_zip(source, lambda reason: BAD_ARCHIVE(file=source.name, reason=reason)) as archive:
        members = [item for item in archive.infolist() if not item.is_dir() and _wanted(Path(item.filename).name)]
        configs = [item.filename for item in members if Path(item.filename).name == "config.json"]
        if len(configs) != 1:
            raise BAD_ARCHIVE(file=source.name, reason=f"{len(configs)} config.json")
        inner = configs[0].rpartition("/")[0]
        members = [item for item in members if item.filename.rpartition("/")[0] == inner]
        if len(members) > _FILES or sum(item.file_size for item in members) > _LARGEST:
            raise BAD_ARCHIVE(file=source.name, reason=f"> {_FILES} files or > {_LARGEST} bytes")
        for item in members:
            place = paths.inside(target, Path(item.filename).name)
            if unpack_member(archive, item, place, item.file_size) is None:
                raise BAD_ARCHIVE(file=source.name, reason="size")


def fetch_from_modelscope(item: Listed, target: Path) -> Path | None:
    """Fetch a catalogued encoder from ModelScope, or return None when it is not there or cannot be reached."""
    import httpx

    if item.modelscope is None or item.weights != "safetensors":
        return None
    working = paths.folder("cache") / f"fetch-{os.getpid()}-{item.name}"
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True)
    try:
        with httpx.Client(follow_redirects=True, timeout=httpx.Timeout(60, connect=5)) as client:
            for file in ("config.json", *_OPTIONAL, "model.safetensors"):
                address = _MODELSCOPE.format(model=item.modelscope, revision="master", file=file)
                with client.stream("GET", address) as answer:
                    if answer.status_code == httpx.codes.NOT_FOUND and file in _OPTIONAL:
                        continue
                    answer.raise_for_status()
                    with (working / file).open("wb") as out:
                        for block in answer.iter_bytes(1 << 20):
                            out.write(block)
        check_encoder(working)
        write_json(working / DIGESTS, file_digests(working))
        target.parent.mkdir(parents=True, exist_ok=True)
        working.rename(target)
    except httpx.HTTPError:
        return None
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return target
