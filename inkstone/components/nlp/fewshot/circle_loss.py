"""The pair-wise cost-sensitive contrastive loss of CP-Tuning: circle loss with margins as parameters.

Xu et al. 2022, "Making Pre-trained Language Models End-to-end Few-shot Learners with Contrastive Prompt Tuning"; Sun et al.
2020, "Circle Loss". For a row with similarities ``s_p`` to rows of its class and ``s_n`` to rows of others, margin ``m`` and
scale ``g``:

    ``a_p = max(0, 1 + m - s_p)``, ``a_n = max(0, s_n + m)`` (no gradient through either),
    ``loss = softplus(logsumexp_n g*a_n*(s_n - m) + logsumexp_p -g*a_p*(s_p - (1 - m)))``.
"""

import torch
from torch.nn.functional import softplus


def circle_loss(features: torch.Tensor, labels: torch.Tensor, margin: float, scale: float) -> torch.Tensor:
    """Return the loss of each row against all others; zero for rows without a positive or without a negative.

    Args:
        features: Rows of length one; shape (rows, width).
        labels: Class numbers; shape (rows,).
        margin: ``m``.
        scale: ``g``.
    """
    similarity = features @ features.T
    same = labels[:, None] == labels[None, :]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    positive, negative = same & ~itself, ~same
    weight_p = (1 + margin - similarity).clamp(min=0).detach()
    weight_n = (similarity + margin).clamp(min=0).detach()
    logit_p = -scale * weight_p * (similarity - (1 - margin))
    logit_n = scale * weight_n * (similarity - margin)
    usable = positive.any(1) & negative.any(1)
    pulled = logit_p.masked_fill(~positive, float("-inf"))[usable].logsumexp(1)
    pushed = logit_n.masked_fill(~negative, float("-inf"))[usable].logsumexp(1)
    losses = features.new_zeros(len(labels))
    losses[usable] = softplus(pulled + pushed)
    return losses
