"""The task of guessing masked tokens: pre-training from random weights, and continued pre-training of an encoder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from inkstone.components.nlp.guessing import IGNORED, SHIFTED_POSITIONS, guess
from inkstone.components.nlp.masking import Masking, Vocabulary, mask
from inkstone.components.nlp.model_io import read_json
from inkstone.components.nlp.packing import MANIFEST, Encoder, Pack, unflag
from inkstone.components.nlp.pretraining_distillation import Distillation
from inkstone.components.nlp.pretraining_errors import OTHER_ARCHITECTURE
from inkstone.components.nlp.task import Batch, Task
from inkstone.components.nlp.warm_start import warm_start

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.artifacts import Table


class Shape(BaseModel):
    """The size of a new encoder in BERT's layout."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: int = Field(3, ge=1, le=48)
    hidden: int = Field(192, ge=16, le=2048)
    heads: int = Field(3, ge=1, le=64)
    intermediate: int = Field(768, ge=16, le=16384)
    positions: int = Field(512, ge=16, le=8192)


class MaskedLanguageModel(BaseModel, Task):
    """Masked-language-model pre-training (Devlin et al., "BERT", 2019), with masks drawn anew each time (Liu et al., 2019).

    Attributes:
        encoder: Folder with a tokenizer, and with weights where training goes on from an encoder.
        shape: Size of a new encoder; None goes on from the weights in ``encoder``.
        masking: What is masked.
        length: Longest sequence.
        dropout: During pre-training; small encoders on few passes learn best without any.
        shifted: Share of the sequences whose positions begin at a random number, so that positions beyond ``length`` are
            learned too (Kiyono et al., "SHAPE: shifted absolute position embedding", 2021).
        warm_start: Folder of the pack that new weights start from, see ``warm_start``; None starts from random weights.
        distil: A teacher whose guesses and attention are learned too, see ``pretraining_distillation``.
        seed: Seed of new weights.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: ClassVar[str] = "masked_language_model"

    encoder: str
    shape: Shape | None = None
    masking: Masking = Masking()
    length: int = Field(128, ge=8, le=8192)
    dropout: float = Field(0.0, ge=0, lt=1)
    shifted: float = Field(0.0, ge=0, le=1)
    warm_start: str | None = None
    distil: Distillation | None = None
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON-safe data."""
        return self.model_dump()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "MaskedLanguageModel":
        """Rebuild a task from ``to_dict``."""
        return cls.model_validate(data)

    def measured(self) -> "MaskedLanguageModel":
        """Return the task as held-out texts are measured: with the usual masks, whatever the training masks."""
        return self.model_copy(update={"masking": Masking(), "shifted": 0.0})

    def tokenizer(self) -> Any:
        """Load the tokenizer; each process keeps one."""
        return _tokenizer(self.encoder)

    def positions(self) -> int:
        """Return how many positions can be shifted to; 0 for architectures that number them otherwise."""
        if self.shape is not None:
            return self.shape.positions
        config = read_json(Path(self.encoder), "config.json")
        return int(config["max_position_embeddings"]) if config.get("model_type") in SHIFTED_POSITIONS else 0

    def vocabulary(self) -> Vocabulary:
        """Return what masking must know of the tokenizer."""
        tokenizer = self.tokenizer()
        if tokenizer.mask_token_id is None:
            raise OTHER_ARCHITECTURE(architecture=type(tokenizer).__name__, reason="no mask token")
        return Vocabulary(len(tokenizer), tokenizer.mask_token_id, tuple(sorted(set(tokenizer.all_special_ids))))

    def prepare(self, table: "Table") -> "Dataset":
        """Turn a table of texts, or a pack, into rows of ``tokens`` (with the word flag, see ``packing``) and ``length``."""
        from datasets import Dataset

        if (table.path / MANIFEST).is_file():
            return Dataset(Pack(table.path).open().arrow()).with_format("numpy")
        column = table.column("text")
        texts = (str(value) for batch in table.batches([column]) for value in batch[column].to_pylist() if value)
        tokenizer, encode = self.tokenizer(), Encoder(self.tokenizer())
        rows = []
        for passage in encode(texts):
            ends = (np.array([number], passage.dtype) for number in (tokenizer.cls_token_id, tokenizer.sep_token_id))
            first, last = ends
            rows.append(np.concatenate([first, passage[: self.length - 2], last]))
        return Dataset.from_dict({"tokens": rows, "length": [len(row) for row in rows]}).with_format("numpy")

    def build(self) -> "torch.nn.Module":
        """Make the model: new weights of ``shape``, or those of ``encoder``.

        Raises:
            InkstoneError: ``pretrain.other_architecture``.
        """
        import torch
        from transformers import BertConfig, BertForMaskedLM

        from inkstone.components.nlp.model_io import load_masked_lm

        torch.manual_seed(self.seed)
        # Measured on this kind of short sequence: plain matrix products train 1.4 times faster than fused attention on a
        # processor; on a GPU it is the other way round.
        attention = "sdpa" if torch.cuda.is_available() else "eager"
        model: Any
        if self.shape is not None:
            config = BertConfig(
                vocab_size=len(self.tokenizer()),
                hidden_size=self.shape.hidden,
                num_hidden_layers=self.shape.layers,
                num_attention_heads=self.shape.heads,
                intermediate_size=self.shape.intermediate,
                max_position_embeddings=self.shape.positions,
                hidden_dropout_prob=self.dropout,
                attention_probs_dropout_prob=self.dropout,
                pad_token_id=self.tokenizer().pad_token_id,
            )
            model = BertForMaskedLM(config)
            if self.warm_start is not None:
                vocabulary = self.vocabulary()
                warm_start(model, Pack(Path(self.warm_start)).open(), vocabulary.special, self.seed)
        else:
            model = load_masked_lm(
                Path(self.encoder), hidden_dropout_prob=self.dropout, attention_probs_dropout_prob=self.dropout
            )
        model.set_attn_implementation(attention)
        return cast("torch.nn.Module", model)

    def collate(self, rows: Sequence[Mapping[str, Any]], rng: np.random.Generator | None = None) -> Batch:
        """Pad rows to the longest and mask them.

        Args:
            rows: As ``prepare`` gave them.
            rng: The source of chance; by default torch's, which the runtime keeps in its checkpoints.

        Returns:
            ``input_ids`` and ``labels`` of shape (rows, length), and ``attention_mask`` where a row is padded.
        """
        lengths = [len(row["tokens"]) for row in rows]
        flagged = np.full(
            (len(rows), max(lengths)), self.tokenizer().pad_token_id, dtype=Encoder(self.tokenizer()).dtype
        )
        for place, row in enumerate(rows):
            flagged[place, : lengths[place]] = row["tokens"]
        return self.batch(*unflag(flagged), rng)

    def batch(self, tokens: np.ndarray, continues: np.ndarray, rng: np.random.Generator | None = None) -> Batch:
        """Mask sequences of equal length, see ``collate``."""
        import torch

        if rng is None:
            rng = np.random.default_rng(int(torch.randint(1 << 62, (1,)).item()))
        corrupted, chosen = mask(tokens, continues, self.masking, self.vocabulary(), rng)
        result = {
            "input_ids": torch.from_numpy(corrupted),
            "labels": torch.from_numpy(np.where(chosen, tokens, IGNORED)),
        }
        padded = tokens == self.tokenizer().pad_token_id
        if padded.any():
            result["attention_mask"] = torch.from_numpy((~padded).astype(np.int64))
        room = self.positions() - tokens.shape[1] if self.shifted else 0
        if room > 0:
            starts = rng.integers(0, room + 1, len(tokens)) * (rng.random(len(tokens)) < self.shifted)
            result["position_ids"] = torch.from_numpy(starts[:, None] + np.arange(tokens.shape[1]))
        return result

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the mean cross-entropy of the masked tokens, mixed with what the teacher says where there is one."""
        import torch

        if self.distil is not None:
            return self.distil.loss(model, batch, self.tokenizer())
        logits, labels, _ = guess(model, batch)
        return torch.nn.functional.cross_entropy(logits.float(), labels)

    def predict(self, model: "torch.nn.Module", batch: Batch) -> dict[str, np.ndarray]:
        """Return for each row how many tokens were to guess, how many were right, and their summed loss."""
        import torch

        with torch.no_grad():
            logits, labels, _ = guess(model, batch)
            losses = torch.nn.functional.cross_entropy(logits.float(), labels, reduction="none")
            right = (logits.argmax(-1) == labels).float()
        row = (batch["labels"] != IGNORED).nonzero()[:, 0]
        total = torch.zeros(len(batch["labels"]), device=losses.device)
        values = {"guessed": torch.ones_like(losses), "right": right, "loss": losses}
        return {name: total.index_add(0, row, value).cpu().numpy() for name, value in values.items()}

    def metrics(self, predictions: Mapping[str, np.ndarray], rows: "Dataset | None" = None) -> dict[str, float]:
        """Return the share of masked tokens guessed right, and the perplexity ``exp(mean loss)``."""
        guessed = max(1.0, float(predictions["guessed"].sum()))
        loss = float(predictions["loss"].sum()) / guessed
        return {
            "masked_accuracy": float(predictions["right"].sum()) / guessed,
            "loss": loss,
            "perplexity": float(np.exp(min(loss, 50.0))),
        }

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write an encoder folder: config, tokenizer, and weights with the masked-language-model head."""
        save_encoder(model, self.tokenizer(), folder)


def save_encoder(model: Any, tokenizer: Any, folder: Path) -> None:
    """Write config, tokenizer and safetensors, with the dropout that fine-tuning wants."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: getattr(model.config, name, None) for name in ("hidden_dropout_prob", "attention_probs_dropout_prob")}
    for name, value in kept.items():
        if value is not None:
            setattr(model.config, name, 0.1)
    model.save_pretrained(folder)
    for name, value in kept.items():
        if value is not None:
            setattr(model.config, name, value)
    tokenizer.save_pretrained(folder)


_TOKENIZERS: dict[str, Any] = {}


def _tokenizer(folder: str) -> Any:
    if folder not in _TOKENIZERS:
        from transformers import AutoTokenizer

        _TOKENIZERS[folder] = AutoTokenizer.from_pretrained(folder)
    return _TOKENIZERS[folder]
