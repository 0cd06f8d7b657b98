"""Deleting runs with their files, and the order of the queue."""

import pytest

from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.service import run_queue, run_search, run_trash, runs
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.run_search import RunFilter
from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.backend.store.database import session
from inkstone.backend.store.queue import queued
from inkstone.backend.store.tables import Artifact, Metric, NodeArtifact, NodeRun
from inkstone.backend.store.tables_organisation import RunValue
from inkstone.components.errors import InkstoneError

ROW = {"_row": 0, "text": "甲", "label": "正常", "predicted": "正常", "scores": [0.1, 0.8, 0.1]}


def stored() -> list[str]:
    with session() as db:
        return [row.sha256 for row in db.query(Artifact)]


def test_a_trashed_run_can_come_back(make_run):
    run = make_run("甲")
    run_trash.trash(LOCAL, [run])
    assert runs.list_(LOCAL) == []
    assert [row.run.id for row in run_search.search(LOCAL, RunFilter(trashed=True)).rows] == [run]
    run_trash.restore(LOCAL, [run])
    assert [item.id for item in runs.list_(LOCAL)] == [run]
    with pytest.raises(InkstoneError) as error:
        run_trash.restore(LOCAL, [run])
    assert error.value.code == "runs.not_trashed"


def test_a_purge_takes_rows_and_files_together(make_run):
    run = make_run("甲", rows=[ROW], figures={"test/accuracy": 1.0})
    folder = run_folder(run)
    folder.mkdir(parents=True)
    (folder / "events.jsonl").write_text("{}\n")
    run_trash.trash(LOCAL, [run])
    sha256 = stored()[0]
    done = run_trash.purge(LOCAL)
    assert (done.runs, done.artifacts) == (1, 1)
    assert not ArtifactStore().has(sha256)
    assert not folder.exists()
    with session() as db:
        assert [db.query(table).count() for table in (Artifact, Metric, NodeRun, NodeArtifact, RunValue)] == [0] * 5


def test_a_purge_keeps_what_another_run_gave_too(make_run):
    """Two artifact rows may share one folder, and two runs one artifact."""
    first, second = make_run("甲", rows=[ROW]), make_run("乙", rows=[ROW])
    assert len(set(stored())) == 1
    run_trash.trash(LOCAL, [first])
    done = run_trash.purge(LOCAL, [first])
    assert (done.runs, done.artifacts) == (1, 0)
    assert ArtifactStore().has(stored()[0])
    assert runs.read_output(LOCAL, second, "evaluate", "metrics")["split"] == "test"


def test_nothing_is_purged_while_a_run_may_take_it_from_the_cache(make_run):
    run = make_run("甲", rows=[ROW])
    make_run("排队", state="QUEUED")
    run_trash.trash(LOCAL, [run])
    with pytest.raises(InkstoneError) as error:
        run_trash.purge(LOCAL)
    assert error.value.code == "runs.purge_waits"
    assert len(stored()) == 1


def test_only_what_is_in_the_trash_is_purged_and_only_what_has_ended_gets_there(make_run):
    run, busy = make_run("甲"), make_run("乙", state="RUNNING")
    with pytest.raises(InkstoneError) as error:
        run_trash.purge(LOCAL, [run])
    assert error.value.code == "runs.not_trashed"
    with pytest.raises(InkstoneError) as error:
        run_trash.trash(LOCAL, [run, busy])
    assert error.value.code == "runs.is_active"
    assert len(runs.list_(LOCAL)) == 2


def test_members_purge_their_own_alone(make_run, people):
    mine = make_run("甲", owner_id=people["max"].user_id)
    make_run("乙")
    run_trash.trash(LOCAL, [item.id for item in runs.list_(LOCAL)])
    assert run_trash.purge(people["max"]).runs == 1
    left = run_search.search(LOCAL, RunFilter(trashed=True)).rows
    assert [row.run.name for row in left] == ["乙"]
    assert mine not in {row.run.id for row in left}


@pytest.fixture
def waiting(make_run) -> list[str]:
    return [make_run(name, state="QUEUED", started_at=None, ended_at=None) for name in "甲乙丙"]


def order() -> list[str]:
    return [run.name for run in run_queue.get(LOCAL).waiting]


def test_the_queue_is_in_order_of_arrival_until_someone_moves_a_run(waiting, make_run):
    assert order() == ["甲", "乙", "丙"]
    run_queue.move(LOCAL, waiting[2], "first")
    assert order() == ["丙", "甲", "乙"]
    run_queue.move(LOCAL, waiting[2], "later")
    assert order() == ["甲", "丙", "乙"]
    make_run("新", state="QUEUED")
    assert order() == ["甲", "丙", "乙", "新"]


def test_held_runs_and_a_paused_queue_are_not_started(waiting):
    run_queue.hold(LOCAL, waiting[0])
    with session() as db:
        assert [run.id for run in queued(db, startable=True)] == waiting[1:]
    run_queue.pause(LOCAL)
    assert run_queue.get(LOCAL).paused
    with session() as db:
        assert queued(db, startable=True) == []
    run_queue.pause(LOCAL, False)
    run_queue.hold(LOCAL, waiting[0], False)
    with session() as db:
        assert [run.id for run in queued(db, startable=True)] == waiting


def test_only_queued_runs_move_and_only_to_known_places(waiting, make_run):
    with pytest.raises(InkstoneError) as error:
        run_queue.move(LOCAL, make_run("fertig"), "first")
    assert error.value.code == "runs.not_queued"
    with pytest.raises(InkstoneError) as error:
        run_queue.move(LOCAL, waiting[0], "sideways")
    assert error.value.code == "runs.bad_place"


def test_viewers_do_not_touch_the_queue(waiting, people):
    for action in (lambda: run_queue.pause(people["vic"]), lambda: run_queue.hold(people["vic"], waiting[0])):
        with pytest.raises(InkstoneError) as error:
            action()
        assert error.value.code == "auth.forbidden"


def test_the_machine_says_what_it_has(home):
    has = run_queue.get(LOCAL).machine
    assert has.cpus >= 1
    assert 0 < has.memory_free_bytes <= has.memory_bytes
    assert 0 < has.disk_free_bytes <= has.disk_bytes
