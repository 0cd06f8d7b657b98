"""Validation: everything that is wrong, at once, each with its place."""

import pytest

from inkstone.backend.pipeline.validation import validate
from inkstone.backend.pipeline.yaml_io import load_document
from inkstone.components.artifacts import ColumnInfo, TableInfo


def problems(graph: str, variables: str = "{}", **more):
    document = load_document(f"inkstone: 1\nname: t\nvariables: {variables}\nnodes:\n{graph}")
    return validate(document, **more)


def found(graph: str, **more) -> set[tuple[str, str | None, str | None]]:
    return {(problem.code.removeprefix("pipeline."), problem.node, problem.at) for problem in problems(graph, **more)}


GOOD = """
  a: {component: data.toy_number@1, params: {name: x}}
  add: {component: data.toy_add@1, inputs: {numbers: [a.number]}}
"""


def test_a_good_document_has_no_problems():
    assert problems(GOOD) == []


def test_all_problems_come_at_once_with_node_and_place():
    assert found("""
  a: {component: data.toy_number@1, params: {name: x, value: 2000, valeu: 3}}
  b: {component: data.toy_number@1, params: {mode: triple}}
  c: {component: data.toy_numbr@1}
  d: {component: data.toy_add@1, inputs: {numbers: [a.nummer, e.number, nonsense], other: a.number}}
  f: {component: data.toy_add@1, params: {plus: many}}
  g: {component: deliver.toy_register@1, inputs: {number: [a.number, b.number]}}
  h: {component: data.toy_add@1, inputs: {numbers: [g.registered]}}
""") == {
        ("out_of_bounds", "a", "value"),
        ("unknown_param", "a", "valeu"),
        ("missing_param", "b", "name"),
        ("bad_choice", "b", "mode"),
        ("unknown_component", "c", "component"),
        ("unknown_output", "d", "numbers"),
        ("unknown_node", "d", "numbers"),
        ("bad_reference", "d", "numbers"),
        ("unknown_input", "d", "other"),
        ("bad_type", "f", "plus"),
        ("missing_input", "f", "numbers"),
        ("too_many_edges", "g", "number"),
        ("port_type", "h", "numbers"),
    }


def test_messages_name_the_nearest_and_the_bounds_in_both_languages():
    by_code = {
        problem.code: problem
        for problem in problems(
            "  a: {component: data.toy_number, params: {name: x, value: 2000, valeu: 3}}\n"
            "  c: {component: data.toy_numbr}\n"
        )
    }
    assert "value" in by_code["pipeline.unknown_param"].fix.en
    assert "data.toy_number" in by_code["pipeline.unknown_component"].fix.en
    bounds = by_code["pipeline.out_of_bounds"]
    assert "at most 1000" in bounds.fix.en and "不大于 1000" in bounds.fix.zh and "数" in bounds.what.zh


def test_cycles_are_found_each_once():
    graph = """
  a: {component: data.toy_add, inputs: {numbers: [c.sum]}}
  b: {component: data.toy_add, inputs: {numbers: [a.sum]}}
  c: {component: data.toy_add, inputs: {numbers: [b.sum]}}
  d: {component: data.toy_add, inputs: {numbers: [d.sum]}}
  e: {component: data.toy_add, inputs: {numbers: [c.sum]}}
"""
    cycles = [problem for problem in problems(graph) if problem.code == "pipeline.cycle"]
    assert len(cycles) == 2
    assert {frozenset(problem.values["path"].split(" → ")) for problem in cycles} == {
        frozenset("abc"),
        frozenset("d"),
    }


def test_disabled_nodes_count_as_unconnected():
    graph = """
  a: {component: data.toy_number, params: {name: x}}
  off: {component: data.toy_number, enabled: false}
  one: {component: data.toy_add, inputs: {numbers: [a.number, off.number], more: off.number}}
  two: {component: data.toy_add, inputs: {numbers: [off.number]}}
"""
    assert found(graph) == {("disabled_input", "two", "numbers")}
    assert "off" in problems(graph)[0].fix.en


def test_variables_are_filled_in_before_the_check():
    graph = '  a: {component: data.toy_number, params: {name: x, value: "${big}"}}'
    assert found(graph) == {("unknown_variable", "a", "value")}
    assert found(graph, variables="{big: 5}") == set()
    assert found(graph, variables="{big: 5000}") == {("out_of_bounds", "a", "value")}


@pytest.mark.parametrize("node_id", ["../a", "A", "1a", "a" * 41, "a b"])
def test_node_ids_are_safe_names(node_id):
    graph = f'  "{node_id}": {{component: data.toy_number, params: {{name: x}}}}'
    assert found(graph) == {("bad_node_id", node_id, "id")}


def test_an_empty_graph_says_so():
    assert found("    {}") == {("empty", None, None)}


def test_only_the_nodes_of_a_partial_run_matter():
    assert found(GOOD + "  bad: {component: none.such}\n", nodes=["a", "add"]) == set()


def test_columns_are_checked_against_the_expected_table():
    table = TableInfo(
        rows=2, columns=[ColumnInfo(name="文本", dtype="string"), ColumnInfo(name="标签", dtype="string")]
    )
    graph = """
  read: {component: data.read_table, params: {source: "dataset:x@1"}}
  columns: {component: data.map_columns, params: {text: 文本, label: 标鉴}, inputs: {table: read.table}}
"""
    codes = found(graph, schemas={"read.table": table})
    if ("unknown_component", "columns", "component") in codes:
        pytest.skip("the data components are not here")
    assert codes == {("unknown_column", "columns", "label")}


def test_a_source_is_a_reference_and_never_a_path():
    codes = found('  read: {component: data.read_table, params: {source: "/etc/passwd"}}')
    if ("unknown_component", "read", "component") in codes:
        pytest.skip("the data components are not here")
    assert codes == {("bad_source", "read", "source")}
