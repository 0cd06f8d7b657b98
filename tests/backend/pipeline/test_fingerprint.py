"""The same fingerprint means the same outputs."""

from hypothesis import given
from hypothesis import strategies as st

from inkstone.backend.pipeline.document import Node, Pipeline
from inkstone.backend.pipeline.fingerprint import explain, fingerprint, with_seed
from inkstone.backend.pipeline.plan import plan
from inkstone.components.registry import find


def spec(name: str):
    return find(name).spec


def of(key: str, /, inputs=None, references=None, seed=0, continued=None, **params):
    component = spec(key)
    validated = with_seed(component, component.params.model_validate(params), seed)
    return fingerprint(
        component, validated, inputs=inputs or {}, references=references or {}, seed=seed, continued=continued
    )


def whole(document: Pipeline, seed: int = 0) -> dict[str, str]:
    """Fingerprint a graph as if each node gave outputs named by its fingerprint."""
    found: dict[str, str] = {}
    made = plan(document)
    for node in made.order:
        inputs = {port: [found[edge.node] for edge in edges] for port, edges in made.edges[node].items()}
        found[node] = of(document.nodes[node].component, inputs, seed=seed, **document.nodes[node].params).digest
    return found


graphs = st.lists(st.tuples(st.sets(st.integers(0, 5)), st.integers(0, 3)), min_size=1, max_size=6)


def build(parts, rename=lambda number: f"n{number}", position=None) -> Pipeline:
    nodes = {}
    for number, (needs, plus) in enumerate(parts):
        earlier = sorted(need for need in needs if need < number)
        if earlier:
            inputs = {"numbers": [f"{rename(need)}.sum" for need in earlier]}
            node = Node(component="data.toy_add", params={"plus": plus}, inputs=inputs, position=position)
        else:
            node = Node(component="data.toy_number", params={"name": f"x{number}", "value": plus}, position=position)
        nodes[rename(number)] = node
    return Pipeline(name="t", nodes=nodes)


@given(graphs)
def test_ids_and_positions_of_nodes_do_not_matter(parts):
    plain = whole(build(parts))
    moved = whole(build(parts, lambda number: f"other{9 - number}", (3.0, 4.0)))
    assert [plain[f"n{number}"] for number in range(len(parts))] == [
        moved[f"other{9 - number}"] for number in range(len(parts))
    ]


@given(graphs, st.data())
def test_a_changed_parameter_changes_that_node_and_its_descendants_alone(parts, data):
    target = data.draw(st.integers(0, len(parts) - 1))
    changed = [(needs, plus + (number == target)) for number, (needs, plus) in enumerate(parts)]
    document = build(parts)
    old, new = whole(document), whole(build(changed))
    made = plan(document, from_=f"n{target}")
    assert {node for node in old if old[node] != new[node]} == set(made.forced)


def test_defaults_count_as_if_they_were_written():
    assert of("data.toy_number", name="x").digest == of("data.toy_number", name="x", value=1, mode="plain").digest
    assert of("data.toy_number", name="x").digest != of("data.toy_number", name="x", value=2).digest


def test_what_cannot_change_the_result_does_not_count():
    assert of("data.toy_number", name="x", threads=4).digest == of("data.toy_number", name="x").digest


def test_the_seed_counts_where_it_is_used():
    assert of("data.toy_number", name="x", seed=1).digest == of("data.toy_number", name="x", seed=2).digest
    assert of("data.toy_add", seed=1).digest != of("data.toy_add", seed=2).digest
    assert of("train.toy_train", seed=1).digest != of("train.toy_train", seed=2).digest


def test_a_reference_counts_by_what_it_leads_to():
    one = of("data.toy_number", name="dataset:a@1", references={"name": "f" * 64})
    renamed = of("data.toy_number", name="dataset:b@1", references={"name": "f" * 64})
    other = of("data.toy_number", name="dataset:a@1", references={"name": "e" * 64})
    assert one.digest == renamed.digest != other.digest
    assert "name" in explain(one, other).en


def test_order_of_edges_and_ports_counts():
    ab = of("data.toy_add", {"numbers": ["a", "b"]})
    ba = of("data.toy_add", {"numbers": ["b", "a"]})
    split = of("data.toy_add", {"numbers": ["a"], "more": ["b"]})
    assert len({ab.digest, ba.digest, split.digest}) == 3


def test_misses_are_explained_in_both_languages():
    old = of("data.toy_add", {"numbers": ["a"]}, plus=1)
    new = of("data.toy_add", {"numbers": ["b"], "more": ["c"]}, seed=3, plus=2)
    reason = explain(old, new)
    for words in ("parameter plus: 1 → 2", "input numbers", "input more", "seed: 0 → 3"):
        assert words in reason.en
    assert "参数 plus：1 → 2" in reason.zh and "输入 numbers" in reason.zh
    assert "first time" in explain(None, new).en
    assert "removed" in explain(old, old).en
    assert "continues" in explain(old, of("data.toy_add", {"numbers": ["a"]}, plus=1, continued="x")).en
    newer = old.model_copy(update={"component": "data.toy_add@2", "digest": "x"})
    assert "data.toy_add@1 → data.toy_add@2" in explain(old, newer).en
