"""Custom templates: a pipeline kept for the team, in ``INKSTONE_HOME/templates``."""

import os
from uuid import uuid4

from inkstone import paths
from inkstone.backend.pipeline.document import Binding, Pipeline, TemplateInfo
from inkstone.backend.pipeline.parameters import names_of_kind
from inkstone.backend.pipeline.yaml_io import dump_document
from inkstone.backend.service import audit
from inkstone.backend.service.actor import Actor, require_create
from inkstone.backend.store.database import session
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find
from inkstone.components.texts import Text

_ROLES = ("text", "text_pair", "label", "labels", "entities", "keywords", "id", "group")


def share(actor: Actor, document: Pipeline, name: str, *, title: str, summary: str, category: str) -> None:
    """Keep a pipeline as a template; one of the same name is replaced.

    What the wizard asks for is kept where the pipeline came from a template, else found by the components in it.

    Args:
        actor: Who shares it.
        document: The pipeline.
        name: Name of the template.
        title: Title of its card.
        summary: One sentence on the card.
        category: Group of the card.
    """
    require_create(actor, "template.share")
    words = Text(zh=title or name, en=title or name)
    sentence = Text(zh=summary, en=summary)
    info = document.template or _described(document)
    kept = info.model_copy(update={"category": category, "summary": sentence, "story": sentence})
    made = document.model_copy(update={"name": paths.safe_name(name), "title": words, "template": kept})
    file = paths.inside(paths.folder("templates"), f"{made.name}.yaml")
    scratch = file.with_name(f".{uuid4().hex}.part")
    scratch.write_text(dump_document(made), "utf-8")
    os.replace(scratch, file)
    with session() as db:
        audit.record(db, actor, "template.share", made.name)


def _described(document: Pipeline) -> TemplateInfo:
    """Say where the choices of the wizard go, as far as the components tell."""
    targets: dict[str, list[str]] = {}
    metrics, model = "", ""
    for node_id, node in document.nodes.items():
        try:
            spec = find(node.component).spec
        except InkstoneError:
            continue  # a plug-in that is not installed here
        if spec.id == "data.read_table":
            targets.setdefault("data", [f"{node_id}.{names_of_kind(spec, 'dataset')[0]}"])
        if spec.id == "data.map_columns":
            for role in _ROLES:
                if role in spec.params.model_fields:
                    targets.setdefault(role, [f"{node_id}.{role}"])
        for name in names_of_kind(spec, "encoder"):
            targets.setdefault("encoder", []).append(f"{node_id}.{name}")
        if spec.id == "deliver.register_model":
            targets.setdefault("name", [f"{node_id}.name"])
            model = metrics = node_id
        if spec.id.startswith("evaluate.") and not metrics:
            metrics = node_id
    empty = Text(zh="", en="")
    return TemplateInfo(
        category="custom",
        summary=empty,
        story=empty,
        icon="bookmark",
        bindings={name: Binding(targets=places) for name, places in targets.items()},
        metrics_node=metrics,
        model_node=model,
    )
