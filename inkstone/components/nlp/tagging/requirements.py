"""Loads a model that must give a certain kind of answer, or says why it does not."""

from pathlib import Path
from typing import TYPE_CHECKING

from inkstone.components.nlp import model_io
from inkstone.components.nlp.tagging.errors import OTHER_ANSWER
from inkstone.components.nlp.tagging.loading import Tagger, is_tagger, load_tagger

if TYPE_CHECKING:
    from inkstone.components.nlp.tagging.entity_models import EntityTagger
    from inkstone.components.nlp.tagging.label_models import LabelTagger


def load_recogniser(folder: Path) -> "EntityTagger":
    """Return a model that finds entities.

    Raises:
        InkstoneError: ``model.other_answer``, or what is wrong with the folder.
    """
    from inkstone.components.nlp.tagging.entity_models import EntityTagger

    task = model_io.read_card(folder).task
    if task in {"sequence_labelling", "entity_baseline"}:
        model = load_tagger(folder)
        if isinstance(model, EntityTagger):
            return model
    raise OTHER_ANSWER(task=task, wanted="实体", wanted_en="entities", at="model")


def load_labeller(folder: Path) -> "LabelTagger":
    """Return a model that gives several labels.

    Raises:
        InkstoneError: ``model.other_answer``, or what is wrong with the folder.
    """
    from inkstone.components.nlp.tagging.label_models import LabelTagger

    task = model_io.read_card(folder).task
    if gives_labels(task):
        model = load_tagger(folder)
        if isinstance(model, LabelTagger):
            return model
    raise OTHER_ANSWER(task=task, wanted="多个标签", wanted_en="several labels", at="model")


def gives_labels(task: str) -> bool:
    """Return whether models of a task give several labels a text."""
    return task in _TASKS["labels"][0]


def load_keywords(folder: Path) -> Tagger:
    """Return a model that gives keywords.

    Raises:
        InkstoneError: ``model.other_answer``, or what is wrong with the folder.
    """
    require_answer(folder, "keywords")
    return load_tagger(folder)


_TASKS = {
    "entities": ({"sequence_labelling", "entity_baseline"}, "实体", "entities"),
    "labels": ({"multilabel_classification", "multilabel_baseline", "combined_labels"}, "多个标签", "several labels"),
    "keywords": ({"keyword_extraction"}, "关键词", "keywords"),
}


def require_answer(folder: Path, part: str) -> None:
    """Check that a model gives what a part of the answer needs: category, labels, keywords or entities.

    Raises:
        InkstoneError: ``model.other_answer``.
    """
    task = model_io.read_card(folder).task
    if part in _TASKS:
        tasks, zh, en = _TASKS[part]
        if task not in tasks:
            raise OTHER_ANSWER(task=task, wanted=zh, wanted_en=en, at=part)
    elif is_tagger(task):
        raise OTHER_ANSWER(task=task, wanted="单个类别", wanted_en="one class a text", at=part)
