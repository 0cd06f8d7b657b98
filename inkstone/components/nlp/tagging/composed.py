"""Several models in one: category, labels, keywords and entities of a text in one answer."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.nlp import model_io
from inkstone.components.nlp.model_io import CARD, ModelCard
from inkstone.components.nlp.tagging.answers import TagAnswer
from inkstone.components.nlp.tagging.loading import Tagger, load_tagger

if TYPE_CHECKING:
    from inkstone.components.nlp.tagging.sharing import RememberingEncoder

TASK = "universal_tagging"
TEXTS_AT_ONCE = 256
PARTS = ("category", "labels", "keywords", "entities")


class ComposedTagger(Tagger):
    """Asks each part and joins what they say. Networks with the same encoder weights share its work."""

    def __init__(self, folder: Path, card: ModelCard, threads: int = 0) -> None:
        super().__init__(card)
        self.parts = {name: load_tagger(folder / name, threads) for name in parts_of(folder)}
        self.encoders = share_encoders(list(self.parts.values()))
        self.parallel = all(part.parallel for part in self.parts.values())

    def answers(self, texts: Sequence[str], batch_size: int = 32) -> list[TagAnswer]:
        """Return one answer a text."""
        joined: list[TagAnswer] = []
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            some = texts[start : start + TEXTS_AT_ONCE]
            said = {name: part.answers(some, batch_size) for name, part in self.parts.items()}
            for encoder in self.encoders:
                encoder.forget()
            joined += [
                TagAnswer(**{name: getattr(rows[place], name) for name, rows in said.items()})
                for place in range(len(some))
            ]
        return joined


def parts_of(folder: Path) -> list[str]:
    """Return which parts a composed folder has."""
    return [name for name in PARTS if (folder / name / CARD).is_file()]


def share_encoders(taggers: Sequence[Tagger]) -> "list[RememberingEncoder]":
    """Put one encoder that remembers its last batches under all networks whose encoders are equal; return those encoders."""
    from inkstone.components.nlp.tagging.sharing import RememberingEncoder, fingerprint, network_of

    groups: dict[str, list[Any]] = {}
    for tagger in taggers:
        network: Any = network_of(tagger)
        if network is not None:
            groups.setdefault(fingerprint(network.encoder), []).append(network)
    made = []
    for networks in groups.values():
        if len(networks) > 1:
            made.append(RememberingEncoder(networks[0].encoder))
            for network in networks:
                network.encoder = made[-1]
    return made


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
    counted = next((name for name in ("category", "labels", "entities") if name in parts), None)
    known = {"profile": model_io.read_card(parts[counted]).profile if counted else {}, **facts}
    card = ModelCard(task=TASK, labels=list(dict.fromkeys(labels)), settings=settings, **known)
    return model_io.seal(folder, card)


def load_composed(folder: Path, card: ModelCard, threads: int = 0) -> ComposedTagger:
    """Return the composed model of a verified folder; each part checks its own files too."""
    return ComposedTagger(folder, card, threads)
