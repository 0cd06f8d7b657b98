"""Asks registered models for tags: category, labels, keywords and entities in one answer."""

from collections.abc import Sequence

from inkstone.backend.service import models
from inkstone.backend.service.actor import Actor
from inkstone.components.nlp.tagging.answers import TagAnswer


def tag(actor: Actor, reference: str, texts: Sequence[str]) -> list[TagAnswer]:
    """Return one answer a text; a classifier answers with its category alone.

    Raises:
        InkstoneError: ``models.unknown``, or what is wrong with the texts.
    """
    from inkstone.backend.serving import tagging
    from inkstone.backend.serving.loaded import ask

    models.require_texts(texts, None)
    return ask(models.folder(actor, reference), lambda model: tagging.tag(model, texts))
