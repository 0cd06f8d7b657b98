"""Early exit: easy texts leave the network after a few layers, hard ones pass through all of them.

Every layer gets a classifier of its own (Kaya et al., "Shallow-deep networks", 2019; Xin et al., "DeeBERT", 2020); a text
leaves at the first that is sure enough.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import nn

from inkstone.components.artifacts import write_json
from inkstone.components.nlp import metrics, model_io
from inkstone.components.nlp.classifier import mean_pool
from inkstone.components.nlp.collation import NO_LABEL
from inkstone.components.nlp.compression.losses import soft_label_loss
from inkstone.components.nlp.compression.structure import prunable_layers
from inkstone.components.nlp.compression.watching import transformer
from inkstone.components.nlp.task import Batch, Task
from inkstone.components.nlp.text_classification import Settings, TextClassification

if TYPE_CHECKING:
    from datasets import Dataset

    from inkstone.components.artifacts import Table
    from inkstone.components.nlp.rows import TextRows


class ExitSettings(BaseModel):
    """What a classifier with exits is made of.

    Attributes:
        encoder: Local folder of the encoder (or of the saved model).
        classifier: The classifier's settings, without the encoder.
        threshold: A text leaves when a layer gives a class this probability.
        alpha: Share of the last layer's scores in what the other layers learn from; the rest is the labels.
        softness: Temperature of those scores.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    classifier: dict[str, Any]
    threshold: float = Field(0.9, ge=0, le=1)
    alpha: float = Field(0.5, ge=0, le=1)
    softness: float = Field(2.0, gt=0)


