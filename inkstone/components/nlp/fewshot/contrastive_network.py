"""The network of CP-Tuning: features at the slot, the auxiliary guesses, and the training rows' features."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize

from inkstone.components.nlp.fewshot.language_model import slot_features, vocabulary_logits
from inkstone.components.nlp.fewshot.prompted_encoder import PromptedEncoder


class ContrastivePromptNetwork(nn.Module):
    """A prompted encoder whose feature at the slot is compared with those of training rows.

    Args:
        encoder: Reads the texts within patterns.
        width: Of the features, over all patterns.
        classes: Number of classes.
        anchors: Training rows to keep.
        mask_id: Token that stands for a masked one.
        mask_share: Share of the text's tokens masked for the auxiliary loss.

    Attributes:
        prototypes: Mean feature of each class, of length one; shape (classes, width).
        anchors: Features of the training rows; shape (anchors, width).
        anchor_labels: Their classes.
    """

    prototypes: torch.Tensor
    anchors: torch.Tensor
    anchor_labels: torch.Tensor

    def __init__(
        self, encoder: PromptedEncoder, *, width: int, classes: int, anchors: int, mask_id: int, mask_share: float
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.mask_id, self.mask_share, self.classes = mask_id, mask_share, classes
        self.register_buffer("prototypes", torch.zeros(classes, width))
        self.register_buffer("anchors", torch.zeros(anchors, width))
        self.register_buffer("anchor_labels", torch.zeros(anchors, dtype=torch.long))

    def forward(
        self,
        *,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
        soft: torch.Tensor,
        slots: torch.Tensor,
        texts: torch.Tensor,
        masking: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return features of length one, shape (batch, width), and the auxiliary loss (zero without ``masking``).

        Masked tokens are read in a second pass, so that the features see the whole text.
        """
        rows = input_ids.shape[0]
        ids, mask, types, places = (v.flatten(0, 1) for v in (input_ids, attention_mask, token_type_ids, soft))
        hidden = self.encoder(ids, mask, types, places)
        at_slot = self.encoder.at_slots(hidden, slots.flatten(0, 1))[:, 0]
        features = normalize(at_slot.float().reshape(rows, -1), dim=-1)
        if not masking:
            return features, features.new_zeros(())
        chosen = (torch.rand(ids.shape, device=ids.device) < self.mask_share) & texts.flatten(0, 1).bool()
        if not chosen.any():
            return features, features.new_zeros(())
        hidden = self.encoder(ids.masked_fill(chosen, self.mask_id), mask, types, places)
        return features, self.guess(hidden[chosen], ids[chosen])

    def guess(self, hidden: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """Return the mean of ``-log P(token)`` over masked tokens; shapes (masked, width) and (masked,)."""
        model = self.encoder.language_model
        return cross_entropy(vocabulary_logits(model, slot_features(model, hidden)).float(), tokens)

    def remember(self, features: torch.Tensor, labels: torch.Tensor) -> None:
        """Keep the features of the training rows and the mean of each class."""
        self.anchors, self.anchor_labels = features.clone(), labels.clone()
        sums = features.new_zeros(self.classes, features.shape[1]).index_add(0, labels, features)
        self.prototypes = normalize(sums, dim=-1)

    def compare(self, features: torch.Tensor, decision: str) -> torch.Tensor:
        """Return the cosine to each class's prototype, or to its nearest anchor; shape (batch, classes)."""
        if decision == "prototypes":
            return features @ self.prototypes.T
        similarity = (features @ self.anchors.T).unsqueeze(-1)
        own = torch.nn.functional.one_hot(self.anchor_labels, self.classes).bool()
        return similarity.masked_fill(~own, -1.0).amax(1)
