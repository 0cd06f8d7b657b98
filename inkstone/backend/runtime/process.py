"""The run process: ``python -m inkstone.backend.runtime.process RUN``. Carries out one run and ends.

It alone writes the run's events and states while it lives. Heavy libraries are imported by the nodes that need them, so
that a run whose nodes are all cached takes no time.
"""

import argparse
import os
import signal
import sys
import traceback
from types import FrameType
from typing import Any

from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import resolve_variables
from inkstone.backend.pipeline.plan import Plan, plan
from inkstone.backend.pipeline.validation import validate
from inkstone.backend.pipeline.yaml_io import document_from
from inkstone.backend.runtime.errors import DISABLED, NOT_IN_PLAN, PROBLEMS, UNKNOWN_RUN
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.runtime.execution import Execution, leave
from inkstone.backend.runtime.executors.base import Executor
from inkstone.backend.runtime.executors.local import LocalExecutor
from inkstone.backend.runtime.failures import describe
from inkstone.backend.runtime.journal import Journal
from inkstone.backend.runtime.processes import end_processes, start_time, this_host
from inkstone.backend.runtime.record import Sampling, write_environment
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import migrate, session
from inkstone.backend.store.tables import NodeRun, Run, now
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find

_CODES = {RunState.SUCCEEDED: 0, RunState.FAILED: 1, RunState.CANCELLED: 2}


def main(arguments: list[str] | None = None) -> int:
    """Run the process; return its exit code: 0 succeeded, 1 failed, 2 cancelled, 3 the run was not to be had."""
    parser = argparse.ArgumentParser(prog="inkstone-run-process")
    parser.add_argument("run_id")
    parser.add_argument("--claimed-by", type=int)
    parsed = parser.parse_args(arguments)
    migrate()
    run = claim(parsed.run_id, parsed.claimed_by)
    if run is None:
        print(f"run {parsed.run_id} is not waiting to be started", file=sys.stderr)
        return 3
    _obey_signals(run.id)
    return RunProcess(run).carry_out()


def claim(run_id: str, claimed_by: int | None = None) -> Run | None:
    """Take a run for this process; None when it is another's, or not waiting.

    Args:
        run_id: The run.
        claimed_by: The supervisor that has claimed it, if one has.
    """
    with session() as opened:
        run = opened.get(Run, run_id)
        if run is None:
            raise UNKNOWN_RUN(run=run_id)
        mine: dict[str, Any] = {"pid": os.getpid(), "pid_started": start_time(os.getpid())}
        mine |= {"host": this_host(), "seen_at": now()}
        if claimed_by is None:
            taken = records.change_run(opened, run_id, RunState.STARTING, **mine, started_at=now())
        else:
            taken = records.hand_over(opened, run_id, claimed_by, **mine)
        if not taken:
            return None
        opened.refresh(run)
        return run


class RunProcess:
    """One attempt at one run."""

    def __init__(self, run: Run) -> None:
        self.run_id = run.id
        self.launcher = run.launcher
        self.raw = run.document
        self.options = dict(run.options or {})
        self.journal = Journal(run.id, run_folder(run.id))
        self.executor: Executor = LocalExecutor()
        self.sampling = Sampling(run_folder(run.id))

    def carry_out(self) -> int:
        """Run the plan, write how it ended, end everything that was started; return the exit code."""
        error: dict[str, Any] | None = None
        try:
            self.journal.announce(RunState.STARTING)
            if not self.journal.run_state(RunState.RUNNING):
                return 3
            state, error = self._execute()
        except Exception as unexpected:
            traceback.print_exc()
            state, error = RunState.FAILED, describe(unexpected, "").as_dict() | {"node": None}
        self.sampling.stop()
        # Everything that was started has ended before the state says so: whoever sees it may resume or delete.
        ended = self.executor.close()
        self.journal.flush(force=True)
        if not self.journal.run_state(state, error):
            # The last node ended before it heard of the stop.
            self.journal.run_state(RunState.CANCELLING)
            self.journal.run_state(state, error)
        (run_folder(self.run_id) / "stop").unlink(missing_ok=True)
        self.journal.close()
        if not ended:
            end_processes(self.run_id)  # such as those of a Ray that was still starting
            leave(_CODES[state])
        return _CODES[state]

    def _execute(self) -> tuple[RunState, dict[str, Any] | None]:
        document = document_from(self.raw)
        options = self.options
        try:
            chosen = plan(document, options.get("to"), options.get("from"), options.get("only"))
        except InkstoneError as error:
            return RunState.FAILED, error.as_dict()
        problems = validate(document, nodes=chosen.order)
        self._lay_out(document, chosen)
        if problems:
            self._refuse(chosen, problems)
            return RunState.FAILED, problems[0].as_dict()
        document = resolve_variables(document)
        if self._wants_ray():
            self.executor = self._ray(document, chosen)
        self._note_environment(document)
        execution = Execution(
            self.run_id, document, chosen, options=options, journal=self.journal, executor=self.executor
        )
        state = execution.run()
        return state, execution.errors[0] if execution.errors and state is RunState.FAILED else None

    def _note_environment(self, document: Pipeline) -> None:
        seed = int(self.options["seed"]) if self.options.get("seed") is not None else document.seed
        try:
            write_environment(run_folder(self.run_id), document, seed, type(self.executor).__name__)
            self.sampling.start()
        except OSError:
            traceback.print_exc()  # a full disk ends the run soon enough, and says so in its own words

    def _lay_out(self, document: Pipeline, chosen: Plan) -> None:
        """Make a row for every node, waiting for its turn; those that take no part are skipped, with the reason."""
        order = [*chosen.order, *(node for node in document.nodes if node not in chosen.order)]
        with session() as opened:
            known = {row.node: row for row in records.node_runs(opened, self.run_id)}
            for position, node in enumerate(order):
                row = known.get(node) or NodeRun(run_id=self.run_id, node=node, component="")
                row.component, row.position = _key(document.nodes[node].component), position
                row.state, row.error, row.progress, row.ended_at = NodeState.PENDING.value, None, None, None
                opened.add(row)
        for node in order[len(chosen.order) :]:
            reason = NOT_IN_PLAN if document.nodes[node].enabled else DISABLED
            self.journal.node_state(node, NodeState.SKIPPED, reason=reason)

    def _refuse(self, chosen: Plan, problems: list[InkstoneError]) -> None:
        """Note every problem of the document; nothing of it runs."""
        wrong: dict[str, InkstoneError] = {}
        for problem in problems:
            self.journal.log(problem.what, "error", problem.node)
            wrong.setdefault(problem.node or "", problem)
        for node in chosen.order:
            if node in wrong:
                self.journal.node_state(node, NodeState.FAILED, error=wrong[node].as_dict())
            else:
                self.journal.node_state(node, NodeState.SKIPPED, reason=PROBLEMS)

    def _wants_ray(self) -> bool:
        default = "ray" if self.launcher == "supervisor" else "local"
        return bool(self.options.get("executor", default) == "ray")

    def _ray(self, document: Pipeline, chosen: Plan) -> Executor:
        from inkstone.backend.runtime.executors.ray import RayExecutor

        asked = [document.nodes[node].resources for node in chosen.order]
        return RayExecutor(self.run_id, demand=max(item.workers * max(item.cpus, 1) for item in asked))


def _key(component: str) -> str:
    try:
        return find(component).spec.key
    except InkstoneError:
        return component[:80]


def _obey_signals(run_id: str) -> None:
    """Take Ctrl-C and a polite kill as the wish to stop."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        (run_folder(run_id) / "stop").touch()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


if __name__ == "__main__":
    raise SystemExit(main())