class ExitClassifier(nn.Module):
    """A text classifier with one more head at every layer but the last.

    Args:
        classifier: A ``TextClassifier`` over an encoder in BERT's layout.
    """

    def __init__(self, classifier: Any) -> None:
        super().__init__()
        self.classifier = classifier
        layers = prunable_layers(classifier)
        width, classes = transformer(classifier).config.hidden_size, classifier.head.out_features
        self.exits = nn.ModuleList(nn.Linear(width, classes) for _ in layers[:-1])

    def layers(self) -> list[Any]:
        """Return the layers in order."""
        return prunable_layers(self.classifier)

    def begin(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the hidden states before the first layer, and the mask as the layers take it."""
        encoder = transformer(self.classifier)
        hidden = encoder.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        if hasattr(encoder, "embeddings_project"):
            hidden = encoder.embeddings_project(hidden)
        blocked = (1.0 - attention_mask[:, None, None, :].to(hidden.dtype)) * torch.finfo(hidden.dtype).min
        return hidden, blocked.expand(-1, 1, attention_mask.shape[1], -1)

    def judge(self, number: int, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the logits after layer ``number``; shape (batch, classes)."""
        if number < len(self.exits):
            logits: torch.Tensor = self.exits[number](mean_pool(hidden, mask))
            return logits
        inner = self.classifier
        if inner.pooling == "pooler":
            pooled = transformer(inner).pooler(hidden)
        else:
            pooled = mean_pool(hidden, mask) if inner.pooling == "mean" else hidden[:, 0]
        last: torch.Tensor = inner.head(inner.dropout(pooled))
        return last

    def forward(self, **inputs: torch.Tensor) -> torch.Tensor:
        """Return the logits after every layer; shape (batch, layers, classes)."""
        hidden, blocked = self.begin(**inputs)
        found = []
        for number, layer in enumerate(self.layers()):
            hidden = layer(hidden, blocked)
            found.append(self.judge(number, hidden, inputs["attention_mask"]))
        return torch.stack(found, 1)

    @torch.inference_mode()
    def leave(self, threshold: float, **inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return logits and the number of layers used, of each row; rows that have left cost nothing further."""
        hidden, blocked = self.begin(**inputs)
        mask = inputs["attention_mask"]
        waiting = torch.arange(len(hidden), device=hidden.device)
        layers = self.layers()
        used = torch.full((len(hidden),), len(layers), device=hidden.device)
        logits = torch.zeros(len(hidden), self.classifier.head.out_features, device=hidden.device)
        for number, layer in enumerate(layers):
            hidden = layer(hidden, blocked)
            made = self.judge(number, hidden, mask).float()
            sure = made.softmax(-1).amax(-1) >= threshold
            if number == len(layers) - 1:
                sure = torch.ones_like(sure)
            logits[waiting[sure]], used[waiting[sure]] = made[sure], number + 1
            if bool(sure.all()):
                break
            stay = ~sure
            hidden, blocked, mask, waiting = hidden[stay], blocked[stay], mask[stay], waiting[stay]
        return logits, used


class EarlyExit(Task):
    """Trains the exits of a classifier, and the classifier on.

    Loss: ``sum_l l * L_l / sum_l l`` over the layers l = 1.. (later ones count more), ``L_l`` being ``(1 - a) ce + a T^2 KL(last || l)``
    for all but the last layer, whose loss is the cross-entropy.
    """

    name: ClassVar[str] = "early_exit"

    def __init__(self, settings: ExitSettings) -> None:
        self.settings = settings
        self.task = TextClassification(Settings(encoder=settings.encoder, **settings.classifier))

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-safe data."""
        return self.settings.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "EarlyExit":
        """Rebuild the task from ``to_dict``."""
        return cls(ExitSettings.model_validate(data))

    @property
    def tokenizer(self) -> Any:
        """The encoder's tokenizer."""
        return self.task.tokenizer

    def prepare(self, table: "Table") -> "Dataset":
        """Encode the labelled rows."""
        return self.task.prepare(table)

    def prepare_rows(self, rows: "TextRows") -> "Dataset":
        """Encode rows."""
        return self.task.prepare_rows(rows)

    def encode(self, texts: Sequence[str], pairs: Sequence[str] | None = None) -> dict[str, list[list[int]]]:
        """Return token ids."""
        return self.task.encode(texts, pairs)

    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Pad rows."""
        return self.task.collate(rows)

    def build(self) -> "torch.nn.Module":
        """Make the network."""
        return ExitClassifier(self.task.build())

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the loss of the class's docstring."""
        from torch.nn.functional import cross_entropy

        inputs = {name: value for name, value in batch.items() if name != "labels"}
        logits = model(**inputs).float()
        count, last = logits.shape[1], logits[:, -1].detach()
        total = logits.new_zeros(())
        for number in range(count):
            own = logits[:, number]
            loss = cross_entropy(own, batch["labels"], ignore_index=NO_LABEL, reduction="none")
            if number < count - 1:
                soft = soft_label_loss(own, last, self.settings.softness)
                loss = (1 - self.settings.alpha) * loss + self.settings.alpha * soft
            total = total + (number + 1) * loss.mean()
        scaled: torch.Tensor = total * 2 / (count * (count + 1))
        return scaled

    def predict(self, model: "torch.nn.Module", batch: Batch) -> "dict[str, np.ndarray]":
        """Return ``logits`` where each row left, and ``layers``, how many it used."""
        plain: Any = getattr(model, "module", model)
        inputs = {name: value for name, value in batch.items() if name != "labels"}
        logits, used = plain.leave(self.settings.threshold, **inputs)
        return {"logits": logits.float().cpu().numpy(), "layers": used.cpu().numpy()}

    def metrics(self, predictions: "Mapping[str, np.ndarray]", rows: "Dataset") -> dict[str, float]:
        """Return the classifier's figures and the mean number of layers that the rows used."""
        true = np.asarray(rows.with_format("numpy")["labels"][:])
        scores = metrics.softmax(predictions["logits"])
        figures = metrics.summary(true, scores.argmax(axis=1), len(self.task.settings.labels))
        mean = float(predictions["layers"].mean())
        return figures | {"loss": metrics.cross_entropy(scores, true), "layers_used": mean}

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write the model folder."""
        from transformers import AutoConfig

        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save_pretrained(folder)
        AutoConfig.from_pretrained(self.settings.encoder, local_files_only=True).save_pretrained(folder)
        model_io.save_weights(folder / model_io.WEIGHTS, model.state_dict())
        own = self.task.settings
        write_json(folder / "labels.json", list(own.labels))
        classifier = own.model_dump(mode="json", exclude={"encoder", "random_weights", "initial"})
        shared = self.settings.model_dump(mode="json", exclude={"encoder", "classifier"})
        card = model_io.ModelCard(
            task=self.name,
            labels=list(own.labels),
            settings={**shared, "classifier": classifier, "pairs": own.pairs},
            max_length=own.max_length,
        )
        model_io.seal(folder, card)

    @classmethod
    def load(cls, folder: Path) -> "tuple[EarlyExit, torch.nn.Module]":
        """Return the task and the network of a model folder that ``model_io.verify`` has accepted."""
        saved = {name: value for name, value in model_io.read_card(folder).settings.items() if name != "pairs"}
        classifier = {**saved.pop("classifier"), "random_weights": True}
        task = cls(ExitSettings(encoder=str(folder), classifier=classifier, **saved))
        model = task.build()
        model.load_state_dict(model_io.load_weights(folder / model_io.WEIGHTS))
        return task, model.eval()
