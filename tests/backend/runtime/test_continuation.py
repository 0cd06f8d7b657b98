"""Resume keeps a run; continue makes a new one that trains further."""

import pytest

from inkstone.backend.runtime.continuation import continue_, resume
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.records import change_run
from inkstone.backend.store.tables import NodeRun
from inkstone.components.errors import InkstoneError

GRAPH = """
inkstone: 1
name: toy
nodes:
  first: {component: data.toy_number, params: {name: x, value: 5}}
  train: {component: train.toy_train, params: {epochs: 3, seconds: 0.05}, inputs: {number: first.number}}
  after: {component: data.toy_add, inputs: {numbers: [train.number]}}
"""


def test_continuing_trains_more_epochs_from_where_the_parent_ended(toys):
    parent = toys.run(GRAPH)
    child = continue_(parent, 2, "cli")
    assert toys.row(child).parent_id == parent
    toys.go(child)
    assert toys.state(child) is RunState.SUCCEEDED, toys.log(child)
    assert toys.ran(child) == {"train", "after"}
    assert toys.output(child, "train")["epochs"] == 3 + 2
    assert "continues" in toys.node(child, "train").reason["en"]
    # A continuation can be continued, and also one whose training came from the cache.
    grandchild = continue_(child, 1, "cli")
    toys.go(grandchild)
    assert toys.output(grandchild, "train")["epochs"] == 3 + 2 + 1
    cached = toys.run(GRAPH)
    assert toys.states(cached)["train"] is NodeState.CACHED
    other = continue_(cached, 2, "cli")
    toys.go(other)
    assert toys.states(other)["train"] is NodeState.CACHED  # the same continuation was made before
    # Training two epochs from the start is something else than two more.
    assert "train" in toys.ran(toys.run(GRAPH.replace("epochs: 3", "epochs: 2")))


def test_what_cannot_go_on_is_told(toys):
    done = toys.run("inkstone: 1\nname: t\nnodes: {a: {component: data.toy_number, params: {name: x}}}")
    for call, code in (
        (lambda: resume(done), "runs.not_resumable"),
        (lambda: continue_(done, 1), "runs.nothing_to_continue"),
    ):
        with pytest.raises(InkstoneError) as caught:
            call()
        assert caught.value.code == code
    for call in (lambda: resume("none"), lambda: continue_("none", 1)):
        with pytest.raises(InkstoneError) as caught:
            call()
        assert caught.value.code == "runs.unknown"


def test_a_finished_node_is_not_run_again_even_in_a_fresh_run(toys):
    run_id = toys.run(GRAPH.replace("toy_add, inputs: {numbers: [", "toy_fail, inputs: {number: ["), fresh=True)
    assert toys.states(run_id)["after"] is NodeState.FAILED
    resume(run_id, "cli")
    toys.go(run_id)
    states = toys.states(run_id)
    assert (states["first"], states["train"]) == (NodeState.CACHED, NodeState.CACHED)


def test_a_run_that_nobody_launched_is_lost_in_the_end(toys):
    from datetime import timedelta

    from inkstone.backend.runtime.reconcile import reconcile
    from inkstone.backend.store.tables import Run, now

    waiting = toys.make(GRAPH)
    assert reconcile() == []
    with session() as opened:
        opened.get_one(Run, waiting).created_at = now() - timedelta(minutes=5)
    assert reconcile() == [waiting]
    assert toys.state(waiting) is RunState.LOST
    queued = toys.make(GRAPH, launcher="supervisor")
    with session() as opened:
        opened.get_one(Run, queued).created_at = now() - timedelta(minutes=5)
    assert reconcile() == []  # that one waits for its turn


def test_a_process_id_that_became_someone_elses_is_not_taken_for_the_run(toys):
    import os

    from inkstone.backend.runtime.reconcile import reconcile

    run_id = toys.make(GRAPH)
    with session() as opened:
        change_run(opened, run_id, RunState.STARTING, pid=os.getpid(), pid_started=1.0)
        opened.add(NodeRun(run_id=run_id, node="first", component="data.toy_number@1"))
    assert reconcile() == [run_id]
    assert toys.state(run_id) is RunState.LOST
    assert toys.states(run_id)["first"] is NodeState.CANCELLED
