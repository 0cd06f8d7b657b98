"""Each role may do what it may, and no more."""

import io

import pytest

from inkstone.backend.service import audit, datasets, pipelines, runs, templates, users
from inkstone.backend.service.actor import LOCAL
from inkstone.components.errors import InkstoneError


def _refused(action) -> None:
    with pytest.raises(InkstoneError) as problem:
        action()
    assert problem.value.code == "auth.forbidden"


def test_a_viewer_reads_and_changes_nothing(people, table):
    view = datasets.upload(people["max"], table, table.name)
    document = templates.get(LOCAL, "text-risk-control")
    viewer = people["vic"]
    assert datasets.get(viewer, view.name).rows == 60
    assert datasets.preview(viewer, view.name).total == 60
    assert runs.list_(viewer) == []
    _refused(lambda: datasets.upload(viewer, io.BytesIO(b"text\nx\n"), "x.csv"))
    _refused(lambda: datasets.set_roles(viewer, view.name, {"text": "文本"}))
    _refused(lambda: pipelines.create(viewer, document))
    _refused(lambda: runs.start(viewer, document))
    _refused(lambda: users.list_(viewer))


def test_a_member_changes_their_own_things_alone(people, table):
    view = datasets.upload(people["max"], table, table.name)
    document = templates.get(LOCAL, "text-risk-control")
    pipeline = pipelines.create(people["max"], document)
    other = people["mia"]
    assert not pipelines.get(other, pipeline.id).can_write
    _refused(lambda: datasets.trash(other, view.name))
    _refused(lambda: pipelines.save_draft(other, pipeline.id, document, 1))
    _refused(lambda: pipelines.trash(other, pipeline.id))
    _refused(lambda: audit.list_(other))
    assert pipelines.save_draft(people["max"], pipeline.id, document, 1).revision == 2
    datasets.trash(people["ann"], view.name)


def test_another_members_dataset_takes_no_new_version_by_accident(people, table):
    datasets.upload(people["max"], table, table.name)
    table.write_text(table.read_text("utf-8") + "又一条,正常\n", "utf-8")
    assert datasets.upload(people["mia"], table, table.name).reference == "dataset:消息-2@1"
    _refused(lambda: datasets.upload(people["mia"], io.BytesIO(b"text\nsome row\n"), "x.csv", "消息", replace=True))


def test_changes_are_audited(people, table):
    view = datasets.upload(people["max"], table, table.name)
    datasets.set_roles(people["max"], view.name, {"text": "文本"})
    entries = audit.list_(people["ann"], action="dataset.")
    assert [(entry.user, entry.action) for entry in entries] == [
        ("max", "dataset.set_roles"),
        ("max", "dataset.upload"),
    ]


def test_a_run_of_anothers_pipeline_leaves_that_alone(people, table):
    view = datasets.upload(people["max"], table, table.name)
    bindings = {"data": view.reference, "text": "文本", "label": "标签"}
    document = templates.build(LOCAL, "text-risk-control", bindings)
    pipeline = pipelines.create(people["max"], document)
    own = runs.start(people["max"], document, pipeline_id=pipeline.id)
    other = runs.start(people["mia"], document, pipeline_id=pipeline.id)
    assert own.pipeline_id == pipeline.id
    assert other.pipeline_id != pipeline.id
    assert len(pipelines.versions(LOCAL, pipeline.id)) == 1
    _refused(lambda: runs.stop(people["mia"], own.id))
    with pytest.raises(InkstoneError) as problem:
        runs.start(people["mia"], document, pipeline_id="feedbeef")
    assert problem.value.code == "pipeline.not_found"
