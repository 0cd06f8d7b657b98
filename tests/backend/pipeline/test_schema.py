"""Tables that a graph will carry are known before anything ran."""

import pytest

from inkstone.backend.pipeline.schema import propagate
from inkstone.backend.pipeline.yaml_io import load_document
from inkstone.components.artifacts import ColumnInfo, TableInfo
from inkstone.components.registry import registry

NEEDED = ("data.read_table@1", "data.map_columns@1", "data.clean@1", "data.split@1", "predict.batch@1")
TABLE = TableInfo(rows=2, columns=[ColumnInfo(name="文本", dtype="string"), ColumnInfo(name="标签", dtype="string")])
GRAPH = """
inkstone: 1
name: t
variables: {source: "dataset:x@1"}
nodes:
  read: {component: data.read_table, params: {source: "${source}"}}
  other: {component: data.read_table, params: {source: "dataset:unknown"}}
  columns: {component: data.map_columns, params: {text: 文本, label: 标签}, inputs: {table: read.table}}
  clean: {component: data.clean, inputs: {table: columns.table}}
  split: {component: data.split, inputs: {table: clean.table}}
  predict: {component: predict.batch, inputs: {table: split.test}}
  odd: {component: none.such, inputs: {table: split.test}}
"""


def test_tables_pass_through_with_roles_and_added_columns():
    if missing := [key for key in NEEDED if key not in registry()]:
        pytest.skip(f"not here: {missing}")
    found = propagate(load_document(GRAPH), {"dataset:x@1": TABLE})
    assert found["read.table"] == TABLE
    assert "other.table" not in found
    assert found["columns.table"].roles == {"text": "文本", "label": "标签"}
    assert {"split.train", "split.dev", "split.test"} <= found.keys()
    assert [column.name for column in found["predict.table"].columns][-3:] == ["predicted", "score", "scores"]


def test_a_wrong_graph_gives_what_can_be_told():
    cyclic = "inkstone: 1\nname: t\nnodes: {a: {component: data.toy_add, inputs: {numbers: [a.sum]}}}"
    assert propagate(load_document(cyclic), {}) == {}
