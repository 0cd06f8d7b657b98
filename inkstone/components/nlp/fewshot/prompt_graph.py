"""Prompt-based networks as a graph can hold them: texts within patterns go in, scores of classes come out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from inkstone.components.nlp.fewshot.prompted import PromptedTask

SLOTS = "slots"
"""The input whose last dimension is no length: how many tokens a slot has follows from the label words."""


class FixedPrompt(nn.Module):
    """The embeddings of trained pseudo tokens, without what coupled them in training.

    Args:
        vectors: Shape (tokens, width).
    """

    def __init__(self, vectors: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("vectors", vectors)

    def forward(self) -> torch.Tensor:
        """Return the embeddings."""
        return self.get_buffer("vectors")


class PromptGraph(nn.Module):
    """Gives the scores of the classes.

    Args:
        task: The task.
        network: Its network.
    """

    def __init__(self, task: PromptedTask, network: nn.Module) -> None:
        super().__init__()
        self.task, self.network = task, network

    def forward(  # noqa: PLR0917 - the names of the graph's inputs
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
        soft: torch.Tensor,
        texts: torch.Tensor,
        slots: torch.Tensor,
    ) -> torch.Tensor:
        """Return logits of shape (batch, classes); all inputs are those of ``PromptedTask.collate``."""
        inputs = {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "token_type_ids": token_type_ids,
            "soft": soft,
            "texts": texts,
            SLOTS: slots,
        }
        return self.task.class_scores(self.network, inputs)


@contextmanager
def as_graph(task: PromptedTask, network: Any) -> Iterator[PromptGraph]:
    """Give the network as a graph can hold it; afterwards it is as it was."""
    kept = network.encoder.prompt
    if kept is not None:
        with torch.no_grad():
            network.encoder.prompt = FixedPrompt(kept().detach().cpu())
    try:
        yield PromptGraph(task, network)
    finally:
        network.encoder.prompt = kept
