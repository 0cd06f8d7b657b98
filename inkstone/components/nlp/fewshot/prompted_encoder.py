"""The network below every prompt-based head: a masked language model that reads texts within patterns."""

import inspect
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from inkstone.components.nlp.fewshot.language_model import backbone, positions, slot_features, width_of
from inkstone.components.nlp.fewshot.soft_prompt import (
    DeepPrompt,
    PromptEncoderKind,
    SoftPrompt,
    layers_of,
    starting_point,
)


class PromptedEncoder(nn.Module):
    """Gives the hidden states of texts within patterns, pseudo tokens filled in.

    Args:
        language_model: A masked language model of Transformers.
        soft_words: The token from which each pseudo token starts, -1 for a random start; empty for none.
        prompt_encoder: What couples the pseudo tokens.
        deep: Give every layer prompt parameters of its own.
        frozen: Train the prompt alone.
    """

    def __init__(
        self,
        language_model: Any,
        soft_words: Sequence[int] = (),
        prompt_encoder: PromptEncoderKind = "none",
        deep: bool = False,
        frozen: bool = False,
    ) -> None:
        super().__init__()
        self.language_model = language_model
        encoder = backbone(language_model)
        known = inspect.signature(encoder.forward).parameters
        self._takes_types, self._takes_positions = "token_type_ids" in known, "position_ids" in known
        self.prompt: SoftPrompt | None = None
        self.deep: DeepPrompt | None = None
        if soft_words:
            words = language_model.get_input_embeddings().weight
            self.prompt = SoftPrompt(starting_point(words, soft_words), prompt_encoder)
            if deep:
                self.deep = DeepPrompt(list(layers_of(encoder)), len(soft_words), width_of(language_model))
        if frozen:
            language_model.requires_grad_(False)

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
        soft: torch.Tensor,
    ) -> torch.Tensor:
        """Return hidden states; all shapes (sequences, length), the result (sequences, length, width)."""
        inputs: dict[str, Any] = {"attention_mask": attention_mask}
        if self._takes_types:
            inputs["token_type_ids"] = token_type_ids
        if self._takes_positions:
            inputs["position_ids"] = positions(attention_mask, self.language_model.config)
        if self.prompt is None:
            inputs["input_ids"] = input_ids
        else:
            inputs["inputs_embeds"] = self._embed(input_ids, soft)
        if self.deep is not None:
            self.deep.places = soft
        try:
            hidden: torch.Tensor = backbone(self.language_model)(**inputs)[0]
        finally:
            if self.deep is not None:
                self.deep.places = None
        return hidden

    def at_slots(self, hidden: torch.Tensor, slots: torch.Tensor) -> torch.Tensor:
        """Return the head's features at some positions.

        Args:
            hidden: Shape (sequences, length, width).
            slots: Positions; shape (sequences, slot).
        """
        places = slots.unsqueeze(-1).expand(-1, -1, hidden.shape[-1])
        return slot_features(self.language_model, hidden.gather(1, places))

    def _embed(self, input_ids: torch.Tensor, soft: torch.Tensor) -> torch.Tensor:
        assert self.prompt is not None
        words: torch.Tensor = self.language_model.get_input_embeddings()(input_ids)
        vectors = self.prompt().to(words.dtype)[soft.clamp(min=0)]
        return torch.where((soft >= 0).unsqueeze(-1), vectors, words)
