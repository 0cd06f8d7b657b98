"""Pipelines as templates of the team, and the columns that arrive at a node before anything has run."""

from pathlib import Path

import pytest

from inkstone.backend.pipeline.document import Node, Pipeline
from inkstone.backend.service import sharing, templates, uploads, upstream
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.components.errors import InkstoneError

GRAPH = Pipeline(
    name="ours",
    nodes={
        "read": Node(component="data.read_table@1", params={"source": "sample:risk_zh.csv"}),
        "columns": Node(
            component="data.map_columns@1", params={"text": "text", "label": "label"}, inputs={"table": "read.table"}
        ),
        "split": Node(component="data.split@1", inputs={"table": "columns.table"}),
        "train": Node(component="train.text_classification@1", inputs={"train": "split.train", "dev": "split.dev"}),
        "keep": Node(
            component="deliver.register_model@1",
            params={"name": "ours"},
            inputs={"models": ["train.model"], "dev_metrics": ["train.metrics"]},
        ),
    },
)


def test_a_shared_pipeline_is_a_template_that_takes_the_choices_of_the_wizard(home: Path) -> None:
    sharing.share(LOCAL, GRAPH, "our template", title="我们的", summary="一句话", category="classification")
    found = next(item for item in templates.list_(LOCAL) if item.name == "our template")
    assert found.own
    assert found.title.zh == "我们的"
    assert {"data", "text", "label", "encoder", "name"} <= set(found.bindings)
    choices = {"data": "dataset:x@1", "text": "正文", "label": "类别", "name": "mine", "encoder": "scratch"}
    built = templates.build(LOCAL, "our template", choices)
    assert built.nodes["read"].params["source"] == "dataset:x@1"
    assert built.nodes["columns"].params == {"text": "正文", "label": "类别"}
    assert built.nodes["keep"].params["name"] == "mine"


def test_sharing_needs_the_right_to_and_a_name_that_stays_in_its_folder(home: Path, people: dict[str, Actor]) -> None:
    with pytest.raises(InkstoneError) as refused:
        sharing.share(people["vic"], GRAPH, "ours", title="", summary="", category="custom")
    assert refused.value.status == 403
    with pytest.raises(InkstoneError):
        sharing.share(LOCAL, GRAPH, "../ours", title="", summary="", category="custom")
    assert not [item for item in templates.list_(LOCAL) if item.own]


def test_the_columns_of_samples_and_datasets_are_known_before_a_run(home: Path, table: Path) -> None:
    tables = upstream.expected(LOCAL, GRAPH)
    arriving = upstream.arriving(GRAPH, tables, "train")
    assert arriving is not None
    assert {column.name for column in arriving.columns} >= {"text", "label"}
    assert upstream.arriving(GRAPH, tables, "read") is None
    version = uploads.upload(LOCAL, table, table.name)
    read = GRAPH.nodes["read"].model_copy(update={"params": {"source": version.reference}})
    other = GRAPH.model_copy(update={"nodes": {**GRAPH.nodes, "read": read}})
    found = upstream.arriving(other, upstream.expected(LOCAL, other), "columns")
    assert found is not None
    assert {column.name for column in found.columns} == {"文本", "标签"}
