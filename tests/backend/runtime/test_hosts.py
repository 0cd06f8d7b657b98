"""Machines that share a database leave one another's runs alone."""

import os
from datetime import timedelta

import pytest

from inkstone.backend.runtime.processes import this_host
from inkstone.backend.runtime.reconcile import declare_lost, reconcile
from inkstone.backend.runtime.supervisor import Supervisor
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.records import change_run
from inkstone.backend.store.tables import Run, now

GRAPH = """
inkstone: 1
name: toy
nodes:
  first: {component: data.toy_number, params: {name: x, value: 5}}
"""
NOBODY = 2_147_000_000  # above the largest process id of Linux


@pytest.fixture
def away(toys):
    """Give a run that another machine carries out, as the shared database shows it."""
    run_id = toys.make(GRAPH, launcher="supervisor")
    with session() as opened:
        running = {"pid": NOBODY, "pid_started": 1.0, "host": "elsewhere", "seen_at": now()}
        change_run(opened, run_id, RunState.STARTING, **running)
        change_run(opened, run_id, RunState.RUNNING)
    return run_id


def seen_ago(run_id, minutes):
    with session() as opened:
        opened.get_one(Run, run_id).seen_at = now() - timedelta(minutes=minutes)


def test_a_run_of_another_machine_is_not_taken_for_lost(toys, away):
    assert reconcile() == []
    assert not declare_lost(away)
    assert toys.state(away) is RunState.RUNNING


def test_it_is_lost_when_nothing_was_heard_of_it_for_long(toys, away):
    seen_ago(away, 5)
    assert reconcile() == []
    seen_ago(away, 15)
    assert reconcile() == [away]
    assert toys.state(away) is RunState.LOST


def test_its_process_id_is_nothing_here(toys, away):
    with session() as opened:
        run = opened.get_one(Run, away)
        run.pid, run.pid_started = os.getpid(), None
    seen_ago(away, 15)
    assert reconcile() == [away]  # and this process lives on


def test_a_supervisor_ends_and_counts_only_its_own_runs(toys, away):
    supervisor = Supervisor(max_runs=1)
    supervisor._insist()
    supervisor._stop_runs()
    assert toys.state(away) is RunState.RUNNING
    queued = toys.make(GRAPH, launcher="supervisor")
    assert supervisor._claim() == queued
    with session() as opened:
        assert opened.get_one(Run, queued).host == this_host()


def test_a_container_that_takes_over_keeps_its_name(toys, away, monkeypatch):
    monkeypatch.setenv("INKSTONE_HOST", "elsewhere")
    assert this_host() == "elsewhere"
    assert reconcile() == [away]


def test_a_run_process_signs_its_run_and_says_that_it_lives(toys):
    run_id = toys.run(GRAPH)
    row = toys.row(run_id)
    assert row.host == this_host()
    assert row.seen_at >= row.started_at
