"""The inner side of a teacher: its hidden states and attention as a student can compare itself with them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.nlp import model_io
from inkstone.components.nlp.collation import pad
from inkstone.components.nlp.compression import losses
from inkstone.components.nlp.compression.alignment import overlap, spans_of, token_spans
from inkstone.components.nlp.compression.watching import Seen, shape_of, show_attention, watching
from inkstone.components.nlp.task import Batch

if TYPE_CHECKING:
    import torch

    from inkstone.components.nlp.compression.distillation import DistillationSettings


class HiddenTeacher:
    """A fine-tuned classifier that is looked into while it reads the student's rows.

    With one vocabulary it reads the very batch of the student; with another it reads the same texts its own way, and its
    tokens are laid over the student's by characters (or only the first token counts).

    Args:
        folder: Model folder of the teacher.
        settings: Of the distillation.
    """

    def __init__(self, folder: Path, settings: "DistillationSettings") -> None:
        from inkstone.components.nlp.compression.distillation import task_class

        card = model_io.verify(folder)
        self.settings = settings
        self.task, self.network = task_class(card.task).load(folder)
        self.network.requires_grad_(False)
        if settings.attention > 0:
            show_attention(self.network)
        self.pairs: list[tuple[int, int]] = []

    @property
    def apart(self) -> bool:
        """Whether it reads token ids of its own."""
        return self.settings.align != "tokens"

    def projections(self, student: "torch.nn.Module") -> losses.Projections:
        """Return fresh projections for a student, and settle which layers meet."""
        if self.settings.attention > 0:
            show_attention(student)
        ours, theirs = shape_of(student), shape_of(self.network)
        self.pairs = losses.layer_pairs(ours[0], theirs[0], self.settings.layers)
        heads = (ours[2], theirs[2]) if self.settings.attention > 0 else None
        return losses.Projections(len(self.pairs), (ours[1], theirs[1]), heads)

    def columns(self, student: Any, texts: Sequence[str], pairs: Sequence[str] | None) -> dict[str, Any]:
        """Return what rows must carry for it: token ids of its own and where both sides' tokens stand."""
        if not self.apart:
            return {}
        encoded = self.task.encode(texts, pairs)
        found: dict[str, Any] = {f"teacher_{name}": values for name, values in encoded.items()}
        for side, task in (("student", student), ("teacher", self.task)):
            spans = token_spans(task.tokenizer, texts, pairs, task.settings.max_length)
            found[f"{side}_start"], found[f"{side}_end"] = ([span[i] for span in spans] for i in (0, 1))
        return found

    def collate(self, rows: Sequence[Mapping[str, Any]], width: int) -> Batch:
        """Pad its own token ids and lay them over the student's, whose padded length is ``width``."""
        if not self.apart:
            return {}
        own = [
            {name: row[f"teacher_{name}"] for name in ("input_ids", "token_type_ids") if f"teacher_{name}" in row}
            for row in rows
        ]
        batch = {f"teacher_{name}": value for name, value in pad(own, self.task.tokenizer.pad_token_id or 0).items()}
        shape = (width, batch["teacher_input_ids"].shape[1])
        batch["teacher_overlap"] = overlap(spans_of(rows, "student"), spans_of(rows, "teacher"), shape)
        return batch

    def look(self, batch: Batch) -> Seen:
        """Run the teacher on a batch."""
        import torch

        prefix = "teacher_" if self.apart else ""
        names = ("input_ids", "attention_mask", "token_type_ids")
        inputs = {name: batch[prefix + name] for name in names if prefix + name in batch}
        device = batch["input_ids"].device
        self.network.to(device).eval()
        with torch.no_grad(), watching(self.network, attention=self.settings.attention > 0) as seen:
            self.network(**inputs)
        return seen

    def losses(self, projections: losses.Projections, student: Seen, batch: Batch) -> "torch.Tensor":
        """Return the weighted loss of hidden states and attention of each row; shape (batch,)."""
        import torch

        settings, teacher = self.settings, self.look(batch)
        mask = batch["attention_mask"].float()
        if settings.align == "first":
            mask = torch.zeros_like(mask)
            mask[:, 0] = 1
        elif self.apart:
            mask = mask * (batch["teacher_overlap"].sum(-1) > 0)
        total = torch.zeros(len(mask), device=mask.device)
        for number, (ours, theirs) in enumerate(self.pairs):
            if settings.hidden > 0:
                target = teacher.hidden[theirs].float()
                target = batch["teacher_overlap"] @ target if self.apart else target
                made = projections.hidden[number](student.hidden[ours].float())
                total = total + settings.hidden * losses.hidden_loss(made, target, mask)
            if settings.attention > 0:
                mixed = projections.attention(number, student.attention[ours].float())
                total = total + settings.attention * losses.attention_loss(
                    mixed, teacher.attention[theirs].float(), mask
                )
        return total / len(self.pairs)
