"""Runs a run process as our own child, shows what it does, and stops it cleanly on Ctrl-C."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from types import FrameType

from inkstone.backend.cli.output import exit_code_of_state, note, print_json, print_lines
from inkstone.backend.cli.progress import RunView
from inkstone.backend.cli.words import language, say
from inkstone.backend.runtime.events_file import EventTail
from inkstone.backend.runtime.launch import launch
from inkstone.backend.runtime.reconcile import declare_lost, reconcile
from inkstone.backend.service import runs
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.views import RunResult
from inkstone.backend.states import RunState
from inkstone.components.errors import InkstoneError

_PAUSE_SECONDS = 0.1
_FIRST = ("accuracy", "macro_f1")


def start_child(run_id: str) -> "subprocess.Popen[bytes]":
    """Start the run process; first put right whatever runs were lost before."""
    reconcile()
    return launch(run_id)


def finish(actor: Actor, run_id: str, child: "subprocess.Popen[bytes]", *, as_json: bool) -> int:
    """Follow a run until it has ended, print its result, and return the exit code."""
    after = _last_event(actor, run_id)
    with _stopping(actor, run_id, child), RunView(quiet=as_json) as view:
        view.line(say("运行 {run}", "Run {run}", run=run_id)) if not as_json else None
        tail = EventTail(run_id, after)
        while True:
            ended = child.poll() is not None
            for event in tail.new():
                view.show(event)
            if ended:
                break
            time.sleep(_PAUSE_SECONDS)
    declare_lost(run_id, child.returncode, gone={child.pid})
    result = runs.result(actor, run_id)
    print_result(actor, result, as_json=as_json)
    return exit_code_of_state(result.state)


def print_result(actor: Actor, result: RunResult, *, as_json: bool) -> None:
    """Print how a run ended."""
    error = runs.view(actor, result.run).error if result.state is not RunState.SUCCEEDED else None
    if as_json:
        print_json(result.model_dump(mode="json") | ({"error": error} if error else {}))
        return
    took = "" if result.seconds is None else f" ({result.seconds:.1f} s)"
    print_lines(f"{say('运行', 'Run')} {result.run}: {result.state.value}{took}")
    print_lines(*figures(result.metrics))
    if result.model:
        print_lines(say("模型 {model}", "Model {model}", model=result.model))
    if error:
        note(InkstoneError.from_dict(error).message(language()))
        if result.state is not RunState.CANCELLED:
            note(say("日志：inkstone logs {run}；继续：inkstone resume {run}", "Log: inkstone logs {run}; go on: inkstone resume {run}",
                     run=result.run))  # fmt: skip


def figures(metrics: Mapping[str, object]) -> list[str]:
    """Return the lines of a run's final figures: the usual two first, counts as whole numbers."""
    names = [name for name in _FIRST if name in metrics] + [name for name in metrics if name not in _FIRST]
    found = [(name, metrics[name]) for name in names]
    numbers = [(name, value) for name, value in found if isinstance(value, (int, float))]
    return [f"  {name:<24} {value:.0f}" if name == "rows" else f"  {name:<24} {value:.4f}" for name, value in numbers]


def _last_event(actor: Actor, run_id: str) -> int:
    known = runs.events(actor, run_id)
    return known[-1].seq if known else 0


@contextlib.contextmanager
def _stopping(actor: Actor, run_id: str, child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Turn the first Ctrl-C (or SIGTERM) into a stop of the run, the second into its end at once."""
    asked = 0

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            note(say("正在停止……（再按一次 Ctrl-C 立即结束）", "Stopping ... (press Ctrl-C again to end it at once)"))
            # A thread, because the main one may be inside the database at this moment.
            threading.Thread(target=_ask_to_stop, args=(actor, run_id), daemon=True).start()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)

    old = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def _ask_to_stop(actor: Actor, run_id: str) -> None:
    with contextlib.suppress(InkstoneError):  # it has ended meanwhile
        runs.stop(actor, run_id)
