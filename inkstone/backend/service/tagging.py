"""Asks registered models for tags: category, labels, keywords and entities in one answer."""

from collections.abc import Sequence

from inkstone.backend.service import models
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.errors import NO_TEXTS, TOO_MANY_TEXTS
from inkstone.components.nlp.tagging.answers import TagAnswer

_MOST_TEXTS = 10_000


def tag(actor: Actor, reference: str, texts: Sequence[str]) -> list[TagAnswer]:
    """Return one answer a text; a classifier answers with its category alone.

    Raises:
        InkstoneError: ``models.unknown``, or what is wrong with the texts.
    """
    from inkstone.backend.serving.tagging import get_tagger

    if not texts:
        raise NO_TEXTS(at="texts")
    if len(texts) > _MOST_TEXTS:
        raise TOO_MANY_TEXTS(at="texts", limit=_MOST_TEXTS)
    return get_tagger(models.folder(actor, reference)).answers(list(texts))
