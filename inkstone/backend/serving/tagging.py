"""Answers requests with tagging models: category, labels, keywords and entities in one schema, in batches of many callers."""

from collections.abc import Sequence
from pathlib import Path

from inkstone.backend.serving.engine import Engine, Limits
from inkstone.backend.serving.predictor import Predictor
from inkstone.components.nlp.inference import Row
from inkstone.components.nlp.readable import readable
from inkstone.components.nlp.tagging.answers import TagAnswer
from inkstone.components.nlp.tagging.loading import Tagger, category_answer, load_tagger

_BATCH = 64


class _TaggedRows:
    """A tagger as an engine asks it: a row is a text, as long as its characters; what is said of it is the whole answer."""

    pairs = False

    def __init__(self, model: Tagger) -> None:
        self.model = model
        self.labels = model.labels
        self.parallel = model.parallel

    def rows(self, texts: list[str], pairs: list[str] | None = None) -> list[Row]:
        """Return the texts, cut where reading ends."""
        return [{"text": text, "length": len(text)} for text in map(readable, texts)]

    def forward(self, rows: Sequence[Row]) -> list[TagAnswer]:
        """Return one answer a text."""
        return self.model.answers([row["text"] for row in rows], _BATCH)


class TaggingPredictor:
    """A tagging model in memory; safe to call from many threads.

    Args:
        folder: A model folder; every file is checked when it is loaded.
        limits: How its engine works.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        # One core a batch and several batches at once, where all networks are graphs: words are cut apart meanwhile.
        self.model: Tagger = load_tagger(folder, threads=1)
        self.model.answers([""])  # makes what is made lazily, before several threads ask
        self.engine = Engine(_TaggedRows(self.model), limits)

    def answers(self, texts: Sequence[str], *, patient: bool = True) -> list[TagAnswer]:
        """Return one answer a text.

        Args:
            texts: What to tag.
            patient: Wait while many texts are in line; otherwise raise ``serving.busy``.

        Raises:
            InkstoneError: ``serving.busy``, ``serving.closed``, ``serving.failed``.
        """
        return self.engine.results(texts, patient=patient)

    def close(self) -> None:
        """Answer what waits, then end the threads."""
        self.engine.close()


def tag(model: Predictor | TaggingPredictor, texts: Sequence[str], *, patient: bool = True) -> list[TagAnswer]:
    """Return one answer a text of either kind of model; a classifier answers with its category alone."""
    if isinstance(model, TaggingPredictor):
        return model.answers(texts, patient=patient)
    ranked = model.predict(texts, patient=patient)
    return [category_answer([(item["label"], item["score"]) for item in row]) for row in ranked]


def said(answer: TagAnswer) -> list[tuple[str, float]]:
    """Return what an answer counts as in figures: its category, else its labels, else the types of its entities."""
    if answer.category is not None:
        return [(item.pred, item.prob) for item in answer.category[:1]]
    if answer.labels is not None:
        return [(item.pred, item.prob) for item in answer.labels]
    best: dict[str, float] = {}
    for item in answer.entities or []:
        best[item.label] = max(best.get(item.label, 0.0), item.prob)
    return list(best.items())
