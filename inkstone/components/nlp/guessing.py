"""Asks a masked language model for the masked tokens alone."""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import torch

    from inkstone.components.nlp.task import Batch

IGNORED = -100
"""Label of a token that is not to be guessed."""

SHIFTED_POSITIONS = ("bert", "electra", "ernie", "albert")
"""Architectures whose positions are plain learned numbers from 0, so that they can be shifted."""


class Guesses(NamedTuple):
    """What a model says about the masked tokens alone.

    Attributes:
        logits: Shape (masked, vocabulary).
        labels: Shape (masked,).
        states: Outputs of the embeddings and of each layer, of all tokens, where they were asked for.
    """

    logits: "torch.Tensor"
    labels: "torch.Tensor"
    states: "tuple[torch.Tensor, ...] | None" = None


def guess(model: "torch.nn.Module", batch: "Batch", states: bool = False) -> Guesses:
    """Let a model guess the masked tokens; its head sees no other token.

    The model itself is called, not its parts: wrappers that share gradients between workers need that.
    """
    inputs = {name: value for name, value in batch.items() if name != "labels"}
    wanted = (batch["labels"] != IGNORED).flatten().nonzero()[:, 0]
    head = head_module(getattr(model, "module", model))
    extra = {"output_hidden_states": True} if states else {}
    if head is None:
        output = model(**inputs, **extra)
        logits = output.logits.flatten(0, 1)[wanted]
    else:
        masked_only = head.register_forward_pre_hook(lambda _, args: (args[0].flatten(0, 1)[wanted], *args[1:]))
        try:
            output = model(**inputs, **extra)
        finally:
            masked_only.remove()
        logits = output.logits
    return Guesses(logits, batch["labels"].flatten()[wanted], output.hidden_states if states else None)


HEADS = {
    "bert": "cls",
    "ernie": "cls",
    "roberta": "lm_head",
    "xlm-roberta": "lm_head",
    "albert": "predictions",
    "electra": "generator_predictions",
    "modernbert": "head",
}
"""Where architectures keep the first module that hidden states pass on their way to the vocabulary."""


def head_module(model: Any) -> "torch.nn.Module | None":
    """Return the module that takes hidden states to logits, or None where the architecture keeps it out of reach."""
    return getattr(model, HEADS.get(model.config.model_type, ""), None)
