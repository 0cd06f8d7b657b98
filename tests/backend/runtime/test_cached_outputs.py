"""What a run has of nodes that come from the cache: figures as if they had run, and models that still exist."""

from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.series import curves
from inkstone.backend.store.tables import Model, now

GRAPH = """
inkstone: 1
name: toy
nodes:
  a: {component: data.toy_number, params: {name: x, value: 3}}
  register: {component: deliver.toy_register_cached, inputs: {number: a.number}}
"""


def test_a_registered_model_comes_from_the_cache_only_while_it_is_there(toys):
    toys.run(GRAPH)
    second = toys.run(GRAPH)
    assert set(toys.states(second).values()) == {NodeState.CACHED}
    with session() as opened:
        opened.query(Model).one().trashed_at = now()
    third = toys.run(GRAPH)
    assert toys.state(third) is RunState.SUCCEEDED
    assert toys.ran(third) == {"register"}
    with session() as opened:
        assert opened.query(Model).one().trashed_at is None


def test_a_cached_node_has_its_figures(toys):
    toys.run(GRAPH)
    second = toys.run(GRAPH)
    with session() as opened:
        assert curves(opened, [second], ["dev/number"])[second, "a", "dev/number"].values == [3.0]
