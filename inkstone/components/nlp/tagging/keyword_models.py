"""Saved keyword extractors: by statistics, by an encoder, by a trained recogniser, or by a learned ranking."""

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone.components.artifacts import write_json
from inkstone.components.nlp import model_io
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.tagging import keyword_methods as methods
from inkstone.components.nlp.tagging.answers import Keyword, TagAnswer, occurrences
from inkstone.components.nlp.tagging.keyword_ranking import load_ranking, save_ranking
from inkstone.components.nlp.tagging.loading import Tagger
from inkstone.components.nlp.tagging.words import Segmenter, is_candidate, phrases

if TYPE_CHECKING:
    from inkstone.components.nlp.tagging.entity_models import Recogniser
    from inkstone.components.nlp.tagging.keyword_ranking import RankingModel

TASK = "keyword_extraction"
Method = Literal["tfidf", "textrank", "yake", "encoder", "supervised", "ranking"]
TRAINED = ("supervised", "ranking")
"""Methods that learn from human keywords: by a recogniser of spans, by ranking."""
RECOGNISER = "recogniser"
ENCODER = "encoder"
_TEXT_TOKENS = 256


class KeywordSettings(BaseModel):
    """How keywords are found; see ``tag.keywords`` for what each does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Method
    count: int = 5
    nouns: bool = True
    longest: int = 1
    window: int = methods.WINDOW
    damping: float = methods.DAMPING
    diversity: float = 0.3
    user_words: tuple[str, ...] = ()


class KeywordTagger(Tagger):
    """Finds keywords by ``settings.method``."""

    def __init__(self, folder: Path, card: ModelCard, threads: int = 0) -> None:
        super().__init__(card)
        self.settings = KeywordSettings.model_validate(card.settings)
        self.segmenter = Segmenter(self.settings.user_words)
        self.rarity: dict[str, float] = {}
        self.unseen = 1.0
        if "rarity.json" in card.files:
            known = model_io.read_json(folder, "rarity.json")
            self.rarity, self.unseen = known["words"], known["unseen"]
        self._encoder = _TextVectors(folder / ENCODER) if self.settings.method == "encoder" else None
        supervised = self.settings.method == "supervised"
        self.recogniser = _load_recogniser(folder, threads) if supervised else None
        self.ranking = load_ranking(folder) if self.settings.method == "ranking" else None
        self.parallel = self.recogniser.parallel if self.recogniser is not None else self._encoder is None

    def answers(self, texts: Sequence[str], batch_size: int = 32) -> list[TagAnswer]:
        """Return the keywords of each text, best first."""
        if self.recogniser is not None:
            return [TagAnswer(keywords=row) for row in self._supervised(self.recogniser, texts, batch_size)]
        if self.ranking is not None:
            ranked = self.ranking.keywords(texts, self.segmenter, self.settings.count)
            return [TagAnswer(keywords=row) for row in ranked]
        return [TagAnswer(keywords=self._one(text)) for text in texts]

    def _one(self, text: str) -> list[Keyword]:
        words = self.segmenter.words(text)
        settings = self.settings
        if self._encoder is not None:
            return self._by_encoder(self._encoder, text)
        if settings.method == "textrank":
            scores = methods.text_rank(words, nouns=settings.nouns, window=settings.window, damping=settings.damping)
        elif settings.method == "yake":
            scores = methods.yake(words, nouns=settings.nouns, window=settings.window)
        else:
            scores = methods.tf_idf(words, self.rarity, self.unseen, nouns=settings.nouns)
        if settings.longest > 1:
            scores = self._of_phrases(text, scores)
        first = {item.word: item.start for item in reversed(words)}
        order = sorted(scores, key=lambda word: (-scores[word], first.get(word, text.find(word)), word))
        return _keywords(text, [(word, scores[word]) for word in order[: settings.count]])

    def _of_phrases(self, text: str, scores: dict[str, float]) -> dict[str, float]:
        """Give neighbouring candidates that stand together more than once, or all of whose words rank high, as one phrase."""
        words = self.segmenter.words(text)
        high = set(sorted(scores, key=lambda word: -scores[word])[: self.settings.count * 2])
        made = dict(scores)
        for phrase, _, _, places in phrases(words, self.settings.longest, nouns=self.settings.nouns):
            parts = [words[place].word for place in places]
            if len(parts) > 1 and all(part in high for part in parts):
                made[phrase] = max(made.get(phrase, 0.0), sum(scores[part] for part in parts))
                for part in parts:
                    if text.count(part) == text.count(phrase):
                        made.pop(part, None)
        return made

    def _by_encoder(self, vectors: "_TextVectors", text: str) -> list[Keyword]:
        words = self.segmenter.words(text)
        found = phrases(words, self.settings.longest, nouns=self.settings.nouns)
        names = list(dict.fromkeys(phrase for phrase, *_ in found))[:200]
        if not names:
            return []
        whole, *each = vectors([text, *names])
        chosen = methods.diverse(np.array(each), whole, self.settings.count, self.settings.diversity)
        return _keywords(text, [(names[place], score) for place, score in chosen])

    def _supervised(self, recogniser: "Recogniser", texts: Sequence[str], batch_size: int) -> list[list[Keyword]]:
        rows = []
        for text, found in zip(texts, recogniser.entities(texts, batch_size), strict=True):
            best: dict[str, float] = {}
            for item in found:
                word = text[item.start : item.end]
                best[word] = max(best.get(word, 0.0), item.score)
            order = sorted(best, key=lambda word: (-best[word], text.find(word)))
            rows.append(_keywords(text, [(word, best[word]) for word in order[: self.settings.count]]))
        return rows


def _keywords(text: str, ranked: Sequence[tuple[str, float]]) -> list[Keyword]:
    """Return keywords; scores above 1 are divided by the highest, so that they stay within 0 and 1."""
    top = max([1.0, *(score for _, score in ranked)])
    return [
        Keyword(word=word, score=round(max(0.0, score / top), 6), spans=occurrences(text, word))
        for word, score in ranked
    ]


class _TextVectors:
    """Mean hidden states of an encoder, scaled to length one."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = model_io.load_tokenizer(folder)
        self.encoder = model_io.load_encoder(folder)
        self.encoder.train(False)

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors of shape (texts, width)."""
        import torch

        from inkstone.components.nlp.classifier import mean_pool
        from inkstone.components.nlp.collation import pad

        found = []
        for start in range(0, len(texts), 64):
            part = list(texts[start : start + 64])
            ids = self.tokenizer(part, truncation=True, max_length=_TEXT_TOKENS, return_attention_mask=False)[
                "input_ids"
            ]
            batch = pad([{"input_ids": row} for row in ids], self.tokenizer.pad_token_id or 0)
            with torch.inference_mode():
                hidden = self.encoder(**batch).last_hidden_state
                found.append(mean_pool(hidden, batch["attention_mask"]).numpy())
        vectors = np.concatenate(found).astype(np.float64)
        unit: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit


def word_rarity(texts: Sequence[str], settings: KeywordSettings) -> dict[str, object]:
    """Return ``ln((1 + N) / (1 + df)) + 1`` of the candidates that two texts or more have."""
    segmenter = Segmenter(settings.user_words)
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({item.word for item in segmenter.words(text) if is_candidate(item, nouns=settings.nouns)})
    unseen = float(np.log(1 + len(texts)) + 1)
    words = {
        word: round(float(np.log((1 + len(texts)) / (1 + count)) + 1), 6)
        for word, count in sorted(counts.items())
        if count > 1
    }
    return {"words": words, "unseen": round(unseen, 6)}


def save_extractor(
    folder: Path,
    settings: KeywordSettings,
    texts: Sequence[str] = (),
    encoder: Path | None = None,
    ranking: "RankingModel | None" = None,
) -> ModelCard:
    """Write the model folder of an extractor.

    Args:
        folder: Where to.
        settings: How keywords are found.
        texts: The collection that tells how rare words are, for TF-IDF.
        encoder: The folder of the encoder, or of the trained recogniser, to copy.
        ranking: What ranks candidates.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if settings.method == "tfidf":
        write_json(folder / "rarity.json", word_rarity(texts, settings))
    if encoder is not None:
        shutil.copytree(encoder, folder / (RECOGNISER if settings.method == "supervised" else ENCODER))
    if ranking is not None:
        save_ranking(ranking, folder)
    return model_io.seal(folder, ModelCard(task=TASK, settings=settings.model_dump(mode="json")))


def _load_recogniser(folder: Path, threads: int) -> "Recogniser":
    from inkstone.components.nlp.tagging.entity_models import load_recogniser

    inner = folder / RECOGNISER
    return load_recogniser(inner, model_io.verify(inner), threads)


def load_extractor(folder: Path, card: ModelCard, threads: int = 0) -> KeywordTagger:
    """Return the extractor of a verified folder."""
    return KeywordTagger(folder, card, threads)
