"""Loads a model that must give a certain kind of answer, or says why it does not."""

from pathlib import Path
from typing import TYPE_CHECKING

from inkstone.components.nlp import model_io
from inkstone.components.nlp.tagging.errors import OTHER_ANSWER
from inkstone.components.nlp.tagging.loading import load_tagger

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
    if task in {"multilabel_classification", "multilabel_baseline"}:
        model = load_tagger(folder)
        if isinstance(model, LabelTagger):
            return model
    raise OTHER_ANSWER(task=task, wanted="多个标签", wanted_en="several labels", at="model")
