"""Limits that an administrator sets by environment variables."""

import os

from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

BAD_SETTING = ErrorKind(
    "system.bad_setting",
    text("环境变量 {name} 的值不正确：{value}", "The environment variable {name} has a wrong value: {value}."),
    text(
        "请写成数字，可带单位，例如 500MB 或 2GiB。", "Write a number, with a unit if you like, such as 500MB or 2GiB."
    ),
    status=500,
)
_UNITS = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
}


def max_upload() -> int:
    """Return the largest upload in bytes: ``INKSTONE_MAX_UPLOAD``, default 2 GiB."""
    value = os.environ.get("INKSTONE_MAX_UPLOAD", "").strip() or "2GiB"
    number = value.rstrip("BbIiKkMmGgTt ")
    try:
        return int(float(number) * _UNITS[value[len(number) :].strip().lower()])
    except (ValueError, KeyError) as error:
        raise BAD_SETTING(name="INKSTONE_MAX_UPLOAD", value=value) from error


def readable_bytes(count: float) -> str:
    """Return a size for people, such as ``1.5 MiB``."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"
