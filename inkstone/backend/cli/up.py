"""``inkstone up``: the supervisor and the web server, until Ctrl-C ends both and whatever they started."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from dataclasses import dataclass, field
from types import FrameType
from typing import Annotated

import psutil
import typer

from inkstone import paths
from inkstone.backend.cli.errors import CHILD_DIED, PORT_TAKEN
from inkstone.backend.cli.options import opened
from inkstone.backend.cli.output import OK, note
from inkstone.backend.cli.words import say
from inkstone.backend.service.binding import check_binding
from inkstone.backend.service.uploads import remove_abandoned

_PATIENCE_SECONDS = 30.0  # the supervisor lets training save a checkpoint
_TOO_OFTEN = 5  # deaths within a minute
_TICK = 0.2


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "up", help=say("启动 Inkstone（网页和后台），Ctrl-C 结束。", "Start Inkstone (pages and runs); Ctrl-C ends it.")
    )(_up)


def _up(
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help=say("监听地址；不是本机地址时必须登录", "Address to serve on; a login is needed off loopback"),
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help=say("端口", "Port"))] = 8501,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help=say("不打开浏览器", "Do not open a browser"))
    ] = False,
) -> int:
    opened()
    check_binding(host)
    require_free(host, port)
    remove_abandoned()
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104 - compared, not bound
    web = ["inkstone.studio.server", "--host", host, "--port", str(port)]
    house = House([Child("supervisor", ["inkstone.backend.runtime.supervisor"]), Child("web", web)])
    threading.Thread(target=_announce, args=(host, port, address, not no_browser), daemon=True).start()
    return house.keep()


@dataclass
class Child:
    """A process that is kept alive.

    Attributes:
        name: What it is called in messages.
        command: Module and its arguments.
        process: The living one.
        deaths: When earlier ones died.
    """

    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches it through us alone, in order."""
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", *self.command]
        self.process = subprocess.Popen(command, env=environment, start_new_session=True, stdin=subprocess.DEVNULL)

    def revive(self) -> None:
        """Start it again if it has died; give up when that happens too often."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        self.deaths = [at for at in self.deaths if now - at < 60] + [now]
        if len(self.deaths) >= _TOO_OFTEN:
            raise CHILD_DIED(name=self.name, code=self.process.returncode)
        note(say("{name} 意外结束（退出码 {code}），正在重新启动……", "{name} ended unexpectedly (exit code {code}); starting it again ...",
                 name=self.name, code=self.process.returncode))  # fmt: skip
        time.sleep(0.5 * len(self.deaths))
        self.start()


class House:
    """Keeps the children alive until a signal, then ends every process that was started."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.ended = False

    def keep(self) -> int:
        """Start the children, watch them, and end everything at a signal; return the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        try:
            for child in self.children:
                child.start()
            while not self.ended:
                for child in self.children:
                    child.revive()
                time.sleep(_TICK)
        finally:
            note(say("正在结束……", "Stopping ..."))
            self._stop_all()
        return OK

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.ended = True

    def _stop_all(self) -> None:
        """Ask the children to end; then end whatever of theirs is left, down to the last grandchild."""
        family = psutil.Process().children(recursive=True)  # before they end: orphans have no parent to be found by
        living = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while any(process.poll() is None for process in living) and time.monotonic() < deadline:
            family = list({*family, *psutil.Process().children(recursive=True)})
            time.sleep(_TICK)
        for orphan in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                orphan.kill()
        psutil.wait_procs(family, timeout=5)


def require_free(host: str, port: int) -> None:
    """Raise ``cli.port_taken`` when something else answers at the address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PORT_TAKEN(at="--port", host=host, port=port, other=port + 1) from error


def _announce(host: str, port: int, address: str, open_browser: bool) -> None:
    """Say where the pages are once they answer."""
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    for _ in range(600):
        try:
            socket.create_connection((name, port), timeout=1).close()
            break
        except OSError:
            time.sleep(_TICK)
    note(say("Inkstone 已启动：{address}　（数据在 {home}，Ctrl-C 结束）", "Inkstone is ready: {address}  (data in {home}; Ctrl-C ends it)",
             address=address, home=paths.home()))  # fmt: skip
    if open_browser and (
        sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        webbrowser.open(address)
