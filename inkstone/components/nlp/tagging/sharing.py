"""One encoder under several heads."""

import hashlib
from collections import OrderedDict
from typing import Any

import torch
from torch import nn

from inkstone.components.nlp.tagging.entity_models import TorchRecogniser
from inkstone.components.nlp.tagging.keyword_models import KeywordTagger
from inkstone.components.nlp.tagging.label_models import TorchLabels
from inkstone.components.nlp.tagging.label_pool import PooledLabels
from inkstone.components.nlp.tagging.loading import CategoryTagger, Tagger

_BATCHES = 64


class RememberingEncoder(nn.Module):
    """An encoder that answers a batch it has just seen from memory.

    The heads of one deployment read the same texts one after the other; those whose windows are alike ask the encoder for the
    same batches.

    Args:
        encoder: The encoder that does the work.
    """

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder
        self.asked = 0
        self.worked = 0
        self._known: OrderedDict[bytes, Any] = OrderedDict()

    def forget(self) -> None:
        """Drop what is remembered."""
        self._known.clear()

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **further: torch.Tensor) -> Any:
        """Encode a padded batch, or remember it."""
        self.asked += 1
        key = hashlib.sha256(input_ids.cpu().numpy().tobytes() + str(tuple(input_ids.shape)).encode()).digest()
        if further or key not in self._known:
            self.worked += 1
            found = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **further)
            if further:
                return found
            self._known[key] = found
            while len(self._known) > _BATCHES:
                self._known.popitem(last=False)
        return self._known[key]


def network_of(tagger: Tagger) -> nn.Module | None:
    """Return the torch network of a tagger, where it has one with an encoder."""
    if isinstance(tagger, KeywordTagger):
        inner = tagger.recogniser
        return network_of(inner) if inner is not None else None
    if isinstance(tagger, PooledLabels):
        return next((network for member in tagger.members if (network := network_of(member)) is not None), None)
    model: Any = None
    if isinstance(tagger, TorchRecogniser | TorchLabels):
        model = tagger.model
    elif isinstance(tagger, CategoryTagger):
        model = getattr(tagger.model, "model", None)
    return model if isinstance(model, nn.Module) and isinstance(getattr(model, "encoder", None), nn.Module) else None


def fingerprint(encoder: nn.Module) -> str:
    """Return a digest of the weights of an encoder, by name; a pooler, which hidden states do not pass, left out."""
    digest = hashlib.sha256(type(encoder).__name__.encode())
    for name, tensor in sorted(encoder.state_dict().items()):
        if "pooler" not in name:
            digest.update(name.encode())
            digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
