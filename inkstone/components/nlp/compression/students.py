"""Where a student starts: an encoder, a new one from the rows, or layers of the teacher."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.errors import UNSUPPORTED
from inkstone.components.nlp.compression.watching import layer_list
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.recipes import Recipe
    from inkstone.components.nlp.text_classification import TextClassification

SUPPORTED = "train.text_classification, train.multilabel_classification, train.sequence_labelling"
_TASKS = ("text_classification", "multilabel_classification", "sequence_labelling")


def chosen_layers(count: int, kept: int) -> list[int]:
    """Return which of ``count`` layers stay, evenly spread, first and last among them (Sanh et al., "DistilBERT", 2019)."""
    if kept >= count:
        return list(range(count))
    if kept == 1:
        return [count - 1]
    return [round(number * (count - 1) / (kept - 1)) for number in range(kept)]


def keep_layers(network: Any, kept: Sequence[int]) -> None:
    """Drop the other layers of an encoder and say so in its configuration.

    Raises:
        InkstoneError: ``compress.unsupported_model`` where layers share weights or are none.
    """
    layers = layer_list(network)
    config = network.config
    if layers is None or len(layers) != getattr(config, "num_hidden_layers", None):
        raise UNSUPPORTED(kind=config.model_type, supported="BERT, RoBERTa, ELECTRA, ERNIE", at="layers")
    chosen = [layers[number] for number in kept]
    del layers[:]
    layers.extend(chosen)
    config.num_hidden_layers = len(kept)


def shortened(folder: Path, layers: int, target: Path) -> Path:
    """Write an encoder folder with some of the layers of another, evenly spread."""
    encoder: Any = model_io.load_encoder(folder, pooler=model_io.has_pooler(folder))
    keep_layers(encoder, chosen_layers(encoder.config.num_hidden_layers, layers))
    return _written(encoder, folder, target)


def encoder_of(model: Path, target: Path) -> Path:
    """Write the encoder inside a fine-tuned model as an encoder folder.

    Raises:
        InkstoneError: ``compress.unsupported_model``.
    """
    from inkstone.components.nlp.compression.distillation import task_class

    card = model_io.verify(model)
    if card.task not in _TASKS:
        raise UNSUPPORTED(kind=card.task, supported=SUPPORTED, at="start")
    _, network = task_class(card.task).load(model)
    encoder: Any = network.encoder
    if not hasattr(encoder, "save_pretrained"):
        raise UNSUPPORTED(kind="scratch", supported=f"{SUPPORTED} (encoder != scratch); start=encoder", at="start")
    return _written(encoder, model, target)


def _written(encoder: Any, folder: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    encoder.save_pretrained(target)
    model_io.load_tokenizer(folder).save_pretrained(target)
    return target


def student_of(
    lesson: "Lesson", folder: Path, recipe: "Recipe", *, max_length: int | None, random_weights: bool
) -> "TextClassification":
    """Return the student's own task."""
    from inkstone.components.nlp.encoders import longest_input
    from inkstone.components.nlp.text_classification import Settings, TextClassification

    return TextClassification(
        Settings(
            encoder=str(folder),
            labels=tuple(lesson.labels),
            max_length=min(max_length or recipe.max_length, longest_input(folder)),
            pooling=recipe.pooling,
            dropout=recipe.dropout,
            pairs=lesson.pairs,
            random_weights=random_weights,
        )
    )


def start_of(lesson: "Lesson", params: Any, teacher: Path | None) -> Path:
    """Return the folder that a student starts from, as the ``StudentParams`` of a component say."""
    from inkstone.components.nlp.encoders import SCRATCH
    from inkstone.components.nlp.scratch import write_scratch_encoder

    ctx = lesson.ctx
    if params.start == "teacher":
        if teacher is None:
            raise UNSUPPORTED(kind="several", supported=SUPPORTED, at="start")
        whole = encoder_of(teacher, ctx.scratch() / "teacher-encoder")
        count = int(model_io.read_json(whole, "config.json")["num_hidden_layers"])
        return shortened(whole, params.layers or max(1, count // 2), ctx.scratch() / "student")
    if params.encoder == SCRATCH:
        ctx.log(text("正在从训练文本学习词表", "Learning a vocabulary from the training texts"))
        return write_scratch_encoder(lesson.rows.every_text, ctx.scratch() / "student")
    folder = ctx.encoder(params.encoder)
    return shortened(folder, params.layers, ctx.scratch() / "student") if params.layers else folder
