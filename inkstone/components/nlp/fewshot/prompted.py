"""What all prompt-based tasks share: rows of token ids, padding within patterns, figures, saving and loading."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone.components.artifacts import write_json
from inkstone.components.nlp import metrics, model_io
from inkstone.components.nlp.collation import NO_LABEL
from inkstone.components.nlp.fewshot.encoding import PatternEncoder, Prompted, text_ids
from inkstone.components.nlp.fewshot.template import Template, parse
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.nlp.task import Batch, Task

if TYPE_CHECKING:
    import torch
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase

    from inkstone.components.artifacts import Table

_MULTIPLE = 8


class PromptSettings(BaseModel):
    """What every prompt-based model is made of.

    Attributes:
        encoder: Local folder of the encoder to start from (or of the saved model).
        labels: Class names, in the order of the scores.
        max_length: Tokens of text and pattern together.
        pairs: The rows are pairs of texts.
        templates: The patterns.
        random_weights: Build without reading weights: they come from a saved model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    labels: tuple[str, ...]
    max_length: int = 128
    pairs: bool = False
    templates: tuple[str, ...]
    random_weights: bool = False


class PromptedTask(Task):
    """A task whose rows are texts within patterns. Patterns are filled in when a batch is made."""

    Settings: ClassVar[type[PromptSettings]]

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self._tokenizer: PreTrainedTokenizerBase | None = None
        self._encoders: list[PatternEncoder] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-safe data."""
        return dict(self.settings.model_dump(mode="json"))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild the task from ``to_dict``."""
        return cls(cls.Settings.model_validate(data))

    # ---- encoding

    @property
    def tokenizer(self) -> "PreTrainedTokenizerBase":
        """The encoder's tokenizer, loaded at first use."""
        if self._tokenizer is None:
            self._tokenizer = model_io.load_tokenizer(Path(self.settings.encoder))
        return self._tokenizer

    @property
    def templates(self) -> list[Template]:
        """The patterns, read."""
        return [parse(source) for source in self.settings.templates]

    @property
    def encoders(self) -> list[PatternEncoder]:
        """One encoder a pattern; they number all pseudo tokens through."""
        if self._encoders is None:
            self._encoders, start = [], 0
            for template in self.templates:
                encoder = PatternEncoder(self.tokenizer, template, self.settings.max_length, start)
                start += len(encoder.soft_words)
                self._encoders.append(encoder)
        return self._encoders

    @property
    def soft_words(self) -> list[int]:
        """The token from which each pseudo token starts; -1 for a random start."""
        return [token for encoder in self.encoders for token in encoder.soft_words]

    @abstractmethod
    def slots(self) -> list[tuple[int, int]]:
        """Return (pattern, slot length) of each sequence that a row becomes."""

    def encode(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> dict[str, list[list[int]]]:
        """Return the token ids of texts (``input_ids``) and of second texts (``pair_ids``), without any pattern."""
        encoded = {"input_ids": text_ids(self.tokenizer, texts, self.settings.max_length)}
        if pairs is not None:
            encoded["pair_ids"] = text_ids(self.tokenizer, pairs, self.settings.max_length)
        return encoded

    def prepare(self, table: "Table") -> "Dataset":
        """Encode the rows that have a label; a class that the model does not know becomes ``NO_LABEL``."""
        return self.prepare_rows(read_rows(table).labelled())

    def prepare_rows(self, rows: TextRows) -> "Dataset":
        """Encode rows: ``input_ids``, ``pair_ids`` for pairs, ``labels``, ``length``, ``_row``."""
        from datasets import Dataset

        encoded = self.encode(rows.texts, rows.pairs)
        numbers = {label: number for number, label in enumerate(self.settings.labels)}
        lengths = [sum(map(len, parts)) for parts in zip(*encoded.values(), strict=True)]
        columns: dict[str, Any] = {"_row": rows.row_ids, "length": lengths, **encoded}
        if rows.labels is not None:
            columns["labels"] = [numbers.get(label or "", NO_LABEL) for label in rows.labels]
        return Dataset.from_dict(columns)

    def prompt(self, row: Mapping[str, Any]) -> list[Prompted]:
        """Return a row within its patterns."""
        return [
            self.encoders[number].encode(row["input_ids"], row.get("pair_ids"), length)
            for number, length in self.slots()
        ]

    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Fill in the patterns and pad.

        Returns:
            ``input_ids``, ``attention_mask``, ``token_type_ids``, ``soft``, ``texts`` of shape (batch, patterns, length),
            ``slots`` of shape (batch, patterns, slot), ``labels`` of shape (batch,) where the rows have them.
        """
        import torch

        batch = pad_prompted([self.prompt(row) for row in rows], self.tokenizer)
        if "labels" in rows[0]:
            batch["labels"] = torch.tensor([row["labels"] for row in rows], dtype=torch.long)
        return batch

    # ---- figures

    def predict(self, model: "torch.nn.Module", batch: Batch) -> "dict[str, np.ndarray]":
        """Return ``logits`` of shape (batch, classes)."""
        import torch

        inputs = {name: value for name, value in batch.items() if name != "labels"}
        with torch.inference_mode():
            return {"logits": self.class_scores(model, inputs).float().cpu().numpy()}

    @abstractmethod
    def class_scores(self, model: "torch.nn.Module", inputs: Batch) -> "torch.Tensor":
        """Return logits of shape (batch, classes)."""

    def metrics(self, predictions: "Mapping[str, np.ndarray]", rows: "Dataset") -> dict[str, float]:
        """Return accuracy, F1 figures and the cross-entropy."""
        true = np.asarray(rows.with_format("numpy")["labels"][:])
        scores = metrics.softmax(predictions["logits"])
        figures = metrics.summary(true, scores.argmax(axis=1), len(self.settings.labels))
        return figures | {"loss": metrics.cross_entropy(scores, true)}

    # ---- saving

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write the model folder; weights that two names share are written once."""
        from transformers import AutoConfig

        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save_pretrained(folder)
        AutoConfig.from_pretrained(self.settings.encoder, local_files_only=True).save_pretrained(folder)
        model_io.save_weights(folder / model_io.WEIGHTS, _without_twins(model))
        write_json(folder / "labels.json", list(self.settings.labels))
        model_io.seal(
            folder,
            model_io.ModelCard(
                task=self.name,
                labels=list(self.settings.labels),
                settings=self.settings.model_dump(mode="json", exclude={"encoder", "random_weights", "labels"}),
                max_length=self.settings.max_length,
            ),
        )

    @classmethod
    def load(cls, folder: Path) -> "tuple[Self, torch.nn.Module]":
        """Return the task and the network of a model folder that ``model_io.verify`` has accepted."""
        card = model_io.read_card(folder)
        task = cls.from_dict({**card.settings, "encoder": str(folder), "labels": card.labels, "random_weights": True})
        model = task.build()
        weights = model_io.load_weights(folder / model_io.WEIGHTS)
        missing, strange = model.load_state_dict(weights, strict=False)
        twins = set(model.state_dict()) - set(_without_twins(model))
        if strange or set(missing) - twins:
            from inkstone.components.nlp.errors import TAMPERED

            raise TAMPERED(file=model_io.WEIGHTS)
        return task, model.eval()


def pad_prompted(rows: Sequence[Sequence[Prompted]], tokenizer: "PreTrainedTokenizerBase") -> Batch:
    """Pad rows of texts within patterns on the tokenizer's padding side; the slots move along."""
    import torch

    longest = max(len(item.ids) for row in rows for item in row)
    width = -(-longest // _MULTIPLE) * _MULTIPLE
    shape, slot = (len(rows), len(rows[0]), width), max(len(item.slots) for item in rows[0])
    pad_id = tokenizer.pad_token_id or 0
    ids = np.full(shape, pad_id, dtype=np.int64)
    mask, types, soft, texts = (np.full(shape, value, dtype=np.int64) for value in (0, 0, -1, 0))
    slots = np.zeros((*shape[:2], slot), dtype=np.int64)
    left = tokenizer.padding_side == "left"
    for number, row in enumerate(rows):
        for place, item in enumerate(row):
            size = len(item.ids)
            start = width - size if left else 0
            here = (number, place, slice(start, start + size))
            ids[here], mask[here], types[here], soft[here], texts[here] = item.ids, 1, item.types, item.soft, item.texts
            slots[number, place, : len(item.slots)] = np.asarray(item.slots) + start
    arrays = {
        "input_ids": ids, "attention_mask": mask, "token_type_ids": types, "soft": soft, "texts": texts, "slots": slots
    }  # fmt: skip
    return {name: torch.from_numpy(value) for name, value in arrays.items()}


def _without_twins(model: "torch.nn.Module") -> "dict[str, torch.Tensor]":
    seen: set[tuple[int, tuple[int, ...]]] = set()
    kept = {}
    for name, tensor in model.state_dict().items():
        key = (tensor.data_ptr(), tuple(tensor.shape))
        if tensor.numel() and key in seen:
            continue
        seen.add(key)
        kept[name] = tensor
    return kept
