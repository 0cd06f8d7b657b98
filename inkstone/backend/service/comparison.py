"""What differs between two versions of a pipeline."""

from collections.abc import Iterator

from inkstone.backend.pipeline.document import Node, Pipeline
from inkstone.backend.service.views import ParameterChange, PipelineDiff

_FIELDS = ("component", "title", "enabled", "ignore_cache", "note", "resources")


def compare(before: Pipeline, after: Pipeline) -> PipelineDiff:
    """Return nodes and parameters that were added, removed or changed; positions on the canvas do not count.

    A change of the document itself (name, seed, variables) has an empty ``node``.
    """
    changes = list(_document(before, after))
    for node_id, node in after.nodes.items():
        if node_id in before.nodes:
            changes += _node(node_id, before.nodes[node_id], node)
    return PipelineDiff(
        added=[node_id for node_id in after.nodes if node_id not in before.nodes],
        removed=[node_id for node_id in before.nodes if node_id not in after.nodes],
        changed=changes,
    )


def _document(before: Pipeline, after: Pipeline) -> Iterator[ParameterChange]:
    for name in ("name", "seed", "variables"):
        if getattr(before, name) != getattr(after, name):
            yield ParameterChange(node="", field=name, before=getattr(before, name), after=getattr(after, name))


def _node(node_id: str, before: Node, after: Node) -> Iterator[ParameterChange]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    for name in _FIELDS:
        if old[name] != new[name]:
            yield ParameterChange(node=node_id, field=name, before=old[name], after=new[name])
    for group in ("params", "inputs"):
        for name in sorted(old[group].keys() | new[group].keys()):
            if old[group].get(name) != new[group].get(name):
                yield ParameterChange(
                    node=node_id, field=f"{group}.{name}", before=old[group].get(name), after=new[group].get(name)
                )
