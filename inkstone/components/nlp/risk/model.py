"""A risk-control model: a classifier, a word list and a policy in one folder, with one answer a text."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from inkstone.components.artifacts import Lexicon, write_json
from inkstone.components.nlp import model_io
from inkstone.components.nlp.errors import TAMPERED
from inkstone.components.nlp.evasion.aligned import Aligned
from inkstone.components.nlp.evasion.normalise import EvasionNormaliser, EvasionOptions
from inkstone.components.nlp.inference import Row, TextModel, load_model
from inkstone.components.nlp.lexicon.contacts import Contact, contacts
from inkstone.components.nlp.lexicon.entries import read_lexicon
from inkstone.components.nlp.lexicon.matching import Hit, Matcher
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.risk.policy import Policy, Verdict, judge
from inkstone.components.nlp.telling import telling

TASK = "risk_control"
LONGEST = 300_000
"""Characters of a text that are looked at."""
_POLICY, _MODEL, _LEXICON = "policy.json", "model", "lexicon"
_HALVES = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """Return what is looked at of a text: its beginning, halves of characters that JSON may carry as a sign of their own."""
    return _HALVES.sub("\ufffd", text[:LONGEST])


def save_risk_model(
    folder: Path, model: Path, policy: Policy, lexicon: Path | None, fuzzy: bool, **facts: Any
) -> ModelCard:
    """Write a model folder around a copy of a classifier's.

    Args:
        folder: The empty folder.
        model: Folder of the classifier.
        policy: What to do with its scores.
        lexicon: Folder of a word list, if there is one.
        fuzzy: Look for the words by sound and with signs between their characters as well.
        **facts: Further facts of the card.
    """
    inner = model_io.verify(model)
    shutil.copytree(model, folder / _MODEL)
    if lexicon is not None:
        shutil.copytree(lexicon, folder / _LEXICON)
    write_json(folder / _POLICY, policy.model_dump(mode="json"))
    settings = {"inner": inner.task, "safe": policy.safe, "fuzzy": fuzzy, "lexicon": lexicon is not None}
    card = ModelCard(
        task=TASK,
        labels=inner.labels,
        settings=settings,
        encoder=inner.encoder,
        max_length=inner.max_length,
        metrics=inner.metrics,
    )
    return model_io.seal(folder, card.model_copy(update=facts))


class RiskText(TextModel):
    """A folder with ``policy.json``, ``model/`` and perhaps ``lexicon/``. As a classifier it gives the scores of ``model/``."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        super().__init__(card)
        self.inner = load_model(folder / _MODEL)
        try:
            self.policy = Policy.model_validate_json((folder / _POLICY).read_text("utf-8"))
        except (OSError, ValidationError) as error:
            raise TAMPERED(file=_POLICY) from error
        self._undo = EvasionNormaliser(EvasionOptions())
        self.matcher: Matcher | None = None
        if (folder / _LEXICON / Lexicon.FILE).is_file():
            self.matcher = Matcher(read_lexicon(folder / _LEXICON), fuzzy=bool(card.settings.get("fuzzy", True))).warm()

    def encode(self, texts: list[str], pairs: list[str] | None) -> list[Row]:
        """Return what the classifier makes of the texts."""
        return self.inner.rows(texts)

    def forward(self, rows: Sequence[Row]) -> "np.ndarray":
        """Return the probabilities of the classifier."""
        return self.inner.forward(rows)

    def decide(self, texts: Sequence[str], batch_size: int = 64) -> list[dict[str, Any]]:
        """Return for each text the decision with its reasons, in a form that stays the same.

        ``decision``: ``block``, ``review`` or ``pass``. ``label``, ``score``: the class it is about. ``scores``: all classes, best
        first. ``reasons``: of kind ``model`` (class, score, threshold, telling stretches), ``word`` (word, category, severity,
        how it was found) and ``contact``. Every ``start`` and ``end`` counts characters of the text as it came.
        ``undisguised``: the text after undoing disguises where that changed it, ``disguises``: by which rules.
        """
        shown = [readable(item) for item in texts]
        return self.decide_scored(shown, self.scores(shown, batch_size=batch_size))

    def decide_scored(self, texts: Sequence[str], scores: "np.ndarray") -> list[dict[str, Any]]:
        """Return the decisions for texts that are ``readable`` and whose scores are known."""
        return [self._decide(item, row) for item, row in zip(texts, scores, strict=True)]

    def _decide(self, text: str, scores: "np.ndarray") -> dict[str, Any]:
        disguises: set[str] = set()
        aligned = self._undo.undo(text, disguises)
        hits = self.matcher.hits(text, aligned) if self.matcher else []
        reached = contacts(aligned.text)
        if not text.strip():
            verdict = Verdict("pass", self.policy.safe, float(scores[self.labels.index(self.policy.safe)]), [], [])
        else:
            verdict = judge(self.policy, self.labels, scores, hits, len(reached))
        reasons = [self._of_model(aligned, *item) for item in verdict.by_model]
        reasons += [_of_word(hit) for hit in hits]
        reasons += [_of_contact(aligned, item) for item in reached]
        order = np.argsort(-scores, kind="stable")
        return {
            "decision": verdict.action,
            "label": verdict.label,
            "score": round(verdict.score, 6),
            "scores": [{"label": self.labels[n], "score": round(float(scores[n]), 6)} for n in order],
            "reasons": reasons,
            "undisguised": aligned.text if aligned.text != text else None,
            "disguises": sorted(disguises),
        }

    def _of_model(self, aligned: Aligned, label: str, score: float, threshold: float) -> dict[str, Any]:
        found = []
        for item in telling(self.inner, aligned.text, self.labels.index(label)):
            start, end = aligned.span(item.start, item.end)
            found.append({"start": start, "end": end, "text": aligned.original[start:end], "weight": item.weight})
        return {"kind": "model", "label": label, "score": round(score, 6), "threshold": threshold, "tokens": found}


def _of_word(hit: Hit) -> dict[str, Any]:
    return {
        "kind": "word",
        "word": hit.word,
        "category": hit.category,
        "severity": hit.severity,
        "start": hit.start,
        "end": hit.end,
        "text": hit.found,
        "how": hit.how,
    }


def _of_contact(aligned: Aligned, item: Contact) -> dict[str, Any]:
    start, end = aligned.span(item.start, item.end)
    return {
        "kind": "contact",
        "contact": item.kind,
        "value": item.value,
        "start": start,
        "end": end,
        "text": aligned.original[start:end],
    }
