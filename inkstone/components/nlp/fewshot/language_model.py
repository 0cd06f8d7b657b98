"""A masked language model taken apart: backbone, the head's feature before the vocabulary, the vocabulary layer.

Reading the head only where a slot is saves almost all of its cost: the vocabulary layer is the widest of a small encoder.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from inkstone.components.nlp.fewshot.errors import NO_MASK_HEAD

HEADS = ("cls", "lm_head", "predictions", "generator_predictions", "lm_predictions", "vocab_transform", "head")
"""Names under which the architectures of Transformers keep their masked-language-model head."""


def load_language_model(folder: Path, with_weights: bool = True) -> Any:
    """Return the masked language model of an encoder folder.

    Args:
        folder: Holds the encoder in Hugging Face format.
        with_weights: False gives random weights from the configuration alone.

    Raises:
        InkstoneError: ``fewshot.no_mask_head`` when the architecture or the saved weights have none.
    """
    from transformers import AutoConfig, AutoModelForMaskedLM

    from inkstone.components.nlp import model_io

    model_io.check_encoder(folder, weights=with_weights)
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    if type(config) not in AutoModelForMaskedLM._model_mapping:
        raise NO_MASK_HEAD(encoder=folder.name, at="encoder")
    if not with_weights:
        return AutoModelForMaskedLM.from_config(config)  # type: ignore[no-untyped-call]
    model, missing = model_io.load_masked_lm_strictly(folder)
    if any(name.startswith(tuple(f"{head}." for head in HEADS)) for name in missing):
        raise NO_MASK_HEAD(encoder=folder.name, at="encoder")
    return model


def width_of(model: Any) -> int:
    """Return the width of the hidden states."""
    config = model.config
    return int(config.hidden_size if hasattr(config, "hidden_size") else config.dim)


def backbone(model: Any) -> Any:
    """Return the encoder below the head."""
    return getattr(model, model.base_model_prefix)


def slot_features(model: Any, hidden: torch.Tensor) -> torch.Tensor:
    """Return what the head computes before the vocabulary layer, for hidden states of any positions: (..., width)."""
    return _transform(model)(hidden)


def vocabulary_logits(model: Any, features: torch.Tensor) -> torch.Tensor:
    """Return the scores of all tokens for features of ``slot_features``: (..., vocabulary)."""
    if hasattr(model, "lm_predictions"):
        embeddings = backbone(model).embeddings.word_embeddings
        logits: torch.Tensor = features @ embeddings.weight.T + model.lm_predictions.lm_head.bias
    else:
        logits = model.get_output_embeddings()(features)
    return logits


def _transform(model: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return the head up to its vocabulary layer; each family of architectures keeps it under a name of its own."""
    from torch.nn.functional import gelu

    known: dict[str, Callable[[Any], Callable[[torch.Tensor], torch.Tensor]]] = {
        "cls": lambda head: head.predictions.transform,
        "generator_predictions": lambda head: head,
        "predictions": lambda head: lambda hidden: head.LayerNorm(head.activation(head.dense(hidden))),
        "lm_predictions": lambda head: (
            lambda hidden: head.lm_head.LayerNorm(head.lm_head.transform_act_fn(head.lm_head.dense(hidden)))
        ),
        "vocab_transform": lambda head: lambda hidden: model.vocab_layer_norm(model.activation(head(hidden))),
        "lm_head": lambda head: lambda hidden: head.layer_norm(gelu(head.dense(hidden))),
        "head": lambda head: head,
    }
    for name, made in known.items():
        if hasattr(model, name):
            return made(getattr(model, name))
    raise NO_MASK_HEAD(encoder=type(model).__name__, at="encoder")


def positions(mask: torch.Tensor, config: Any) -> torch.Tensor:
    """Return the position of each real token, counted from the first real one, so that padding on the left changes nothing.

    The RoBERTa family counts from ``padding_idx + 1``.

    Args:
        mask: 1 for real tokens; shape (batch, length).
        config: The model's configuration.
    """
    counted = (mask.cumsum(-1) * mask).long()
    if config.model_type in {"roberta", "xlm-roberta", "camembert", "mpnet", "xlm-roberta-xl"}:
        return counted + (config.pad_token_id if config.pad_token_id is not None else 1)
    return (counted - 1).clamp(min=0)


def slot_width(model: Any) -> int:
    """Return the width of ``slot_features``, which is the embeddings' where the two differ (ALBERT, ELECTRA)."""
    return int(model.get_input_embeddings().weight.shape[1])
