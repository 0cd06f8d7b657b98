"""A search that is killed goes on where it was: what has ended is not repeated, what ran is taken up."""

import os
import signal

import pytest

from inkstone.backend.pipeline.yaml_io import load_document
from inkstone.backend.runtime.processes import processes_of
from inkstone.backend.service import runs, searches
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.searching.settings import SearchWish
from inkstone.backend.states import RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Model
from inkstone.backend.store.tables_notices import Notice
from inkstone.backend.store.tables_search import Search
from inkstone.components.errors import InkstoneError

pytestmark = [pytest.mark.ray, pytest.mark.timeout(600)]

GRAPH = """
inkstone: 1
name: toy
nodes:
  first: {{component: data.toy_number, params: {{name: x, value: 5}}}}
  train: {{component: train.toy_curve, params: {{gate: "{gate}"}}, inputs: {{number: first.number}}}}
  register: {{component: deliver.toy_register, inputs: {{number: train.number}}}}
"""


def test_a_killed_search_repeats_nothing_and_its_best_trial_becomes_a_model(toy_searches, tmp_path):
    gate = tmp_path / "gate"
    document = load_document(GRAPH.format(gate=gate))
    wish = SearchWish(metric="dev/score", trials=2, parallel=1, early_stopping=False)
    search = searches.start(LOCAL, document, wish)
    waits = toy_searches.wait(search.id, lambda found: found.trials and len(found.trials[0].history) == 3)
    with pytest.raises(InkstoneError) as refused:
        searches.start(LOCAL, document, wish)
    assert refused.value.code == "search.busy"

    with session() as db:
        os.kill(db.get_one(Search, search.id).pid, signal.SIGKILL)
    lost = toy_searches.wait(search.id, lambda found: found.search.state is RunState.LOST)
    assert lost.search.error["code"] == "search.lost"
    gate.touch()
    first = waits.trials[0].run
    searches.resume(LOCAL, search.id)
    done = toy_searches.wait(search.id, lambda found: found.search.state.is_final)

    assert done.search.state is RunState.SUCCEEDED, done.search.error
    assert [(trial.number, trial.state) for trial in done.trials] == [(1, "DONE"), (2, "DONE")]
    assert done.trials[0].run == first
    assert done.trials[0].params == waits.trials[0].params != done.trials[1].params
    for trial in done.trials:
        assert trial.value == pytest.approx(1 - (trial.params["train.x"] - 0.3) ** 2)
    best = max(done.trials, key=lambda trial: trial.value)
    assert best.best
    assert done.model == "toy@1"
    nodes = {node.node: node.state for node in runs.get(LOCAL, done.search.promoted).nodes}
    assert nodes == {"first": "CACHED", "train": "CACHED", "register": "SUCCEEDED"}
    with session() as db:
        assert len(db.query(Model).one().versions) == 1
        assert [notice.subject["id"] for notice in db.query(Notice)] == [done.search.promoted]  # trials say nothing

    with pytest.raises(InkstoneError) as refused:
        searches.resume(LOCAL, search.id)
    assert refused.value.code == "search.nothing_left"
    searches.resume(LOCAL, search.id, trials=3)
    more = toy_searches.wait(search.id, lambda found: found.search.state.is_final)
    assert [trial.run for trial in more.trials][:2] == [trial.run for trial in done.trials]
    assert more.search.state is RunState.SUCCEEDED, more.search.error
    assert len({trial.params["train.x"] for trial in more.trials}) == 3
    toy_searches.wait(search.id, lambda found: not processes_of(found.search.id))  # its process is just ending


def test_trials_that_fail_one_after_the_other_end_the_search_with_the_cause(toy_searches):
    document = load_document(GRAPH.format(gate="").replace('gate: ""', "broken: true"))
    search = searches.start(LOCAL, document, SearchWish(metric="dev/score", trials=9, parallel=2))
    ended = toy_searches.wait(search.id, lambda found: found.search.state.is_final)
    assert ended.search.state is RunState.FAILED
    assert ended.search.error["code"] == "search.all_failed"
    assert "ValueError" in ended.search.error["what"]["en"]
    assert sum(trial.state == "FAILED" for trial in ended.trials) >= 3


def test_a_stopped_search_leaves_nothing_running(toy_searches, tmp_path):
    document = load_document(GRAPH.format(gate=tmp_path / "never"))
    search = searches.start(LOCAL, document, SearchWish(metric="dev/score", minutes=5, parallel=1))
    going = toy_searches.wait(search.id, lambda found: found.trials and found.trials[0].value)
    searches.stop(LOCAL, search.id)
    ended = toy_searches.wait(search.id, lambda found: found.search.state.is_final)
    assert ended.search.state is RunState.CANCELLED
    assert ended.trials[0].state == "STOPPED"
    assert runs.state(LOCAL, going.trials[0].run).is_final
    with pytest.raises(InkstoneError) as refused:
        searches.promote(LOCAL, search.id)
    assert refused.value.code == "search.no_winner"
