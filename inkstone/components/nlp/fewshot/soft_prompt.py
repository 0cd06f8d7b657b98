"""Trainable pseudo tokens: plain, through a prompt encoder (P-Tuning), and at every layer (deep prompts).

Liu et al. 2021, "GPT Understands, Too": the embeddings of the pseudo tokens come from a bidirectional LSTM and a two-layer
perceptron over free parameters, which couples them. Here the prompt encoder adds to a starting point, and its last layer
starts at zero: training begins at the words that a pattern gives the pseudo tokens, not at noise.

Deep prompts follow P-Tuning v2 (Liu et al. 2022) in giving every layer parameters of its own at the prompt's positions; they
are added to the hidden states there, which works for every encoder whose layers are a list.
"""

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import nn

from inkstone.components.nlp.fewshot.errors import NO_DEEP_PROMPTS

PromptEncoderKind = Literal["none", "lstm", "mlp"]
SPEED = 10.0
"""A prompt is a handful of vectors under a learning rate made for an encoder: its parameters are stored divided by this, so
that a step of the optimiser moves it this much further."""


class SoftPrompt(nn.Module):
    """Gives the embeddings of all pseudo tokens.

    Args:
        start: Where they start; shape (tokens, width).
        kind: ``none``: free parameters; ``lstm``, ``mlp``: a prompt encoder on top.
    """

    def __init__(self, start: torch.Tensor, kind: PromptEncoderKind) -> None:
        super().__init__()
        width = start.shape[1]
        self.start = nn.Parameter(start.clone() / SPEED)
        self.lstm = nn.LSTM(width, width // 2, 2, bidirectional=True, batch_first=True) if kind == "lstm" else None
        self.mlp = None
        if kind != "none":
            inner = 2 * (width // 2) if kind == "lstm" else width
            last = nn.Linear(width, width)
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
            self.mlp = nn.Sequential(nn.Linear(inner, width), nn.ReLU(), last)

    def forward(self) -> torch.Tensor:
        """Return the embeddings; shape (tokens, width)."""
        base = self.start * SPEED
        if self.mlp is None:
            return base
        coupled = self.lstm(base[None])[0][0] if self.lstm is not None else base
        added: torch.Tensor = self.mlp(coupled)
        return base + added


class DeepPrompt(nn.Module):
    """Adds trainable vectors to the hidden states of the pseudo tokens before every layer but the first.

    Args:
        layers: The layers of the encoder.
        tokens: Number of pseudo tokens.
        width: Of the hidden states.
    """

    def __init__(self, layers: Sequence[nn.Module], tokens: int, width: int) -> None:
        super().__init__()
        self.added = nn.Parameter(torch.zeros(len(layers) - 1, tokens, width))
        self.places: torch.Tensor | None = None
        for number, layer in enumerate(list(layers)[1:]):
            layer.register_forward_pre_hook(self._hook(number), with_kwargs=True)

    def _hook(self, number: int) -> Any:
        def add(_layer: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if self.places is None:
                return None
            hidden = args[0] if args else kwargs["hidden_states"]
            vectors = (self.added[number] * SPEED)[self.places.clamp(min=0)]
            changed = hidden + vectors.to(hidden.dtype) * (self.places >= 0).unsqueeze(-1)
            return ((changed, *args[1:]), kwargs) if args else (args, {**kwargs, "hidden_states": changed})

        return add


def layers_of(encoder: Any) -> nn.ModuleList:
    """Return the list of an encoder's layers.

    Raises:
        InkstoneError: ``fewshot.no_deep_prompts`` when its layers share weights.
    """
    count = int(getattr(encoder.config, "num_hidden_layers", 0) or getattr(encoder.config, "n_layers", 0))
    lists = [item for item in encoder.modules() if isinstance(item, nn.ModuleList) and len(item) == count]
    if count < 2 or not lists:
        raise NO_DEEP_PROMPTS(model=getattr(encoder.config, "model_type", "?"), at="deep_prompts")
    return lists[0]


def starting_point(words: torch.Tensor, ids: Sequence[int]) -> torch.Tensor:
    """Return where pseudo tokens start: the embedding of a token, or for -1 noise of the embeddings' own size.

    Args:
        words: The word embeddings; shape (vocabulary, width).
        ids: A token for each pseudo token, or -1.
    """
    chosen = words.detach()[torch.tensor([max(number, 0) for number in ids])].clone()
    noise = torch.randn_like(chosen) * words.detach().std()
    random = torch.tensor([number < 0 for number in ids]).unsqueeze(-1)
    return torch.where(random, noise, chosen)
