"""Pads encoded rows to the longest of their batch."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
NO_LABEL = -100
"""Label of a row without one, or of a class that the model does not know."""


def pad(rows: Sequence[Mapping[str, Any]], pad_id: int, multiple: int = 8) -> "dict[str, torch.Tensor]":
    """Return ``input_ids``, ``attention_mask`` (and ``token_type_ids``, ``labels`` where the rows have them).

    Args:
        rows: Encoded rows with ``input_ids`` of any length.
        pad_id: Token id of padding.
        multiple: Round the width up to a multiple of it, which vector units like.
    """
    import torch

    lengths = [len(row["input_ids"]) for row in rows]
    width = -(-max(lengths) // multiple) * multiple
    ids = torch.full((len(rows), width), pad_id, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for position, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        ids[position, :length] = torch.as_tensor(row["input_ids"])
        mask[position, :length] = 1
    batch = {"input_ids": ids, "attention_mask": mask}
    if "token_type_ids" in rows[0]:
        types = torch.zeros((len(rows), width), dtype=torch.long)
        for position, (row, length) in enumerate(zip(rows, lengths, strict=True)):
            types[position, :length] = torch.as_tensor(row["token_type_ids"])
        batch["token_type_ids"] = types
    if "labels" in rows[0]:
        batch["labels"] = torch.tensor([row["labels"] for row in rows], dtype=torch.long)
    return batch
