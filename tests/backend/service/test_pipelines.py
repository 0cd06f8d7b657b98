"""Drafts, versions, comparison, YAML."""

import pytest

from inkstone.backend.pipeline.edit import apply_overrides
from inkstone.backend.service import pipelines, templates
from inkstone.backend.service.actor import LOCAL
from inkstone.components.errors import InkstoneError


@pytest.fixture
def document(home):
    return templates.get(LOCAL, "text-risk-control")


def test_a_stale_draft_is_refused_and_changes_nothing(document):
    made = pipelines.create(LOCAL, document)
    newer = apply_overrides(document, {"train.epochs": 2})
    assert pipelines.save_draft(LOCAL, made.id, newer, made.revision).revision == 2
    with pytest.raises(InkstoneError) as problem:
        pipelines.save_draft(LOCAL, made.id, document, made.revision)
    assert (problem.value.code, problem.value.status) == ("pipeline.conflict", 409)
    assert pipelines.get(LOCAL, made.id).document == newer


def test_versions_are_compared_and_restored(document):
    made = pipelines.create(LOCAL, document)
    pipelines.save_version(LOCAL, made.id, "first", "as it came")
    nodes = {key: node for key, node in document.nodes.items() if key != "evaluate_baseline"}
    newer = apply_overrides(document.model_copy(update={"nodes": nodes}), {"train.epochs": 2})
    pipelines.save_draft(LOCAL, made.id, newer, 1)
    pipelines.save_version(LOCAL, made.id, "second")
    changes = pipelines.diff(LOCAL, made.id, 1, 2)
    assert (changes.added, changes.removed) == ([], ["evaluate_baseline"])
    assert [(item.node, item.field, item.after) for item in changes.changed] == [("train", "params.epochs", 2)]
    assert pipelines.restore(LOCAL, made.id, 1).document == document
    assert pipelines.diff(LOCAL, made.id, 1).changed == []
    assert [version.name for version in pipelines.versions(LOCAL, made.id)] == ["second", "first"]
    with pytest.raises(InkstoneError) as problem:
        pipelines.restore(LOCAL, made.id, 9)
    assert problem.value.code == "pipeline.version_not_found"


def test_yaml_goes_out_and_comes_in_unchanged(document):
    made = pipelines.create(LOCAL, document)
    again = pipelines.import_yaml(LOCAL, pipelines.export_yaml(LOCAL, made.id))
    assert again.document == document


def test_every_problem_is_told_at_once(document):
    wrong = apply_overrides(document, {"train.epochs": -1, "read.source": "dataset:nix", "split.dev_share": 7})
    found = {(problem["code"], problem["node"]) for problem in pipelines.validate(LOCAL, wrong)}
    assert found == {
        ("pipeline.out_of_bounds", "train"),
        ("pipeline.out_of_bounds", "split"),
        ("data.unknown_dataset", "read"),
    }


def test_a_trashed_pipeline_is_gone(document):
    made = pipelines.create(LOCAL, document)
    pipelines.trash(LOCAL, made.id)
    assert pipelines.list_(LOCAL) == []
    with pytest.raises(InkstoneError):
        pipelines.get(LOCAL, made.id)


def test_a_team_has_templates_of_its_own(home, document):
    own = home / "templates"
    own.mkdir()
    (own / "ours.yaml").write_text(pipelines.export_yaml(LOCAL, pipelines.create(LOCAL, document).id), "utf-8")
    assert [(item.name, item.own) for item in templates.list_(LOCAL) if item.own] == [("ours", True)]
    assert templates.get(LOCAL, "ours") == document
    with pytest.raises(InkstoneError) as problem:
        templates.get(LOCAL, "../../secret")
    assert problem.value.code == "path.outside"
    with pytest.raises(InkstoneError) as problem:
        templates.get(LOCAL, "text-risk-contrl")
    assert "text-risk-control" in problem.value.fix.en
