"""Saved entity recognisers: run by torch or by ONNX Runtime."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inkstone.components.nlp import model_io
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.onnx_session import ONNX, open_graph
from inkstone.components.nlp.tagging.answers import TagAnswer, found_entities
from inkstone.components.nlp.tagging.crf import Chain
from inkstone.components.nlp.tagging.entities import Entity
from inkstone.components.nlp.tagging.loading import Tagger
from inkstone.components.nlp.tagging.sequence_labelling import CHAIN, SequenceLabelling, Settings
from inkstone.components.nlp.tagging.windows import Window

if TYPE_CHECKING:
    import torch

TEXTS_AT_ONCE = 512


class EntityTagger(Tagger):
    """A model that finds entities."""

    @abstractmethod
    def entities(self, texts: Sequence[str], batch_size: int = 32) -> list[list[Entity]]:
        """Return the entities of each text in order."""

    def answers(self, texts: Sequence[str], batch_size: int = 32) -> list[TagAnswer]:
        """Return one answer a text."""
        rows = self.entities(texts, batch_size)
        return [TagAnswer(entities=found_entities(text, row)) for text, row in zip(texts, rows, strict=True)]


class Recogniser(EntityTagger):
    """A network behind a decoder. Windows of similar length share a batch."""

    def __init__(self, folder: Path, card: ModelCard, network: SequenceLabelling) -> None:
        super().__init__(card)
        self.network = network
        chain = None
        if network.settings.head == "crf":
            chain = Chain(*(np.array(item, dtype=np.float32) for item in model_io.read_json(folder, CHAIN)))
        self.decoder = network.decoder(chain)

    @abstractmethod
    def scores(self, batch: "Mapping[str, torch.Tensor]") -> "np.ndarray":
        """Return what the network says about a padded batch."""

    def entities(self, texts: Sequence[str], batch_size: int = 32) -> list[list[Entity]]:
        """Return the entities of each text in order."""
        return [
            self.decoder.entities(text, windows, scores)
            for part in self.windowed(texts, batch_size)
            for text, windows, scores in part
        ]

    def windowed(self, texts: Sequence[str], batch_size: int) -> Iterator[list[tuple[str, list[Window], list[Any]]]]:
        """Yield each text with its windows and their scores, some texts at a time.

        Args:
            texts: The texts.
            batch_size: Windows of a batch.
        """
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            part = texts[start : start + TEXTS_AT_ONCE]
            windows = self.network.windows(part)
            scores = self.window_scores(windows, batch_size)
            own: list[list[int]] = [[] for _ in part]
            for place, window in enumerate(windows):
                own[window.text].append(place)
            yield [
                (text, [windows[at] for at in places], [scores[at] for at in places])
                for text, places in zip(part, own, strict=True)
            ]

    def window_scores(self, windows: Sequence[Window], batch_size: int) -> list[Any]:
        """Return what the network says about each window."""
        scores: list[Any] = [None] * len(windows)
        order = sorted(range(len(windows)), key=lambda place: len(windows[place].ids))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            rows = [{"input_ids": windows[at].ids, "starts": windows[at].starts} for at in chosen]
            batch = self.network.collate(rows)
            tokens = batch.pop("tokens").tolist()
            for at, own in zip(chosen, self.network.own_scores(self.scores(batch), tokens), strict=True):
                scores[at] = self.decoder.kept(own)
        return scores


class TorchRecogniser(Recogniser):
    """Run by torch, on the GPU where there is one."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        import torch

        network, model = SequenceLabelling.load(folder)
        super().__init__(folder, card, network)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = model.to(self.device)

    def scores(self, batch: "Mapping[str, torch.Tensor]") -> "np.ndarray":
        """Return what the network says about a padded batch."""
        import torch

        with torch.inference_mode():
            found: np.ndarray = (
                self.model(**{name: value.to(self.device) for name, value in batch.items()}).cpu().numpy()
            )
        return found


class OnnxRecogniser(Recogniser):
    """Run by ONNX Runtime: a folder with ``model.onnx`` in the place of the weights."""

    def __init__(self, folder: Path, card: ModelCard, threads: int = 0) -> None:
        super().__init__(
            folder, card, SequenceLabelling(Settings(encoder=str(folder), random_weights=True, **card.settings))
        )
        self.parallel = threads == 1
        self.session = open_graph(folder / ONNX, threads)

    def scores(self, batch: "Mapping[str, torch.Tensor]") -> "np.ndarray":
        """Return what the graph says about a padded batch."""
        found: np.ndarray = self.session.run(None, {name: value.numpy() for name, value in batch.items()})[0]
        return found


def load_recogniser(folder: Path, card: ModelCard, threads: int = 0) -> Recogniser:
    """Return the recogniser of a verified folder."""
    return OnnxRecogniser(folder, card, threads) if ONNX in card.files else TorchRecogniser(folder, card)
