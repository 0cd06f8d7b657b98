"""Zip archives and folders: one data file, or text files whose names (or folders) are the labels."""

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pyarrow as pa

from inkstone.components.archives import reading_zip, unpack_member
from inkstone.components.data.encodings import find_encoding
from inkstone.components.data.errors import (
    BROKEN_FILE,
    ENCRYPTED_ARCHIVE,
    NO_FILES,
    SEVERAL_TABLES,
    TOO_LARGE,
    TOO_MANY_FILES,
    UNSAFE_ARCHIVE,
    ZIP_BOMB,
)
from inkstone.components.data.options import Limits, Progress, ReadOptions
from inkstone.components.data.readers.base import Reading, string_columns

Member = tuple[str, Path]
"""A name inside the archive or folder, and the file that holds its content."""

_TABLE_ENDINGS = {".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".xlsx", ".parquet"}
_SKIPPED = re.compile(
    r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)|(^|/)(README|LICEN[CS]E|SOURCE)[^/]*$|\.md$", re.I
)


def unpack(path: Path, name: str, folder: Path, options: ReadOptions, progress: Progress | None) -> list[Member]:
    """Unpack a zip into ``folder`` under numbers, never under the names it brings, and refuse what is not safe."""
    members: list[Member] = []
    with reading_zip(path, lambda reason: BROKEN_FILE(file=name, format="zip", detail=reason)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        for entry in archive.infolist():
            _require_safe(entry, name)
        if len(entries) > options.limits.files:
            raise TOO_MANY_FILES(file=name, actual=len(entries), limit=options.limits.files)
        check_sizes(archive, path, options.limits)
        total = sum(entry.file_size for entry in entries)
        done = 0
        for number, entry in enumerate(entries):
            target = folder / str(number)
            # What an archive declares may be a lie, so bytes are counted while they come.
            allowed = options.limits.bytes - done
            written = unpack_member(archive, entry, target, allowed)
            if written is None:
                raise ZIP_BOMB(actual=f"> {readable_bytes(allowed)}", ratio="?")
            done += written
            members.append((_member_name(entry), target))
            if progress:
                progress(done / 2, total)
    return members


def check_sizes(archive: zipfile.ZipFile, path: Path, limits: Limits) -> None:
    """Refuse an archive that says it unpacks to too much."""
    unpacked = sum(entry.file_size for entry in archive.infolist())
    packed = max(1, path.stat().st_size)
    ratio = unpacked // packed
    if unpacked > limits.bytes or (ratio > limits.ratio and unpacked > 50 << 20):
        raise ZIP_BOMB(actual=readable_bytes(unpacked), ratio=ratio, file=path.name)


def readable_bytes(count: int) -> str:
    """Return a size for people, such as ``1.5 GiB``."""
    size = float(count)
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def _require_safe(entry: zipfile.ZipInfo, name: str) -> None:
    if entry.flag_bits & 0x1:
        raise ENCRYPTED_ARCHIVE(file=name)
    shown = entry.filename[:100]
    parts = re.split(r"[\\/]", entry.orig_filename)
    if ".." in parts or entry.orig_filename.startswith(("/", "\\")) or re.match(r"^[A-Za-z]:", entry.orig_filename):
        raise UNSAFE_ARCHIVE(member=shown, detail="路径指向文件夹之外", detail_en="its path leaves the folder")
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise UNSAFE_ARCHIVE(member=shown, detail="是链接或特殊文件", detail_en="it is a link or a special file")


def _member_name(entry: zipfile.ZipInfo) -> str:
    """Return the name; archives made by Chinese Windows carry GBK names marked as the code page of DOS."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def folder_members(folder: Path, name: str, limits: Limits) -> list[Member]:
    """List the files of a folder; links are refused, since they may lead out of it."""
    members: list[Member] = []
    total = 0
    for root, folders, files in os.walk(folder):
        for item in sorted(folders + files):
            path = Path(root, item)
            if path.is_symlink():
                raise UNSAFE_ARCHIVE(member=item[:100], detail="是链接", detail_en="it is a link")
        for file in files:
            path = Path(root, file)
            members.append((path.relative_to(folder).as_posix(), path))
            total += path.stat().st_size
        if len(members) > limits.files:
            raise TOO_MANY_FILES(file=name, actual=len(members), limit=limits.files)
    if total > limits.bytes:
        raise TOO_LARGE(file=name, actual=readable_bytes(total), limit=readable_bytes(limits.bytes))
    return members


def choose(members: list[Member], name: str) -> tuple[Member | None, list[Member], list[str]]:
    """Decide between one data file and label files.

    Returns:
        The one data file or None, the label files in order, and the names that were left out.
    """
    left_out = sorted(member[0] for member in members if _SKIPPED.search(member[0]))
    kept = sorted(member for member in members if not _SKIPPED.search(member[0]) and member[1].stat().st_size)
    if not kept:
        raise NO_FILES(file=name)
    tables = [member for member in kept if PurePosixPath(member[0]).suffix.lower() in _TABLE_ENDINGS]
    if len(kept) == 1:
        return kept[0], [], left_out
    if tables:
        raise SEVERAL_TABLES(file=name, members=", ".join(member[0] for member in tables[:5]))
    return None, _without_common_root(kept), left_out


def _without_common_root(members: list[Member]) -> list[Member]:
    """Drop the outer folder that packing a folder adds, as long as all files share it and folders remain."""
    while True:
        roots = {name.split("/", 1)[0] if "/" in name else None for name, _ in members}
        if len(roots) != 1 or None in roots:
            return members
        members = [(name.split("/", 1)[1], path) for name, path in members]


def read_label_files(members: list[Member], name: str, options: ReadOptions, progress: Progress | None) -> Reading:
    """Read one file per label (a line is a row) or one folder per label (a file is a row)."""
    by_folder = all("/" in member for member, _ in members)
    origin = {"format": "folder per label" if by_folder else "file per label", "files": str(len(members))}
    rows = _folder_rows(members, options) if by_folder else _file_rows(members, options)
    schema = pa.schema([("text", pa.string()), ("label", pa.string())])

    def batches() -> Iterator[pa.RecordBatch]:
        for done, (texts, label) in enumerate(rows, start=1):
            labels = pa.array([label] * len(texts), pa.string())
            yield pa.RecordBatch.from_arrays([pa.array(texts, pa.string()), labels], schema=schema)
            if progress:
                progress(min(done, len(members)), len(members))

    return Reading(string_columns(["text", "label"]), batches(), origin)


def _file_rows(members: list[Member], options: ReadOptions) -> Iterator[tuple[list[str], str]]:
    from inkstone.components.data.readers.delimited import text_lines
    from inkstone.components.data.sniffing import find_kind

    for name, path in members:
        find_kind(path, name)
        label = re.sub(r"\.(txt|text|log|dat)$", "", PurePosixPath(name).name, flags=re.I)
        for lines in text_lines(path, find_encoding(path, name, options.encoding)):
            yield lines, label


def _folder_rows(members: list[Member], options: ReadOptions) -> Iterator[tuple[list[str], str]]:
    from inkstone.components.data.sniffing import find_kind

    for name, path in members:
        find_kind(path, name)
        encoding = find_encoding(path, name, options.encoding)
        content = path.read_text(encoding).strip("\ufeff \t\r\n")
        if content:
            yield [content], PurePosixPath(name).parts[0]
