"""A risk-control model: a classifier, a word list and a policy in one folder, with one answer a text."""

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
from inkstone.components.nlp.inference import Row, Scored, TextModel, ranked
from inkstone.components.nlp.lexicon.contacts import Contact, contacts
from inkstone.components.nlp.lexicon.entries import read_lexicon
from inkstone.components.nlp.lexicon.matching import Hit, Matcher
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.readable import readable
from inkstone.components.nlp.risk.policy import Policy, Reached, Verdict, judge
from inkstone.components.nlp.risk.several import load_scorer
from inkstone.components.nlp.telling import telling

TASK = "risk_control"
INNER = "model"
"""Folder of the classifier within the whole."""
_POLICY, _LEXICON = "policy.json", "lexicon"


def parts_of(folder: Path) -> tuple[Path, Path | None, bool]:
    """Return the folder of the classifier and of the word list of a model folder, and whether words are matched fuzzily.

    A model without a policy is the classifier itself.
    """
    card = model_io.read_card(folder)
    if card.task != TASK:
        return folder, None, True
    lexicon = folder / _LEXICON
    return folder / INNER, lexicon if lexicon.is_dir() else None, bool(card.settings.get("fuzzy", True))


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
    shutil.copytree(model, folder / INNER)
    if lexicon is not None:
        shutil.copytree(lexicon, folder / _LEXICON)
    write_json(folder / _POLICY, policy.model_dump(mode="json"))
    own = policy.safe is None or policy.safe in inner.labels
    settings = {
        "inner": inner.task,
        "safe": policy.safe,
        "several": policy.several,
        "learns_safe": own,
        "fuzzy": fuzzy,
        "lexicon": lexicon is not None,
    }
    card = ModelCard(
        task=TASK,
        labels=inner.labels if own else [str(policy.safe), *inner.labels],
        settings=settings,
        encoder=inner.encoder,
        max_length=inner.max_length,
        metrics=inner.metrics,
        profile=inner.profile,
    )
    return model_io.seal(folder, card.model_copy(update=facts))


class RiskText(TextModel):
    """A folder with ``policy.json``, ``model/`` and perhaps ``lexicon/``. As a classifier it gives the scores of ``model/``."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        super().__init__(card)
        try:
            self.policy = Policy.model_validate_json((folder / _POLICY).read_text("utf-8"))
        except (OSError, ValidationError) as error:
            raise TAMPERED(file=_POLICY) from error
        self.inner = load_scorer(folder / INNER, self.policy.safe)
        if self.inner.labels != card.labels:
            raise TAMPERED(file=model_io.CARD)
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

    @property
    def decides(self) -> bool:
        """It has a policy."""
        return True

    def answers(self, texts: Sequence[str], scores: "np.ndarray") -> list[list[Scored]]:
        """Return the classes of each text, those that the policy decides for first and with their decisions."""
        found = []
        for text, row in zip(texts, scores, strict=True):
            verdict = self._verdict(*self._look(readable(text)), row)
            threshold = verdict.by_model[0].threshold if verdict.by_model else None
            first = Scored(verdict.label, verdict.score, verdict.action, threshold)
            also = [Scored(item.label, item.score, item.action, item.threshold) for item in verdict.by_model[1:]]
            named = {first.label, *(item.label for item in also)}
            others = [item for item in ranked(row, self.labels) if item.label not in named]
            found.append([first, *also, *others])
        return found

    def decide(self, texts: Sequence[str], batch_size: int = 64) -> list[dict[str, Any]]:
        """Return for each text the decision with its reasons, in a form that stays the same.

        ``decision``: ``block``, ``review`` or ``pass``. ``label``, ``score``: the class it is about, the worst where a text may be
        of several; ``labels``: all whose threshold was reached or of which a word was found. ``scores``: all classes, best first. ``reasons``: of kind ``model`` (class, score, threshold, what it asks for, telling stretches), ``word`` (word, category, severity,
        how it was found) and ``contact``. Every ``start`` and ``end`` counts characters of the text as it came.
        ``undisguised``: the text after undoing disguises where that changed it, ``disguises``: by which rules.
        """
        shown = [readable(item) for item in texts]
        return self.decide_scored(shown, self.scores(shown, batch_size=batch_size))

    def decide_scored(self, texts: Sequence[str], scores: "np.ndarray") -> list[dict[str, Any]]:
        """Return the decisions for texts that are ``readable`` and whose scores are known."""
        return [self._decide(item, row) for item, row in zip(texts, scores, strict=True)]

    def _look(self, text: str, disguises: set[str] | None = None) -> tuple[Aligned, list[Hit], list[Contact]]:
        """Return the text without its disguises, and the words, contacts and links found in it."""
        aligned = self._undo.undo(text, set() if disguises is None else disguises)
        return aligned, self.matcher.hits(text, aligned) if self.matcher else [], contacts(aligned.text)

    def _verdict(self, aligned: Aligned, hits: list[Hit], reached: list[Contact], scores: "np.ndarray") -> Verdict:
        if not aligned.text.strip() and self.policy.safe is not None:
            return Verdict("pass", self.policy.safe, float(scores[self.labels.index(self.policy.safe)]), [], [])
        return judge(self.policy, self.labels, scores, hits, len(reached))

    def _decide(self, text: str, scores: "np.ndarray") -> dict[str, Any]:
        disguises: set[str] = set()
        aligned, hits, reached = self._look(text, disguises)
        verdict = self._verdict(aligned, hits, reached, scores)
        reasons = [self._of_model(aligned, item) for item in verdict.by_model]
        reasons += [_of_word(hit) for hit in hits]
        reasons += [_of_contact(aligned, item) for item in reached]
        order = np.argsort(-scores, kind="stable")
        named = [item.label for item in verdict.by_model] + [hits[number].category for number in verdict.by_lexicon]
        return {
            "decision": verdict.action,
            "label": verdict.label,
            "score": round(verdict.score, 6),
            "labels": list(dict.fromkeys(named)),
            "scores": [{"label": self.labels[n], "score": round(float(scores[n]), 6)} for n in order],
            "reasons": reasons,
            "undisguised": aligned.text if aligned.text != text else None,
            "disguises": sorted(disguises),
        }

    def _of_model(self, aligned: Aligned, reached: Reached) -> dict[str, Any]:
        found = []
        for item in telling(self.inner, aligned.text, self.labels.index(reached.label)):
            start, end = aligned.span(item.start, item.end)
            found.append({"start": start, "end": end, "text": aligned.original[start:end], "weight": item.weight})
        return {
            "kind": "model",
            "label": reached.label,
            "score": round(reached.score, 6),
            "threshold": reached.threshold,
            "action": reached.action,
            "tokens": found,
        }


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
