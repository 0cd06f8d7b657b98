"""Teaching entities, tag by tag."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inkstone.components.artifacts import Table
from inkstone.components.nlp import model_io
from inkstone.components.nlp.collation import NO_LABEL
from inkstone.components.nlp.compression.lesson import (
    Lesson,
    dev_of,
    no_pairs,
    other_labels,
    scores_folder,
    with_unlabelled,
)
from inkstone.components.nlp.compression.subject import Subject
from inkstone.components.nlp.compression.teacher_scores import TagScores, kept_scores, keys_of
from inkstone.components.nlp.recipes import Recipe
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.nlp.tagging.entities import read_entities, write_entities
from inkstone.components.nlp.tagging.entity_models import Recogniser
from inkstone.components.nlp.tagging.entity_rows import EntityRows, read_training_entities
from inkstone.components.nlp.tagging.loading import load_tagger
from inkstone.components.nlp.tagging.marginals import tag_marginals
from inkstone.components.nlp.tagging.schemes import decode_tags
from inkstone.components.nlp.tagging.sequence_labelling import SequenceLabelling, Settings
from inkstone.components.nlp.task import Batch, Task
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.nlp.tagging.windows import Stitched

FORM = ("head", "scheme")


class Tags(Subject):
    """Sequence labelling with a softmax or CRF head.

    A token learns how likely each tag is there: of a CRF these are its marginals, over all paths (posterior distillation, Wang et
    al., "Structure-level knowledge distillation for multilingual sequence labeling", 2020). With two tokenizers, a token of the
    student learns from the teacher's token that stands for the same characters; one without such a partner, padding and
    special tokens learn nothing from the teacher.
    """

    task = "sequence_labelling"
    scores_kind = TagScores

    def read(self, ctx: Context, inputs: Mapping[str, Any], teacher: Path) -> Lesson:
        """Return the rows with their entities, and the unlabelled texts; head and tags are the teacher's.

        Raises:
            InkstoneError: ``data.missing_role``, ``compress.other_labels``, ``compress.other_pairs``, those of the entities.
        """
        train: Table = inputs["train"]
        no_pairs(train)
        card = model_io.read_card(teacher)
        rows, types = read_training_entities(ctx, train, flat=True, skip_bad=False)
        if set(types) - set(card.labels):
            raise other_labels(card.labels, types)
        texts = TextRows(rows.row_ids, rows.texts, None, None)
        every = with_unlabelled(texts, inputs.get("unlabelled"), train.column("text"))
        silent = [None] * (len(every.texts) - len(rows.texts))
        return Lesson(
            ctx=ctx,
            labels=list(card.labels),
            rows=replace(every, labels=None),  # what people said stands in the cells
            labelled=len(rows.texts),
            dev=dev_of(inputs),
            normalised=None,
            role="entities",
            cells=[*(write_entities(row) for row in rows.entities), *silent],
            figures=("micro_f1", "macro_f1"),
            form={name: card.settings[name] for name in FORM},
        )

    def scores(self, lesson: Lesson, teacher: Path) -> TagScores:
        """Return the log-probability of each tag at each token of the teacher's.

        Raises:
            InkstoneError: ``compress.unsupported_model``.
        """
        from inkstone.components.nlp.compression.errors import UNSUPPORTED

        model = load_tagger(teacher)
        if not isinstance(model, Recogniser):
            raise UNSUPPORTED(kind=model.task, supported="train.sequence_labelling", at="teacher")

        def score(texts: list[str], _pairs: list[str] | None) -> "list[Stitched]":
            lesson.ctx.log(text(f"老师正在给 {len(texts)} 条文本打分", f"The teacher scores {len(texts)} texts"))
            found: list[Stitched] = []
            for part in tag_marginals(model, texts):
                found += part
                lesson.ctx.progress(len(found), len(texts))
            return found

        digest, tags = model.card.digest, model.network.tags
        return kept_scores(scores_folder(digest), digest, tags, lesson.rows, score, kind=TagScores)

    def agreement(self, lesson: Lesson, scores: TagScores) -> float:
        """Return micro F1 of the entities that the teacher's likeliest tags spell, against the labelled rows."""
        from inkstone.components.nlp.tagging.entities import Entity
        from inkstone.components.nlp.tagging.figures import entity_figures

        true, found = [], []
        places = scores.known_places(keys_of(lesson.rows))[: lesson.labelled]
        for content, cell, place in zip(lesson.rows.texts, lesson.cells, places, strict=False):
            said = scores.at(int(place))
            spans = decode_tags([scores.labels[number] for number in said.scores.argmax(axis=1)])
            found.append([Entity(int(said.starts[a]), int(said.ends[b - 1]), label) for a, b, label in spans])
            true.append(read_entities(cell, content, 1)[0])
        return entity_figures(true, found)["micro_f1"]

    def recipe(self, encoder: str, folder: Path, rows: int) -> Recipe:
        """Return the recipe of entity recognition."""
        from inkstone.components.nlp.tagging.recipes import tagging_recipe

        return tagging_recipe(encoder, folder, rows)

    def student(
        self, lesson: Lesson, folder: Path, recipe: Recipe, *, max_length: int | None, random_weights: bool
    ) -> Task:
        """Return a recogniser with the head and the tags of the teacher."""
        from inkstone.components.nlp.encoders import longest_input

        return SequenceLabelling(
            Settings(
                encoder=str(folder),
                labels=tuple(lesson.labels),
                max_length=min(max_length or recipe.max_length, longest_input(folder)),
                dropout=recipe.dropout,
                random_weights=random_weights,
                **lesson.form,
            )
        )

    def encode(self, student: Any, table: Table) -> "Dataset":
        """Encode every row; ``labelled`` tells which windows are of a text that somebody has labelled."""
        texts = read_rows(table, label_needed=False)
        cells = table.dataset()[table.column("entities")][:]
        entities = [read_entities(cell, content, 1)[0] for cell, content in zip(cells, texts.texts, strict=True)]
        encoded: Dataset = student.prepare_rows(EntityRows(texts.row_ids, texts.texts, entities))
        return encoded.add_column("labelled", [cells[number] is not None for number in encoded["number"]])

    def targets(self, student: Any, prepared: "Dataset", rows: TextRows, scores: TagScores) -> Mapping[str, Any]:
        """Return, for each token of a window, the teacher's logits, and whether the teacher has a token like it."""
        places = scores.known_places(keys_of(rows))
        table = prepared.select_columns(["number", "starts", "ends"]).to_dict()
        logits, known = [], []
        for number, starts, ends in zip(table["number"], table["starts"], table["ends"], strict=True):
            found, same = on_tokens(scores.at(int(places[number])), starts, ends)
            logits.append(found.ravel())
            known.append(same)
        return {"teacher_logits": logits, "teacher_known": known, "teacher_weight": np.ones(len(logits), np.float32)}

    def collate(self, rows: Sequence[Mapping[str, Any]], batch: Batch) -> Batch:
        """Return logits of shape (batch, length, tags), and 1 where the teacher has something to say."""
        import torch

        batch["tags"][[place for place, row in enumerate(rows) if not row["labelled"]]] = NO_LABEL
        width = batch["tags"].shape[1]
        count = next((len(row["teacher_logits"]) // len(row["starts"]) for row in rows if len(row["starts"])), 1)
        logits, known = torch.zeros((len(rows), width, count)), torch.zeros((len(rows), width))
        for place, row in enumerate(rows):
            tokens = len(row["starts"])
            logits[place, :tokens] = torch.as_tensor(row["teacher_logits"], dtype=torch.float32).reshape(tokens, count)
            known[place, :tokens] = torch.as_tensor(row["teacher_known"], dtype=torch.float32)
        return {"teacher_logits": logits, "teacher_known": known}

    def loss(
        self, student: Any, model: "torch.nn.Module", output: "torch.Tensor", batch: Batch, temperature: float
    ) -> "torch.Tensor":
        """Return ``T^2 KL`` of the distributions over the tags, averaged over the tokens that the teacher has too."""
        from inkstone.components.nlp.compression.losses import soft_tag_loss

        emissions = output[:, student.lead :].float()
        width = emissions.shape[1]
        logits = student.tag_logits(model, emissions, batch["tokens"])
        return soft_tag_loss(logits, batch["teacher_logits"][:, :width], batch["teacher_known"][:, :width], temperature)


def on_tokens(said: "Stitched", starts: Sequence[int], ends: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Lay what a teacher said over other tokens: those that stand for the same characters take it over.

    Returns:
        Logits of shape (tokens, tags), zeros where no token of the teacher's fits, and which tokens have one.
    """
    spans = zip(said.starts.tolist(), said.ends.tolist(), strict=True)
    numbers = {span: number for number, span in enumerate(spans)}
    places = np.array([numbers.get(span, -1) for span in zip(starts, ends, strict=True)], dtype=np.int64)
    same = places >= 0
    logits = np.zeros((len(places), said.scores.shape[1]), dtype=np.float32)
    logits[same] = said.scores[places[same]]
    return logits, same
