"""The task of single-label text classification: one class for a text, or for a pair of texts."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone.components.artifacts import write_json
from inkstone.components.nlp import metrics, model_io
from inkstone.components.nlp.collation import NO_LABEL, pad
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.nlp.scratch import NGRAM_KEY
from inkstone.components.nlp.task import Batch, Task

if TYPE_CHECKING:
    import torch
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase

    from inkstone.components.artifacts import Table


class Settings(BaseModel):
    """What a text classifier is made of.

    Attributes:
        encoder: Local folder of the encoder to start from (or of the saved model).
        labels: Class names, in the order of the scores.
        max_length: Tokens read of a text (or of both texts of a pair together).
        weights: Weight of each class in the loss; None weighs all rows alike.
        pooling: ``first`` token, ``mean`` of all, or the encoder's own ``pooler``.
        dropout: Share of pooled features dropped in training.
        label_smoothing: Share of the target given to all classes alike (Szegedy et al. 2016).
        pairs: The rows are pairs of texts.
        random_weights: Start from random encoder weights.
        focal_gamma: Rows that the model is sure of count less; 0 is plain cross-entropy (Lin et al. 2017).
        adversarial: How far embeddings are moved against the model in training, see ``adversarial``; 0 does not.
        temperature: Divides the logits at prediction (Guo et al. 2017).
        initial: Model folder with the same network whose weights, head included, are the start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    labels: tuple[str, ...]
    max_length: int = 128
    weights: tuple[float, ...] | None = None
    pooling: Literal["first", "mean", "pooler"] = "first"
    dropout: float = 0.1
    label_smoothing: float = 0.0
    pairs: bool = False
    random_weights: bool = False
    focal_gamma: float = 0.0
    adversarial: float = 0.0
    temperature: float = 1.0
    initial: str | None = None


def balanced_weights(counts: Mapping[str, int], labels: Sequence[str]) -> tuple[float, ...]:
    """Return ``w_k = N / (K * n_k)`` for each class, as scikit-learn's ``balanced`` does."""
    total = sum(counts.values())
    return tuple(total / (len(labels) * counts[label]) for label in labels)


