"""Takes a model out of a zip that ``export_model`` wrote, and believes nothing that the zip says before it is checked."""

import json
import stat
import zipfile
from pathlib import Path, PurePosixPath

from inkstone import paths
from inkstone.components.archives import reading_zip, unpack_member
from inkstone.components.errors import ErrorKind, InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.model_io import CARD, ModelCard
from inkstone.components.texts import Text, text

LARGEST = 8 * 1024**3
_MOST_FILES = 300
_LARGEST_CARD = 4 * 1024**2

BAD_BUNDLE = ErrorKind(
    "model.bad_bundle",
    text("{file} 不是可用的模型包：{zh}", "{file} is no usable model bundle: {en}."),
    text(
        "请使用 inkstone export --format safetensors 写出的 zip。",
        "Give a zip that inkstone export --format safetensors wrote.",
    ),
)


def unpack_bundle(source: Path, target: Path, name: str = "") -> ModelCard:
    """Unpack a bundle into an empty folder and return its card; every file is compared with its digest.

    Only what the card lists is taken, names inside the zip lead nowhere else, links and formats that can carry code are
    refused, and no file may unpack to more than the zip's directory promised.

    Args:
        source: The zip.
        target: An empty folder.
        name: Name of the file as its owner knows it.

    Raises:
        InkstoneError: ``model.bad_bundle``, ``model.unsafe_weights``, ``model.tampered``, ``model.newer_format``.
    """
    shown = name or source.name
    with reading_zip(source, lambda reason: BAD_BUNDLE(file=shown, zh=reason, en=reason)) as archive:
        _unpack(archive, target, shown)
    return model_io.verify(target)


def _unpack(archive: zipfile.ZipFile, target: Path, shown: str) -> None:
    members = [item for item in archive.infolist() if not item.is_dir()]
    names = [item.filename for item in members]
    if CARD not in names:
        raise _bad(shown, text(f"缺少 {CARD}", f"it lacks {CARD}"))
    if len(set(names)) != len(names):
        raise _bad(shown, text("同一个文件名出现多次", "a file name occurs more than once"))
    if len(members) > _MOST_FILES or sum(item.file_size for item in members) > LARGEST:
        raise _bad(shown, text("文件太多或太大", "it holds too many or too large files"))
    listed = {CARD, *_card(archive, shown).files}
    for item in members:
        _require_safe(item, shown)
        if item.filename not in listed:
            raise _bad(
                shown, text(f"多出文件 {item.filename[:80]}", f"it holds a file not listed: {item.filename[:80]}")
            )
    for item in members:
        place = paths.inside(target, *PurePosixPath(item.filename).parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        if unpack_member(archive, item, place, item.file_size) is None:
            raise _bad(shown, text("文件比声明的大", "a file is larger than declared"))


def _card(archive: zipfile.ZipFile, shown: str) -> ModelCard:
    if archive.getinfo(CARD).file_size > _LARGEST_CARD:
        raise _bad(shown, text(f"{CARD} 太大", f"{CARD} is too large"))
    with archive.open(CARD) as file:
        raw = file.read(_LARGEST_CARD)
    try:
        return ModelCard.model_validate(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise _bad(shown, text(f"{CARD} 不是模型的说明", f"{CARD} does not describe a model")) from error


def _require_safe(item: zipfile.ZipInfo, shown: str) -> None:
    path = PurePosixPath(item.filename)
    outside = path.is_absolute() or ".." in path.parts or "\\" in item.filename or ":" in item.filename
    if outside or stat.S_ISLNK(item.external_attr >> 16):
        raise _bad(shown, text("含有指向外面的文件名或链接", "it holds a link or a name that leads outside"))
    model_io.refuse_unsafe_name(path.name)


def _bad(shown: str, reason: Text) -> InkstoneError:
    return BAD_BUNDLE(file=shown, zh=reason.zh, en=reason.en)
