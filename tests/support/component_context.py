"""A ``Context`` for tests of components: real folders, real events, the real ``fit``; only the registry is a list."""

import importlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inkstone.backend.runtime.reporter import Reporter
from inkstone.components.artifacts import ColumnInfo, Role, Table
from inkstone.components.data.writing import TableWriter
from inkstone.components.spec import Resources, Source
from inkstone.components.texts import Text


@dataclass
class ComponentContext:
    """Runs one component below ``root``."""

    root: Path
    node: str = "node"
    seed: int = 0
    resources: Resources = field(default_factory=Resources)
    sources: dict[str, Source] = field(default_factory=dict)
    registered: list[tuple[str, Path, dict[str, float]]] = field(default_factory=list)
    deployed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def reporter(self) -> Reporter:
        return Reporter(self.root / "run", self.node)

    def output(self, port: str) -> Path:
        folder = self.root / "outputs" / port
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def scratch(self) -> Path:
        folder = self.root / "scratch"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def kept(self) -> Path:
        folder = self.root / "kept"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def source(self, reference: str) -> Source:
        return self.sources[reference]

    def encoder(self, reference: str) -> Path:
        from inkstone.components.nlp.encoders import resolve_encoder

        return resolve_encoder(reference)

    def log(self, message: str | Text, level: str = "info") -> None:
        self.reporter.log(message, level)  # type: ignore[arg-type]

    def metric(self, name: str, value: float, step: int = 0, epoch: float | None = None) -> None:
        self.reporter.metric(name, value, step, epoch)

    def progress(self, done: float, total: float, message: Text | None = None) -> None:
        self.check_cancelled()
        self.reporter.progress(done, total, None, message)

    def check_cancelled(self) -> None:
        self.reporter.check_cancelled()

    def fit(self, task: Any, train: Table, dev: Table | None, settings: Any) -> Any:
        from inkstone.backend.runtime.training import fit

        return fit(
            task,
            train,
            dev,
            settings,
            resources=self.resources,
            folder=self.root / "fit",
            reporter=self.reporter,
            distributed=False,
        )

    def register_model(self, name: str, folder: Path, metrics: Mapping[str, float], note: Text | None = None) -> str:
        self.registered.append((name, folder, dict(metrics)))
        return f"{name}@{len(self.registered)}"

    def deploy_model(self, reference: str, name: str) -> str:
        self.deployed.append((reference, name))
        return name

    def stop(self) -> None:
        """Ask for a stop, as a user does."""
        (self.root / "run").mkdir(parents=True, exist_ok=True)
        (self.root / "run" / "stop").touch()

    def run(self, component: str, inputs: Mapping[str, Any] | None = None, **params: Any) -> dict[str, Any]:
        """Run a component and return its outputs."""
        module = importlib.import_module(f"inkstone.components.{component}")
        return dict(module.run(self, inputs or {}, module.SPEC.params(**params)))


def make_table(
    folder: Path, columns: Mapping[str, list[Any]], roles: Mapping[Role, str], labels: list[str] | None = None
) -> Table:
    """Write a table of strings."""
    infos = [ColumnInfo(name=name, dtype="string") for name in columns]
    with TableWriter(folder, infos) as writer:
        writer.write(dict(columns))
    return writer.finish(roles=dict(roles), labels=labels)
