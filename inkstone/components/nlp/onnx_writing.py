"""Writes a network as an ONNX graph, and the model folder around it: the same for classifiers and for recognisers."""

import logging
import shutil
import warnings
from collections.abc import Callable, Mapping, Sequence
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


def write_within(
    folder: Path, target: Path, inner: Sequence[str], write: Callable[[Path, Path], Mapping[str, Any]]
) -> dict[str, Any]:
    """Write the model folder ``target`` in which the models within have their graphs and the rest stays as it is.

    Args:
        folder: A model folder that holds other model folders.
        target: The folder to make.
        inner: The folders within that get a graph, below ``folder``.
        write: Writes one of them, given the old folder and the new one; returns its parity.
    """
    card = model_io.read_card(folder)
    skipped = {folder / name for name in inner}
    shutil.copytree(folder, target, ignore=lambda at, names: [name for name in names if Path(at) / name in skipped])
    facts = together([write(folder / name, target / name) for name in inner])
    sealed = model_io.seal(target, card.model_copy(update={"digest": "", "files": {}}))
    model_io.amend(target, origin=card.digest, onnx=facts, files=sealed.files)
    return facts


def together(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the parity of a whole: the worst of its parts."""
    return {
        "opset": OPSET,
        "parity_rows": min(facts["parity_rows"] for facts in found),
        "label_agreement": min(facts["label_agreement"] for facts in found),
        "largest_difference": max(facts["largest_difference"] for facts in found),
    }


def trace(
    network: "torch.nn.Module",
    batch: "Mapping[str, torch.Tensor]",
    output: str,
    path: Path,
    without_length: Sequence[str] = (),
) -> None:
    """Write the graph of a network with free batch and length.

    Args:
        network: What to write; it is left on the processor.
        batch: Inputs by name, of shape (rows, ..., length).
        output: Name of the output.
        path: The file to write.
        without_length: Inputs whose last dimension is always the same.
    """
    import torch

    rows, length = torch.export.Dim("batch"), torch.export.Dim("length")
    free = {
        name: {0: rows} if name in without_length else {0: rows, tensor.dim() - 1: length}
        for name, tensor in batch.items()
    }
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
