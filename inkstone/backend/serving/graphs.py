"""Loads models for serving: on ONNX Runtime where the model can be written as a graph, else on torch.

The graph is made once for each model, held against torch on the way (parity check), and kept in ``cache/serving``.
"""

import logging
import shutil
from pathlib import Path
from uuid import uuid4

from inkstone import paths
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.export import write_onnx
from inkstone.components.nlp.inference import TextModel, load_model
from inkstone.components.nlp.onnx_session import ONNX

LOG = logging.getLogger(__name__)


def with_graph(folder: Path) -> Path:
    """Return a model folder with a graph that gives the same answers; the folder itself where there can be none.

    Raises:
        InkstoneError: ``model.tampered``.
    """
    card = model_io.verify(folder)
    if ONNX in card.files:
        return folder
    target = paths.inside(paths.folder("cache"), "serving", card.digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{uuid4().hex}")
        try:
            write_onnx(folder, unfinished, ())
            unfinished.rename(target)
        except InkstoneError as problem:
            LOG.info("served by torch: %s", problem)
            return folder
        except OSError:
            if not target.exists():  # else another process was quicker
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return target


def load_for_serving(folder: Path) -> TextModel:
    """Return the model of a folder, made to answer several requests at once.

    Raises:
        InkstoneError: ``model.tampered``, ``model.unsafe_weights``, ``model.not_a_model``.
    """
    # One core a batch and several batches at once give more than all cores on one: short texts leave cores idle.
    return load_model(folder, threads=1)
