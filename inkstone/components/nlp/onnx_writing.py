"""Writes a network as an ONNX graph, and the model folder around it: the same for classifiers and for recognisers."""

import logging
import shutil
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.nlp import model_io
from inkstone.components.nlp.errors import PARITY_FAILED
from inkstone.components.nlp.model_io import ModelCard

if TYPE_CHECKING:
    import torch

OPSET = 18
TOLERANCE = 1e-3
"""Largest difference of a probability that counts as the same."""


def write_graph_folder(
    folder: Path,
    target: Path,
    card: ModelCard,
    write_graph: Callable[[], None],
    compare: Callable[[], Mapping[str, Any]],
) -> dict[str, Any]:
    """Write the model folder ``target`` with a graph in the place of the weights, and return what the parity check found.

    Args:
        folder: The model folder with the weights.
        target: The folder to make.
        card: Of the original.
        write_graph: Writes the graph into ``target``.
        compare: Holds the sealed ``target`` against the original; returns ``label_agreement`` and ``largest_difference``.

    Raises:
        InkstoneError: ``export.parity_failed``.
    """
    target.mkdir(parents=True)
    for name in card.files:
        if name != model_io.WEIGHTS:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, target / name)
    write_graph()
    sealed = model_io.seal(target, card.model_copy(update={"digest": "", "files": {}}))
    facts = {"opset": OPSET, **compare()}
    model_io.amend(target, origin=card.digest, onnx=facts, files=sealed.files)
    if facts["label_agreement"] < 1.0 or facts["largest_difference"] > TOLERANCE:
        raise PARITY_FAILED(agreement=facts["label_agreement"], difference=facts["largest_difference"])
    return facts


def trace(network: "torch.nn.Module", batch: "Mapping[str, torch.Tensor]", output: str, path: Path) -> None:
    """Write the graph of a network with free batch and length.

    Args:
        network: What to write; it is left on the processor.
        batch: Inputs by name, of shape (rows, length).
        output: Name of the output.
        path: The file to write.
    """
    import torch

    free = {name: {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")} for name in batch}
    noisy = logging.getLogger("torch.onnx")
    level = noisy.level
    noisy.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                network.cpu().eval(),
                kwargs=dict(batch),
                f=str(path),
                input_names=list(batch),
                output_names=[output],
                dynamic_shapes=free,
                opset_version=OPSET,
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    finally:
        noisy.setLevel(level)
