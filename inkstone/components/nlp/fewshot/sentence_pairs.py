"""The task of contrastive learning on pairs of sentences, as SetFit does (Tunstall et al. 2022).

Pairs are drawn, never enumerated: at most ``pairs_per_row`` for each row and ``most_pairs`` in all, so memory grows with the
rows, not with their square.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone.components.nlp.collation import pad
from inkstone.components.nlp.rows import read_rows
from inkstone.components.nlp.task import Batch, Task
from inkstone.components.nlp.text_classification import Settings, TextClassification

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.artifacts import Table
    from inkstone.components.nlp.classifier import TextClassifier


class PairSettings(BaseModel):
    """What contrastive learning is made of.

    Attributes:
        classifier: The text classifier whose encoder is trained; its head follows later.
        pairs_per_row: Pairs drawn for each row, half of them with a row of its own class.
        most_pairs: Pairs in all.
        seed: Of the draw.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    classifier: Settings
    pairs_per_row: int = 20
    most_pairs: int = 50_000
    seed: int = 0


class SentencePairs(Task):
    """Contrastive learning of an encoder.

    Loss: ``(cos(u, v) - same)^2`` for a pair with the mean-pooled embeddings ``u`` and ``v``, ``same`` being 1 for two rows of
    one class and 0 else; the mean over the pairs.
    """

    name: ClassVar[str] = "sentence_pairs"

    def __init__(self, settings: PairSettings) -> None:
        self.settings = settings
        self.classifier = TextClassification(settings.classifier)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-safe data."""
        return self.settings.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "SentencePairs":
        """Rebuild the task from ``to_dict``."""
        return cls(PairSettings.model_validate(data))

    def prepare(self, table: "Table") -> "Dataset":
        """Encode the rows that have a label and draw pairs of them."""
        from datasets import Dataset

        rows = read_rows(table).labelled()
        encoded = self.classifier.prepare_rows(rows)
        settings = self.settings
        first, second, same = draw_pairs(
            np.asarray(encoded["labels"][:]), settings.pairs_per_row, settings.most_pairs, settings.seed
        )
        inputs = encoded.with_format("arrow")[:]
        columns: dict[str, Any] = {
            "labels": same,
            "length": np.maximum(*(np.asarray(inputs["length"])[index] for index in (first, second))),
        }
        for name in [item for item in ("input_ids", "token_type_ids") if item in encoded.column_names]:
            columns[name] = inputs[name].take(first)
            columns[f"second_{name}"] = inputs[name].take(second)
        return Dataset.from_dict(columns)

    def build(self) -> "torch.nn.Module":
        """Make the network; the head stays as it is until ``finish``."""
        from inkstone.components.nlp.fewshot.sentence_network import SentenceNetwork

        return SentenceNetwork(cast("TextClassifier", self.classifier.build()))

    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Pad first and second texts together: rows of the batch, first half and second half."""
        import torch

        second = [
            {name.removeprefix("second_"): row[name] for name in row if name.startswith("second_")} for row in rows
        ]
        first = [{name: row[name] for name in item} for row, item in zip(rows, second, strict=True)]
        batch = pad([*first, *second], self.classifier.tokenizer.pad_token_id or 0)
        return batch | {"labels": torch.tensor([row["labels"] for row in rows], dtype=torch.float)}

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the mean of ``(cos(u, v) - same)^2``."""
        from torch.nn.functional import cosine_similarity

        inputs = {name: value for name, value in batch.items() if name != "labels"}
        first, second = model(**inputs).float().chunk(2)
        return ((cosine_similarity(first, second) - batch["labels"]) ** 2).mean()

    def predict(self, model: "torch.nn.Module", batch: Batch) -> "dict[str, np.ndarray]":
        """Return the cosine of each pair."""
        import torch
        from torch.nn.functional import cosine_similarity

        inputs = {name: value for name, value in batch.items() if name != "labels"}
        with torch.inference_mode():
            first, second = model(**inputs).float().chunk(2)
            return {"cosine": cosine_similarity(first, second).cpu().numpy()}

    def metrics(self, predictions: "Mapping[str, np.ndarray]", rows: "Dataset") -> dict[str, float]:
        """Return the mean loss of the pairs."""
        same = np.asarray(rows["labels"][:], dtype=float)
        return {"loss": float(((predictions["cosine"] - same) ** 2).mean())}

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write the folder of a text classification model."""
        self.classifier.save(model.classifier, folder)  # type: ignore[arg-type]


def draw_pairs(labels: "np.ndarray", per_row: int, most: int, seed: int) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    """Return positions of first rows, of second rows, and whether they share a class.

    Half of a row's pairs are with its own class (with the row itself where it is the only one, which dropout makes two
    views of), half with other classes.

    Args:
        labels: Class numbers.
        per_row: Pairs of each row, two at least.
        most: Pairs in all.
        seed: Of the draw.
    """
    random = np.random.default_rng(seed)
    half = max(1, min(per_row, most // max(1, len(labels))) // 2)
    inside = {label: np.flatnonzero(labels == label) for label in np.unique(labels)}
    outside = {label: np.flatnonzero(labels != label) for label in inside}
    first, second, same = [], [], []
    for index in random.permutation(len(labels))[: max(1, most // 2)]:
        own = inside[labels[index]]
        own = own[own != index] if len(own) > 1 else own
        for wanted, pool in ((1.0, own), (0.0, outside[labels[index]])):
            first.append(np.full(half, index))
            second.append(random.choice(pool, half))
            same.append(np.full(half, wanted))
    return np.concatenate(first), np.concatenate(second), np.concatenate(same)


def fit_head(folder: Path, table: "Table", target: Path, c: float = 30.0, batch_size: int = 64) -> None:
    """Give a text classification model a logistic-regression head on its embeddings.

    Embeddings are divided by their mean length before fitting, and the weights likewise afterwards, so that ``c`` means the
    same for every encoder.

    Args:
        folder: The model whose encoder is ready.
        table: Training rows.
        target: Where the finished model goes.
        c: Inverse strength of the regularisation.
        batch_size: Rows read at once.
    """
    import torch

    from inkstone.components.nlp.fewshot.sentence_network import SentenceNetwork
    from inkstone.components.nlp.ngram import fit_logistic

    task, loaded = TextClassification.load(folder)
    model = cast("TextClassifier", loaded)
    rows = task.prepare(table)
    network = SentenceNetwork(model).eval()
    features, places = [], np.argsort(rows["length"][:], kind="stable")
    for start in range(0, len(places), batch_size):
        batch = task.collate(rows.select(places[start : start + batch_size]).to_list())
        batch.pop("labels")
        with torch.inference_mode():
            features.append(network(**batch).float().numpy())
    embedded = np.concatenate(features).astype(np.float64)
    targets = np.asarray(rows["labels"][:])[places]
    size = float(np.linalg.norm(embedded, axis=1).mean()) or 1.0
    weights, intercept = fit_logistic(embedded / size, targets, c, balanced=True)
    with torch.no_grad():
        model.head.weight.zero_()
        model.head.bias.fill_(-30.0)  # a class without a training row is never chosen
        known = torch.as_tensor(np.unique(targets))
        model.head.weight[known] = torch.as_tensor(weights / size, dtype=torch.float)
        model.head.bias[known] = torch.as_tensor(intercept, dtype=torch.float)
    task.save(model, target)
