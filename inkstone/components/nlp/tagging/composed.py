"""Several models in one: category, labels, keywords and entities of a text in one answer."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inkstone.components.nlp import model_io
from inkstone.components.nlp.model_io import CARD, ModelCard
from inkstone.components.nlp.tagging.answers import TagAnswer
from inkstone.components.nlp.tagging.loading import Tagger, load_tagger

TASK = "universal_tagging"
PARTS = ("category", "labels", "keywords", "entities")


class ComposedTagger(Tagger):
    """Asks each part and joins what they say. Networks with the same encoder weights share its work."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        super().__init__(card)
        self.parts = {name: load_tagger(folder / name) for name in PARTS if (folder / name / CARD).is_file()}
        self.shared = share_encoders(list(self.parts.values()))

    def answers(self, texts: Sequence[str], batch_size: int = 32) -> list[TagAnswer]:
        """Return one answer a text."""
        joined: list[dict[str, Any]] = [{} for _ in texts]
        for name, part in self.parts.items():
            for answer, whole in zip(part.answers(texts, batch_size), joined, strict=True):
                whole[name] = getattr(answer, name)
        return [TagAnswer(**item) for item in joined]


def share_encoders(taggers: Sequence[Tagger]) -> int:
    """Give networks whose encoders are equal one encoder that remembers its last batches; return how many share one."""
    from inkstone.components.nlp.tagging.sharing import RememberingEncoder, fingerprint, network_of

    networks = [network for tagger in taggers if (network := network_of(tagger)) is not None]
    kept: dict[str, RememberingEncoder] = {}
    count = 0
    for network in networks:
        key = fingerprint(network.encoder)  # type: ignore[arg-type]
        if key in kept:
            count += 1
        else:
            kept[key] = RememberingEncoder(network.encoder)  # type: ignore[arg-type]
        network.encoder = kept[key]
    return count + len({id(item) for item in kept.values()}) if count else 0


def compose(parts: Mapping[str, Path], folder: Path, facts: Mapping[str, Any]) -> ModelCard:
    """Write one model folder that holds a copy of each part.

    Args:
        parts: ``category``, ``labels``, ``keywords``, ``entities`` to model folder.
        folder: Where to.
        facts: Further facts of the card, such as ``component`` and ``metrics``.
    """
    for name, source in parts.items():
        model_io.verify(source)
        shutil.copytree(source, folder / name)
    labels = [
        label for name in ("category", "labels") if name in parts for label in model_io.read_card(parts[name]).labels
    ]
    settings = {"parts": {name: model_io.read_card(source).task for name, source in parts.items()}}
    card = ModelCard(task=TASK, labels=list(dict.fromkeys(labels)), settings=settings, **facts)
    return model_io.seal(folder, card)


def load_composed(folder: Path, card: ModelCard) -> ComposedTagger:
    """Return the composed model of a verified folder; each part checks its own files too."""
    return ComposedTagger(folder, card)
