"""From the scores of a network to entities of the original text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inkstone.components.nlp.tagging.crf import Chain, best_path, marginals
from inkstone.components.nlp.tagging.entities import Entity
from inkstone.components.nlp.tagging.schemes import decode_tags
from inkstone.components.nlp.tagging.windows import Window, stitch


@dataclass(frozen=True)
class Decoder:
    """Reads the scores of one kind of head.

    Attributes:
        labels: Entity types.
        tags: Tags of a tag head; empty for a span head.
        chain: Steps between the tags.
    """

    labels: Sequence[str]
    tags: Sequence[str] = ()
    chain: Chain | None = None

    def entities(self, text: str, windows: Sequence[Window], scores: Sequence[np.ndarray]) -> list[Entity]:
        """Return the entities of one text.

        Args:
            text: The original text.
            windows: Its windows.
            scores: For each window emissions (tokens, tags), or span scores (types, tokens, tokens) or what ``kept`` left of them.
        """
        if self.chain is None:
            return self._spans(text, windows, scores)
        whole = stitch(windows, scores)
        if not len(whole.starts):
            return []
        path = best_path(whole.scores, self.chain)
        sure = marginals(whole.scores, self.chain)[np.arange(len(path)), path]
        found = []
        for start, end, label in decode_tags([self.tags[number] for number in path]):
            span = trimmed(text, int(whole.starts[start]), int(whole.ends[end - 1]))
            if span is not None:
                found.append(Entity(*span, label, float(np.exp(np.log(np.maximum(sure[start:end], 1e-12)).mean()))))
        return found

    def kept(self, scores: np.ndarray) -> np.ndarray:
        """Return what reading the scores of a window needs of them.

        A span head gives a square for each type, gigabytes for a very long text; of those its entities stay: type, first token,
        last token, score.
        """
        if self.chain is not None:
            return scores
        places = np.argwhere(scores > 0)
        return np.column_stack([places, scores[tuple(places.T)]])

    def _spans(self, text: str, windows: Sequence[Window], scores: Sequence[np.ndarray]) -> list[Entity]:
        """Collect spans of all windows; where windows overlap, the surer one speaks."""
        best: dict[tuple[int, int, str], float] = {}
        for window, found in zip(windows, scores, strict=True):
            for kind, first, last, score in found if found.ndim == 2 else self.kept(found):
                span = trimmed(text, window.starts[int(first)], window.ends[int(last)])
                if span is None:
                    continue
                key = (*span, self.labels[int(kind)])
                best[key] = max(best.get(key, 0.0), float(1 / (1 + np.exp(-score))))
        return sorted(Entity(*key, score) for key, score in best.items())


def trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return a span without the spaces at its ends; None where nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
