"""The order of a run, and which part of the graph it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkstone.backend.pipeline.document import Node, Pipeline
from inkstone.backend.pipeline.plan import plan
from inkstone.components.errors import InkstoneError


def graph(**needs: str) -> Pipeline:
    return Pipeline(
        name="t",
        nodes={
            node: Node(component="data.x", inputs={"in": [f"{need}.out" for need in given]})
            for node, given in needs.items()
        },
    )


DIAMOND = graph(f="de", a="", b="a", c="a", d="bc", e="c")


def test_the_order_is_topological_and_follows_the_document():
    assert plan(DIAMOND).order == ("a", "b", "c", "d", "e", "f")


@given(st.data())
def test_any_acyclic_graph_is_ordered(data):
    names = data.draw(st.permutations([f"n{number}" for number in range(8)]))
    needs = {
        name: data.draw(st.lists(st.sampled_from(names[:position]), unique=True)) if position else []
        for position, name in enumerate(names)
    }
    shuffled = data.draw(st.permutations(names))
    order = plan(graph(**{name: needs[name] for name in shuffled})).order
    assert sorted(order) == sorted(names)
    assert all(order.index(need) < order.index(name) for name in names for need in needs[name])


def test_parts_of_the_graph():
    assert plan(DIAMOND, to="d").order == ("a", "b", "c", "d")
    part = plan(DIAMOND, from_="e")
    assert (set(part.order), part.forced) == (set("abcdef"), {"e", "f"})
    only = plan(DIAMOND, only="d")
    assert (only.order, only.forced) == (("a", "b", "c", "d"), {"d"})
    assert plan(DIAMOND, from_="c", to="e").order == ("a", "c", "e")


def test_disabled_nodes_take_no_part():
    off = DIAMOND.model_copy(update={"nodes": {**DIAMOND.nodes, "b": Node(component="data.x", enabled=False)}})
    made = plan(off)
    assert made.order == ("a", "c", "d", "e", "f")
    assert made.needs("d") == {"c"}
    with pytest.raises(InkstoneError) as caught:
        plan(off, to="b")
    assert caught.value.code == "pipeline.unknown_node"


def test_a_cycle_is_refused():
    with pytest.raises(InkstoneError) as caught:
        plan(graph(a="c", b="a", c="b"))
    assert caught.value.code == "pipeline.cycle"
