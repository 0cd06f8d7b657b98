"""Baselines of entity recognition: a random field over features of characters, and a dictionary of the training entities.

The random field is trained by CRFsuite (Okazaki 2007) with L-BFGS; its weights are taken out and saved as safetensors and
JSON, and decoding is our own, so that no file of CRFsuite's format is ever opened.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from inkstone.components.artifacts import write_json
from inkstone.components.nlp import model_io
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.tagging.crf import Chain, best_path
from inkstone.components.nlp.tagging.entities import Entity
from inkstone.components.nlp.tagging.entity_models import EntityTagger
from inkstone.components.nlp.tagging.entity_rows import EntityRows
from inkstone.components.nlp.tagging.schemes import decode_tags, encode_spans

TASK = "entity_baseline"
Method = Literal["crf", "dictionary"]
ITERATIONS = 100
_PIECE = 2_000


def character_features(text: str) -> Iterator[list[str]]:
    """Yield the features of each character: itself, its neighbours up to two away, their pairs, its kind."""
    padded = f"\x02\x02{text}\x03\x03"
    for place in range(2, len(text) + 2):
        far, left, own, right, further = list(padded[place - 2 : place + 3])
        yield [
            "bias",
            f"0={own}",
            f"-1={left}",
            f"+1={right}",
            f"-2={far}",
            f"+2={further}",
            f"-1,0={left}{own}",
            f"0,+1={own}{right}",
            f"-2,-1={far}{left}",
            f"+1,+2={right}{further}",
            f"-1,+1={left}{right}",
            f"kind={_kind(own)}",
            f"kinds={_kind(left)}{_kind(own)}{_kind(right)}",
        ]


def _kind(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isascii() and character.isalpha():
        return "A" if character.isupper() else "a"
    return "字" if character.isalpha() else " " if character.isspace() else "."


@dataclass
class RandomField:
    """A trained random field over characters.

    Attributes:
        tags: Tag names.
        features: Feature to its row in ``weights``.
        weights: Shape (features, tags).
        chain: Scores of the steps.
    """

    tags: list[str]
    features: dict[str, int]
    weights: np.ndarray
    chain: Chain

    def entities(self, text: str) -> list[Entity]:
        """Return the entities of a text; a long one is read in pieces."""
        found: list[Entity] = []
        for start in range(0, len(text), _PIECE):
            piece = text[start : start + _PIECE]
            emissions = np.zeros((len(piece), len(self.tags)))
            for place, names in enumerate(character_features(piece)):
                known = [self.features[name] for name in names if name in self.features]
                emissions[place] = self.weights[known].sum(axis=0)
            path = [self.tags[number] for number in best_path(emissions, self.chain)]
            found += [Entity(start + first, start + last, label) for first, last, label in decode_tags(path)]
        return found


def fit_random_field(rows: EntityRows, labels: Sequence[str], c1: float, c2: float) -> RandomField:
    """Train on texts with flat entities.

    Args:
        rows: Texts and entities.
        labels: Entity types.
        c1: L1 regularisation.
        c2: L2 regularisation.
    """
    import tempfile

    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": c1, "c2": c2, "max_iterations": ITERATIONS, "feature.possible_transitions": True})
    for text, entities in zip(rows.texts, rows.entities, strict=True):
        tags = encode_spans([(item.start, item.end, item.label) for item in entities], len(text), "bio")
        trainer.append(list(character_features(text)), tags)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "field")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        tagger.close()
    tags = sorted(info.labels)
    numbers = {tag: number for number, tag in enumerate(tags)}
    features = {name: number for number, name in enumerate(sorted({name for name, _ in info.state_features}))}
    weights = np.zeros((len(features), len(tags)), dtype=np.float32)
    for (name, tag), weight in info.state_features.items():
        weights[features[name], numbers[tag]] = weight
    steps = np.zeros((len(tags), len(tags)), dtype=np.float32)
    for (before, after), weight in info.transitions.items():
        steps[numbers[before], numbers[after]] = weight
    return RandomField(tags, features, weights, Chain(steps, np.zeros(len(tags)), np.zeros(len(tags))))


@dataclass
class Dictionary:
    """Words of the training entities, each with its most frequent type; the longest match from the left wins."""

    words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lengths: defaultdict[str, list[int]] = defaultdict(list)
        for word in self.words:
            self._lengths[word[0]].append(len(word))
        for lengths in self._lengths.values():
            lengths[:] = sorted(set(lengths), reverse=True)

    def entities(self, text: str) -> list[Entity]:
        """Return the entities of a text."""
        found, place = [], 0
        while place < len(text):
            for length in self._lengths.get(text[place], ()):
                word = text[place : place + length]
                if word in self.words:
                    found.append(Entity(place, place + length, self.words[word]))
                    place += length - 1
                    break
            place += 1
        return found


def fit_dictionary(rows: EntityRows) -> Dictionary:
    """Collect words that are an entity in at least half of the places where they stand in the training texts."""
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, entities in zip(rows.texts, rows.entities, strict=True):
        for item in entities:
            kinds[text[item.start : item.end]][item.label] += 1
    every = Dictionary({word: counts.most_common(1)[0][0] for word, counts in kinds.items()})
    seen: Counter[str] = Counter()
    for text in rows.texts:
        seen.update(text[item.start : item.end] for item in every.entities(text))
    kept = {word: every.words[word] for word in sorted(kinds) if kinds[word].total() * 2 >= seen[word]}
    return Dictionary(kept)


def save_baseline(model: RandomField | Dictionary, labels: Sequence[str], folder: Path) -> None:
    """Write the model folder."""
    folder.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any]
    if isinstance(model, RandomField):
        import torch

        settings = {"method": "crf"}
        write_json(folder / "features.json", list(model.features))
        write_json(folder / "tags.json", model.tags)
        arrays = {"weights": model.weights, "steps": model.chain.steps}
        model_io.save_weights(
            folder / model_io.WEIGHTS, {name: torch.from_numpy(item) for name, item in arrays.items()}
        )
    else:
        settings = {"method": "dictionary"}
        write_json(folder / "words.json", model.words)
    model_io.seal(folder, ModelCard(task=TASK, labels=list(labels), settings=settings))


class BaselineTagger(EntityTagger):
    """A baseline from its folder."""

    parallel = True

    def __init__(self, folder: Path, card: ModelCard) -> None:
        super().__init__(card)
        self.model: RandomField | Dictionary
        if card.settings["method"] == "dictionary":
            self.model = Dictionary(model_io.read_json(folder, "words.json"))
            return
        arrays = {name: item.numpy() for name, item in model_io.load_weights(folder / model_io.WEIGHTS).items()}
        tags = model_io.read_json(folder, "tags.json")
        features = {name: number for number, name in enumerate(model_io.read_json(folder, "features.json"))}
        none = np.zeros(len(tags))
        self.model = RandomField(tags, features, arrays["weights"], Chain(arrays["steps"], none, none))

    def entities(self, texts: Sequence[str], batch_size: int = 32) -> list[list[Entity]]:
        """Return the entities of each text in order."""
        return [self.model.entities(text) for text in texts]


def load_baseline(folder: Path, card: ModelCard, threads: int = 0) -> BaselineTagger:
    """Return the baseline of a verified folder."""
    return BaselineTagger(folder, card)
