"""The task behind PET, P-Tuning and zero-shot: the class whose label words fit the slot best.

PET (Schick and Schütze 2021): a pattern turns classification into filling a blank. Here one model learns all patterns
together, and their scores are averaged. With ``{soft}`` parts in the patterns it is P-Tuning (Liu et al. 2021).
"""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from inkstone.components.nlp.collation import NO_LABEL
from inkstone.components.nlp.fewshot.label_words import Variant, Words, variants
from inkstone.components.nlp.fewshot.prompted import PromptedTask, PromptSettings
from inkstone.components.nlp.fewshot.soft_prompt import PromptEncoderKind
from inkstone.components.nlp.task import Batch

if TYPE_CHECKING:
    import torch


class WordSettings(PromptSettings):
    """What a classifier by label words is made of.

    Attributes:
        words: The words of each class.
        prompt_encoder: What couples the pseudo tokens of the patterns.
        deep_prompts: Pseudo tokens have parameters of their own at every layer.
        frozen: Train the prompt alone, not the encoder.
        prior: Score of each class under each pattern that is taken off; None: nothing.
    """

    words: Words
    prompt_encoder: PromptEncoderKind = "none"
    deep_prompts: bool = False
    frozen: bool = False
    prior: tuple[tuple[float, ...], ...] | None = None


class PromptClassification(PromptedTask):
    """Classification by label words.

    Loss: cross-entropy over the classes, ``-log softmax_k(score_k)[y]``, where ``score_k`` is that of
    ``label_words``; the mean over the patterns, then over the rows.
    """

    name: ClassVar[str] = "prompt_classification"
    Settings = WordSettings

    @property
    def variants(self) -> list[Variant]:
        """Every combination of pattern and slot length."""
        if getattr(self, "_variants", None) is None:
            self._variants = variants(self.tokenizer, self.templates, self.settings.words, self.settings.labels)
        return self._variants

    def slots(self) -> list[tuple[int, int]]:
        """Return (pattern, slot length) of each sequence that a row becomes."""
        return [(item.template, item.length) for item in self.variants]

    def check(self) -> None:
        """Raise what is wrong with patterns and label words: see ``template``, ``label_words``, ``encoding``."""
        for number, length in self.slots():
            self.encoders[number].check(length)

    def build(self) -> "torch.nn.Module":
        """Make the network."""
        import torch

        from inkstone.components.nlp.fewshot.language_model import load_language_model
        from inkstone.components.nlp.fewshot.prompt_network import PromptNetwork
        from inkstone.components.nlp.fewshot.prompted_encoder import PromptedEncoder

        settings = self.settings
        language_model = load_language_model(Path(settings.encoder), with_weights=not settings.random_weights)
        encoder = PromptedEncoder(
            language_model, self.soft_words, settings.prompt_encoder, settings.deep_prompts, settings.frozen
        )
        network = PromptNetwork(encoder, self.variants, len(settings.templates), len(settings.labels))
        if settings.prior is not None:
            network.prior.copy_(torch.tensor(settings.prior))
        return network

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the cross-entropy over the classes, averaged over patterns and rows."""
        from torch.nn.functional import cross_entropy

        inputs = {name: value for name, value in batch.items() if name != "labels"}
        scores = model(**inputs)
        targets = batch["labels"].unsqueeze(1).expand(-1, scores.shape[1])
        losses = cross_entropy(scores.flatten(0, 1), targets.flatten(), ignore_index=NO_LABEL, reduction="none")
        return losses.mean()

    def class_scores(self, model: "torch.nn.Module", inputs: Batch) -> "torch.Tensor":
        """Return the mean over the patterns of the classes' log-probabilities."""
        scores: torch.Tensor = model(**inputs)
        return scores.log_softmax(-1).mean(1)