class TextClassification(Task):
    """Binary and multi-class classification of texts and of pairs of texts.

    Loss: ``sum_i w(y_i) * ce_i / N`` over the N rows of a batch, so that the losses of shards add up to that of the
    whole batch, which a division by the sum of the weights would not.
    """

    name: ClassVar[str] = "text_classification"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._tokenizer: PreTrainedTokenizerBase | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-safe data."""
        return self.settings.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "TextClassification":
        """Rebuild the task from ``to_dict``."""
        return cls(Settings.model_validate(data))

    @property
    def tokenizer(self) -> "PreTrainedTokenizerBase":
        """The encoder's tokenizer, loaded at first use."""
        if self._tokenizer is None:
            self._tokenizer = model_io.load_tokenizer(Path(self.settings.encoder))
        return self._tokenizer

    def prepare(self, table: "Table") -> "Dataset":
        """Encode the rows that have a label; a class that the model does not know becomes ``NO_LABEL``."""
        return self.prepare_rows(read_rows(table).labelled())

    def prepare_rows(self, rows: TextRows) -> "Dataset":
        """Encode rows: ``input_ids``, ``token_type_ids`` for pairs, ``labels``, ``length``, ``_row``."""
        import pyarrow as pa
        from datasets import Dataset

        numbers = {label: number for number, label in enumerate(self.settings.labels)}
        ids: list[pa.Array] = []
        types: list[pa.Array] = []
        lengths: list[int] = []
        for start in range(0, len(rows.texts), 2_000):
            texts = rows.texts[start : start + 2_000]
            encoded = self.encode(texts, rows.pairs[start : start + 2_000] if rows.pairs is not None else None)
            ids.append(pa.array(encoded["input_ids"], pa.list_(pa.int32())))
            lengths += [len(item) for item in encoded["input_ids"]]
            if "token_type_ids" in encoded:
                types.append(pa.array(encoded["token_type_ids"], pa.list_(pa.int8())))
        columns: dict[str, Any] = {
            "_row": pa.array(rows.row_ids, pa.int64()),
            "length": pa.array(lengths, pa.int32()),
            "input_ids": pa.chunked_array(ids, pa.list_(pa.int32())),
        }
        if types:
            columns["token_type_ids"] = pa.chunked_array(types)
        if rows.labels is not None:
            columns["labels"] = pa.array([numbers.get(label or "", NO_LABEL) for label in rows.labels], pa.int32())
        return Dataset(pa.table(columns))

    def encode(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> dict[str, list[list[int]]]:
        """Return token ids of texts or pairs, cut to the maximum length."""
        second = {"text_pair": list(pairs)} if pairs is not None else {}
        encoded = self.tokenizer(
            list(texts), **second, truncation=True, max_length=self.settings.max_length, return_attention_mask=False
        )
        kept = {"input_ids": encoded["input_ids"]}
        if pairs is not None and "token_type_ids" in encoded:
            kept["token_type_ids"] = encoded["token_type_ids"]
        return kept

    def build(self) -> "torch.nn.Module":
        """Make the network; the random numbers of its fresh parts come from torch's current seed."""
        from transformers import AutoConfig

        from inkstone.components.nlp.classifier import TextClassifier
        from inkstone.components.nlp.compression.structure import PRUNED_KEY, shrink_to
        from inkstone.components.nlp.scratch import NgramEncoder

        folder = Path(self.settings.encoder)
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        pooler = self.settings.pooling == "pooler"
        bert = model_io.load_encoder(folder, with_weights=not self.settings.random_weights, pooler=pooler)
        ngrams = getattr(config, NGRAM_KEY, None)
        encoder = NgramEncoder(bert, ngrams["buckets"], ngrams["width"]) if ngrams is not None else bert
        width = config.hidden_size if hasattr(config, "hidden_size") else config.dim
        made = TextClassifier(encoder, width, len(self.settings.labels), self.settings.pooling, self.settings.dropout)
        if hasattr(config, PRUNED_KEY):
            shrink_to(made, getattr(config, PRUNED_KEY))
        if self.settings.initial is not None:
            made.load_state_dict(model_io.load_weights(Path(self.settings.initial) / model_io.WEIGHTS))
        return made

    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Pad rows to the longest of the batch."""
        return pad(rows, self.tokenizer.pad_token_id or 0)

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return ``sum_i w(y_i) * (1 - p_i)^gamma * ce_i / N``, where ``p_i`` is the probability of the true class."""
        import torch
        from torch.nn.functional import cross_entropy

        inputs = {name: value for name, value in batch.items() if name != "labels"}
        labels = batch["labels"]

        def loss_of() -> torch.Tensor:
            logits = model(**inputs).float()
            losses = cross_entropy(
                logits, labels, ignore_index=NO_LABEL, reduction="none", label_smoothing=self.settings.label_smoothing
            )
            if self.settings.focal_gamma:
                right = logits.softmax(-1).gather(1, labels.clamp(min=0).unsqueeze(1)).squeeze(1)
                losses = losses * (1 - right) ** self.settings.focal_gamma
            if self.settings.weights is not None:
                weights = torch.tensor(self.settings.weights, device=losses.device)
                losses = losses * weights[labels.clamp(min=0)]
            return losses.sum() / len(losses)

        return self.against_adversary(model, loss_of)

    def against_adversary(self, model: "torch.nn.Module", loss_of: "Callable[[], torch.Tensor]") -> "torch.Tensor":
        """Return a loss; in training, where the settings say so, that of embeddings moved against the model as well."""
        if not (self.settings.adversarial and model.training):
            return loss_of()
        from inkstone.components.nlp.adversarial import input_tables, with_adversary

        return with_adversary(loss_of, input_tables(model), self.settings.adversarial)

    def predict(self, model: "torch.nn.Module", batch: Batch) -> "dict[str, np.ndarray]":
        """Return ``logits`` of shape (batch, classes)."""
        import torch

        inputs = {name: value for name, value in batch.items() if name != "labels"}
        with torch.inference_mode():
            return {"logits": model(**inputs).float().cpu().numpy()}

    def metrics(self, predictions: "Mapping[str, np.ndarray]", rows: "Dataset") -> dict[str, float]:
        """Return accuracy, F1 figures and the unweighted cross-entropy."""
        true = np.asarray(rows.with_format("numpy")["labels"][:])
        scores = metrics.softmax(predictions["logits"])
        figures = metrics.summary(true, scores.argmax(axis=1), len(self.settings.labels))
        return figures | {"loss": metrics.cross_entropy(scores, true)}

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write the model folder."""
        from transformers import AutoConfig

        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save_pretrained(folder)
        AutoConfig.from_pretrained(self.settings.encoder, local_files_only=True).save_pretrained(folder)
        model_io.save_weights(folder / model_io.WEIGHTS, model.state_dict())
        write_json(folder / "labels.json", list(self.settings.labels))
        model_io.seal(
            folder,
            model_io.ModelCard(
                task=self.name,
                labels=list(self.settings.labels),
                settings=self.settings.model_dump(mode="json", exclude={"encoder", "random_weights", "initial"}),
                max_length=self.settings.max_length,
            ),
        )

    @classmethod
    def load(cls, folder: Path) -> "tuple[TextClassification, torch.nn.Module]":
        """Return the task and the network of a model folder that ``model_io.verify`` has accepted."""
        card = model_io.read_card(folder)
        task = cls(Settings(encoder=str(folder), random_weights=True, **card.settings))
        model = task.build()
        model.load_state_dict(model_io.load_weights(folder / model_io.WEIGHTS))
        return task, model.eval()
