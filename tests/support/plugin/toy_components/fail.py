"""Fails in the ways that nodes fail."""

import errno
import os
import signal
from typing import Literal

from inkstone.components.artifacts import Metrics
from inkstone.components.errors import ErrorKind
from inkstone.components.spec import Component, Params, Port, PortType, param
from inkstone.components.texts import text

REFUSED = ErrorKind("toy.refused", text("不行", "No"), text("换一个", "Take another"))


class Parameters(Params):
    how: Literal["refused", "bug", "memory", "disk", "exit", "nothing", "link", "killed"] = param(
        "refused", title=text("怎样", "How"), help=text("怎样失败", "How to fail")
    )
    succeeds_if: str = param("", title=text("文件", "File"), help=text("有此文件就成功", "Succeeds when it exists"))


SPEC = Component(
    id="data.toy_fail",
    title=text("失败", "Fail"),
    summary=text("失败", "Fails"),
    inputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number"), optional=True),),
    outputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number")),),
    params=Parameters,
)


def run(ctx, inputs, params):
    folder = ctx.output("number")
    if params.succeeds_if and os.path.exists(params.succeeds_if):
        return {"number": Metrics.write(folder, {"values": {"number": 7}})}
    match params.how:
        case "refused":
            raise REFUSED(at="how")
        case "bug":
            raise ZeroDivisionError("a bug of the component")
        case "memory":
            raise MemoryError
        case "disk":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        case "exit":
            raise SystemExit(3)
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "link":
            (folder / "link").symlink_to("/etc/hostname")
            return {"number": Metrics(folder)}
    return {}
