"""Runs pipelines of toy components in real run processes."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from inkstone.backend.events import Event
from inkstone.backend.pipeline.document import Pipeline as Document
from inkstone.backend.pipeline.yaml_io import load_document
from inkstone.backend.runtime.events_file import read_events, run_folder
from inkstone.backend.runtime.launch import launch
from inkstone.backend.runtime.processes import end_processes, processes_of
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store.database import migrate, session
from inkstone.backend.store.records import node_artifacts, node_runs
from inkstone.backend.store.tables import NodeRun, Pipeline, PipelineVersion, Run
from inkstone.components.artifacts import Metrics
from inkstone.components.registry import registry

PLUGIN = Path(__file__).parent / "plugin"


@contextmanager
def toy_components(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the plug-in of toy components on the import path, here and in the processes that are started."""
    monkeypatch.syspath_prepend(str(PLUGIN))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PLUGIN), os.environ.get("PYTHONPATH", "")]).rstrip(":"))
    registry.cache_clear()
    yield
    registry.cache_clear()
    for name in [name for name in sys.modules if name.split(".")[0] == "toy_components"]:
        del sys.modules[name]


class Toys:
    """Makes, starts and looks at runs of one home."""

    def __init__(self) -> None:
        migrate()
        self.runs: list[str] = []
        self._pipeline: str | None = None

    def make(self, yaml: str | Document, launcher: str = "cli", **options: Any) -> str:
        """Write a queued run of a pipeline."""
        document = load_document(yaml) if isinstance(yaml, str) else yaml
        with session() as opened:
            if self._pipeline is None:
                pipeline = Pipeline(name=document.name)
                opened.add(pipeline)
                opened.flush()
                self._pipeline = pipeline.id
            data = document.model_dump(mode="json")
            version = PipelineVersion(pipeline_id=self._pipeline, number=len(self.runs) + 1, document=data)
            opened.add(version)
            opened.flush()
            run = Run(pipeline_version_id=version.id, document=data, launcher=launcher, options=options)
            opened.add(run)
            opened.flush()
            self.runs.append(run.id)
            return run.id

    def run(self, yaml: str | Document, executor: str = "local", **options: Any) -> str:
        """Make a run, start its process and wait until that has ended."""
        run_id = self.make(yaml, executor=executor, **options)
        self.go(run_id)
        return run_id

    def go(self, run_id: str) -> int:
        """Start the process of a queued run and wait until it has ended."""
        return launch(run_id).wait(timeout=90)

    def row(self, run_id: str) -> Run:
        with session() as opened:
            return opened.get_one(Run, run_id)

    def state(self, run_id: str) -> RunState:
        return RunState(self.row(run_id).state)

    def node(self, run_id: str, node: str) -> NodeRun:
        with session() as opened:
            return opened.get_one(NodeRun, (run_id, node))

    def states(self, run_id: str) -> dict[str, NodeState]:
        with session() as opened:
            return {row.node: NodeState(row.state) for row in node_runs(opened, run_id)}

    def ran(self, run_id: str) -> set[str]:
        """Return the nodes that really ran."""
        return {node for node, state in self.states(run_id).items() if state is NodeState.SUCCEEDED}

    def number(self, run_id: str, node: str, port: str = "number") -> Any:
        return self.output(run_id, node, port)["values"]["number"]

    def output(self, run_id: str, node: str, port: str = "number") -> dict[str, Any]:
        from inkstone.backend.store.artifacts import ArtifactStore

        with session() as opened:
            sha256 = node_artifacts(opened, run_id, node)[port].sha256
        return Metrics(ArtifactStore().path(sha256)).read()

    def events(self, run_id: str) -> list[Event]:
        return read_events(run_id)

    def log(self, run_id: str) -> str:
        path = run_folder(run_id) / "process.log"
        return path.read_text("utf-8") if path.exists() else ""

    def wait(self, what: Callable[[], Any], seconds: float = 60) -> Any:
        """Wait until something is so."""
        deadline = time.monotonic() + seconds
        while not (found := what()):
            if time.monotonic() > deadline:
                pytest.fail(f"waited {seconds} s in vain; logs: {[self.log(run)[-2000:] for run in self.runs]}")
            time.sleep(0.05)
        return found

    def wait_node(self, run_id: str, node: str, state: NodeState, seconds: float = 60) -> None:
        self.wait(lambda: self.states(run_id).get(node) is state, seconds)

    def wait_state(self, run_id: str, state: RunState, seconds: float = 60) -> None:
        self.wait(lambda: self.state(run_id) is state, seconds)

    def left_over(self, run_id: str) -> list[psutil.Process]:
        """Return the processes of a run that still live."""
        return processes_of(run_id)

    def end(self) -> None:
        for run_id in self.runs:
            end_processes(run_id)
