"""The fast gradient method: training on inputs moved a little in the direction that raises the loss most."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from inkstone.components.nlp.scratch import NgramEncoder


def input_tables(model: Any) -> list[nn.Module]:
    """Return the embedding tables that the tokens of a classifier pass through."""
    whole = getattr(model, "module", model)  # several workers wrap it
    encoder = whole.encoder
    if isinstance(encoder, NgramEncoder):
        return [encoder.bert.get_input_embeddings(), *encoder.ngrams]
    return [encoder.get_input_embeddings()]


def with_adversary(loss_of: Callable[[], torch.Tensor], tables: Sequence[nn.Module], epsilon: float) -> torch.Tensor:
    """Return the mean of the loss and of the loss on moved embeddings.

    ``r = epsilon * n * g / ||g||_2``: ``g`` is the gradient of the loss with respect to the embeddings of one row, and ``n`` the mean
    norm of the row's embeddings. Miyato, Dai and Goodfellow, "Adversarial Training Methods for Semi-Supervised Text
    Classification" (2017), equation 5; they normalise the embeddings, we scale epsilon by ``n`` instead, so that
    pre-trained embeddings stay what they are. ``r`` counts as a constant.

    Args:
        loss_of: Runs the model and gives the loss; called twice.
        tables: What to move the outputs of.
        epsilon: How far, in norms of an embedding.
    """
    outputs: list[torch.Tensor] = []
    with _Hooks(tables, [lambda _number, output: outputs.append(output)] * len(tables)):
        loss = loss_of()
    moves = _moves(outputs, torch.autograd.grad(loss, outputs, retain_graph=True), epsilon)
    with _Hooks(tables, [lambda number, output: output + moves[number]] * len(tables)):
        return (loss + loss_of()) / 2


def _moves(outputs: Sequence[torch.Tensor], gradients: Sequence[torch.Tensor], epsilon: float) -> list[torch.Tensor]:
    squares = sum((gradient.float() ** 2).sum(dim=(1, 2)) for gradient in gradients)
    norm = torch.sqrt(torch.as_tensor(squares)).clamp(min=1e-12).view(-1, 1, 1)
    return [
        epsilon * output.detach().norm(dim=-1).mean(dim=1).view(-1, 1, 1) * gradient / norm.to(gradient.dtype)
        for output, gradient in zip(outputs, gradients, strict=True)
    ]


class _Hooks:
    """Hooks on the outputs of modules while a block runs."""

    def __init__(self, modules: Sequence[nn.Module], actions: Sequence[Callable[[int, torch.Tensor], Any]]) -> None:
        self.handles = [
            module.register_forward_hook(lambda _module, _inputs, output, number=number, act=act: act(number, output))
            for number, (module, act) in enumerate(zip(modules, actions, strict=True))
        ]

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_error: object) -> None:
        for handle in self.handles:
            handle.remove()
