"""The task of CP-Tuning: a trainable prompt, no label words, a contrastive loss and an auxiliary language-model loss."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from inkstone.components.nlp.fewshot.prompted import PromptedTask, PromptSettings, pad_prompted
from inkstone.components.nlp.fewshot.soft_prompt import PromptEncoderKind
from inkstone.components.nlp.task import Batch

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.nlp.rows import TextRows

Decision = Literal["prototypes", "anchors"]


class ContrastivePromptSettings(PromptSettings):
    """What a CP-Tuning model is made of.

    Attributes:
        prompt_encoder: What couples the pseudo tokens.
        margin: Of the contrastive loss.
        scale: Of the contrastive loss.
        language_model_weight: Weight of the auxiliary masked-language-model loss; 0 leaves it out.
        contrastive_weight: Weight of the contrastive loss; 0 leaves it out.
        mask_share: Share of the text's tokens masked for the auxiliary loss.
        decision: Compare with the mean of a class or with its nearest training row.
        temperature: Divides similarities before the softmax that gives probabilities.
        anchors: Training rows whose features the model keeps.
        mates: Give every training row a row of its class beside it, for batches too small to hold pairs by chance.
        seed: Of the choice of those mates.
    """

    prompt_encoder: PromptEncoderKind = "lstm"
    margin: float = 0.4
    scale: float = 64.0
    language_model_weight: float = 0.5
    contrastive_weight: float = 1.0
    mask_share: float = 0.15
    decision: Decision = "prototypes"
    temperature: float = 0.1
    anchors: int = 0
    mates: bool = False
    seed: int = 0


class ContrastivePrompt(PromptedTask):
    """Contrastive prompt tuning.

    Loss: ``contrastive_weight * circle_loss + language_model_weight * masked-language-model loss``; the feature of a row is
    the normalised output of the head's transform at the slot. Prediction compares it with features of the training rows
    that the model keeps (``remember``), so the model folder is complete without the training file.
    """

    name: ClassVar[str] = "contrastive_prompt"
    Settings = ContrastivePromptSettings

    def slots(self) -> list[tuple[int, int]]:
        """Return one slot of one token a pattern."""
        return [(number, 1) for number in range(len(self.settings.templates))]

    def check(self) -> None:
        """Raise ``fewshot.pattern_too_long`` when no room is left for the text."""
        for encoder in self.encoders:
            encoder.check(1)

    def prepare_rows(self, rows: "TextRows") -> "Dataset":
        """Encode rows; with ``mates``, ``mate_ids`` hold another row of the same class (or the row itself, seen anew)."""
        import numpy as np

        encoded = super().prepare_rows(rows)
        if not self.settings.mates:
            return encoded
        random = np.random.default_rng(self.settings.seed)
        labels = np.asarray(encoded["labels"][:])
        places = {label: np.flatnonzero(labels == label) for label in np.unique(labels)}
        mates = [int(random.choice(_others(places[label], index))) for index, label in enumerate(labels)]
        for name in [column for column in ("input_ids", "pair_ids") if column in encoded.column_names]:
            values = encoded[name][:]
            encoded = encoded.add_column(f"mate_{name}", [values[mate] for mate in mates])
        return encoded

    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Pad rows; mates stand under names that begin with ``mate_``."""
        batch = super().collate(rows)
        if "mate_input_ids" in rows[0]:
            mates = [
                {name.removeprefix("mate_"): row[name] for name in row if name.startswith("mate_")} for row in rows
            ]
            padded = pad_prompted([self.prompt(row) for row in mates], self.tokenizer)
            batch |= {f"mate_{name}": value for name, value in padded.items()}
        return batch

    def build(self) -> "torch.nn.Module":
        """Make the network."""
        from inkstone.components.nlp.fewshot.contrastive_network import ContrastivePromptNetwork
        from inkstone.components.nlp.fewshot.language_model import load_language_model, slot_width
        from inkstone.components.nlp.fewshot.prompted_encoder import PromptedEncoder

        settings = self.settings
        language_model = load_language_model(Path(settings.encoder), with_weights=not settings.random_weights)
        encoder = PromptedEncoder(language_model, self.soft_words, settings.prompt_encoder)
        return ContrastivePromptNetwork(
            encoder,
            width=slot_width(language_model) * len(settings.templates),
            classes=len(settings.labels),
            anchors=settings.anchors,
            mask_id=self.tokenizer.mask_token_id,
            mask_share=settings.mask_share,
        )

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return both halves of the loss, weighted."""
        import torch

        from inkstone.components.nlp.fewshot.circle_loss import circle_loss

        settings = self.settings
        own = {name: value for name, value in batch.items() if name != "labels" and not name.startswith("mate_")}
        masking = settings.language_model_weight > 0
        features, guessed = model(**own, masking=masking)
        labels = batch["labels"]
        if "mate_input_ids" in batch:
            mates = {name.removeprefix("mate_"): batch[name] for name in batch if name.startswith("mate_")}
            more, guessed_more = model(**mates, masking=masking)
            features, labels = torch.cat([features, more]), torch.cat([labels, labels])
            guessed = (guessed + guessed_more) / 2
        contrast = circle_loss(features, labels, settings.margin, settings.scale).mean()
        loss: torch.Tensor = settings.contrastive_weight * contrast + settings.language_model_weight * guessed
        return loss

    def class_scores(self, model: Any, inputs: Batch) -> "torch.Tensor":
        """Return similarities to the classes; prediction divides them by the temperature."""
        own = {name: value for name, value in inputs.items() if not name.startswith("mate_")}
        features, _ = model(**own, masking=False)
        similarities: torch.Tensor = model.compare(features, self.settings.decision)
        return similarities

    def remember(self, model: Any, rows: "Dataset", batch_size: int = 32) -> "ContrastivePrompt":
        """Put the features of the training rows into the model; return the task that knows how many they are.

        Args:
            model: The trained network; changed in place.
            rows: What ``prepare`` gave for the training rows.
            batch_size: Rows read at once.
        """
        import torch

        plain = [
            {name: row[name] for name in ("input_ids", "pair_ids", "labels") if name in row}
            for row in rows.to_list()  # a few-shot table is small
        ]
        unique = list({str(row): row for row in plain}.values())
        features, labels = [], []
        model.eval()
        with torch.inference_mode():
            for start in range(0, len(unique), batch_size):
                batch = self.collate(unique[start : start + batch_size])
                labels.append(batch.pop("labels"))
                features.append(model(**batch, masking=False)[0].float())
        model.remember(torch.cat(features), torch.cat(labels))
        return ContrastivePrompt(self.settings.model_copy(update={"anchors": len(unique)}))


def _others(places: Any, index: int) -> Any:
    others = places[places != index]
    return others if len(others) else places
