"""The one module that joins names from users to paths, and the one place that knows the layout of INKSTONE_HOME."""

import os
import re
import unicodedata
from pathlib import Path

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_NAME = ErrorKind(
    "path.bad_name",
    text("名称不可用：{name}", "This name cannot be used: {name}"),
    text(
        "请用字母、汉字、数字、空格、- _ . （不以 . 开头，最多 100 个字）。",
        "Use letters, digits, spaces, - _ . (not first), at most 100 characters.",
    ),
)
OUTSIDE = ErrorKind(
    "path.outside",
    text("路径超出了允许的文件夹：{name}", "This path leaves the folder it must stay in: {name}"),
    text("请改用文件夹内的文件。", "Name a file inside that folder."),
)

_NAME = re.compile(r"^[^\W_][\w\-. ]{0,99}$")


def home() -> Path:
    """Return the folder that holds everything Inkstone keeps (``INKSTONE_HOME``, default ``~/.inkstone``)."""
    return Path(os.environ.get("INKSTONE_HOME") or Path.home() / ".inkstone").expanduser().resolve()


def safe_name(name: str) -> str:
    """Return a user's name in NFC, or raise ``path.bad_name``."""
    cleaned = unicodedata.normalize("NFC", name).strip()
    if not _NAME.match(cleaned) or ".." in cleaned:
        raise BAD_NAME(name=name[:100])
    return cleaned


def inside(folder: Path, *parts: str) -> Path:
    """Join ``parts`` below ``folder`` and raise ``path.outside`` when the result leaves it, links followed."""
    if any("\0" in part for part in parts):
        raise OUTSIDE(name="\\0")
    root = folder.resolve()
    target = root.joinpath(*parts).resolve()
    if not target.is_relative_to(root):
        raise OUTSIDE(name="/".join(parts)[:200])
    return target


def folder(name: str) -> Path:
    """Return one of the top folders of the home, made if missing.

    Names in use: ``artifacts``, ``datasets``, ``runs``, ``models``, ``encoders``, ``cache``, ``uploads``, ``predictions``, ``ray``.
    """
    path = home() / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def database_url() -> str:
    """Return ``INKSTONE_DATABASE_URL``, default SQLite in the home."""
    return os.environ.get("INKSTONE_DATABASE_URL") or f"sqlite:///{home() / 'inkstone.db'}"
