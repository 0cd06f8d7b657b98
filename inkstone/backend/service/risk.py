"""Decisions of risk-control models: block, review or pass, with the reasons."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from inkstone.backend.service import lexicons, models, reviews
from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.errors import NO_TEXTS, TOO_MANY_TEXTS
from inkstone.backend.service.risk_views import Decision
from inkstone.backend.store import lookup
from inkstone.backend.store.database import session
from inkstone.components.nlp.risk.errors import NOT_A_RISK_MODEL

MOST_TEXTS = 10_000
COUNTED = 50
"""Different words of one request whose hits are counted."""


def decide(actor: Actor, reference: str, texts: Sequence[str], queue: bool = False) -> list[Decision]:
    """Return the decision about each text.

    Args:
        actor: Who asks.
        reference: A risk-control model, ``NAME`` or ``NAME@2``.
        texts: What to judge.
        queue: Put the texts that a person must look at into the review queue.

    Raises:
        InkstoneError: ``models.unknown``, ``risk.not_a_risk_model``, or what is wrong with the texts.
    """
    from inkstone.backend.serving.loaded import ask, classifier
    from inkstone.components.nlp.readable import readable
    from inkstone.components.nlp.risk.model import RiskText

    require_read(actor, "model.predict")
    if not texts:
        raise NO_TEXTS(at="texts")
    if len(texts) > MOST_TEXTS:
        raise TOO_MANY_TEXTS(at="texts", limit=MOST_TEXTS)
    view = models.get(actor, reference)
    if view.task != "risk_control":
        raise NOT_A_RISK_MODEL(model=view.reference, at="model")
    cut = [readable(item) for item in texts]
    model, scores = ask(
        models.folder(actor, view.reference),
        lambda found: (classifier(found).model, classifier(found).engine.scores(cut)),
    )
    assert isinstance(model, RiskText)
    answers = model.decide_scored(cut, scores)
    _count(view.model_id, answers)
    if queue:
        waiting = [(item, answer) for item, answer in zip(cut, answers, strict=True) if answer["decision"] == "review"]
        reviews.add(actor, view.reference, waiting)
    return [Decision.model_validate(answer | {"model": view.reference}) for answer in answers]


def _count(model_id: str, answers: Sequence[dict[str, Any]]) -> None:
    """Add to the hits of words; one small transaction a request, none where no word was found."""
    found: Counter[tuple[str, str]] = Counter()
    for answer in answers:
        found.update({(item["word"], item["category"]) for item in answer["reasons"] if item["kind"] == "word"})
    if found:
        with session() as db:
            lexicons.count_hits(db, model_id, dict(found.most_common(COUNTED)))


def is_risk_model(reference: str) -> bool:
    """Return whether a model decides rather than only classifies."""
    with session() as db:
        return lookup.model_version(db, reference).task == "risk_control"
