"""Numbers of fewer bits: int8 in an ONNX graph, with operators that suffer too much left in float; or half-precision weights."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np

from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.errors import NO_CALIBRATION_ROWS, QUANTISED_WRONG, UNSUPPORTED
from inkstone.components.nlp.export import parity, write_onnx
from inkstone.components.nlp.inference import NEURAL_TASKS, TextModel, load_model, sorted_batches
from inkstone.components.nlp.onnx_model import OnnxText
from inkstone.components.nlp.onnx_session import ONNX

Precision = Literal["int8_dynamic", "int8_static", "fp16", "bf16"]
Probe = tuple[str, str | None]
OPERATORS = ("MatMul", "Gemm", "Gather")
MOST_RANKED = 64
"""Operators tried one by one; in a larger graph those of one layer stand or fall together."""
CALIBRATION_ROWS, CALIBRATION_BATCH = 128, 8


def halve(folder: Path, target: Path, precision: Literal["fp16", "bf16"]) -> None:
    """Write a copy of a model folder whose weights have 16 bits; half the size, and faster where the hardware has them."""
    import torch

    kind = torch.float16 if precision == "fp16" else torch.bfloat16
    card = model_io.read_card(folder)
    if card.task not in NEURAL_TASKS or model_io.WEIGHTS not in card.files:
        raise UNSUPPORTED(kind=card.task, supported="BERT, RoBERTa, ELECTRA, ERNIE", at="model")
    shutil.copytree(folder, target, dirs_exist_ok=True)
    weights = model_io.load_weights(folder / model_io.WEIGHTS)
    small = {name: value.to(kind) if value.is_floating_point() else value for name, value in weights.items()}
    model_io.save_weights(target / model_io.WEIGHTS, small)
    model_io.seal(target, card.model_copy(update={"digest": "", "files": {}, "precision": precision}))


def quantise(
    folder: Path,
    target: Path,
    precision: Precision,
    probes: Sequence[Probe],
    *,
    wanted: float,
    fallback: bool,
    check: Callable[[], None],
) -> dict[str, Any]:
    """Write a smaller copy of a model and return what the parity check found.

    When labels agree on too few rows, the operators that do most harm alone are left in float one after another until they do.

    Args:
        folder: Model folder with safetensors.
        target: Folder to make.
        precision: What to make.
        probes: Real texts (and second texts) for calibration and parity.
        wanted: Share of the rows on which labels must agree.
        fallback: Leave operators in float.
        check: Called now and then; may raise to stop.

    Raises:
        InkstoneError: ``compress.parity_failed``, ``compress.no_calibration_rows``, ``export.no_onnx``.
    """
    original = load_model(folder)
    if precision in {"fp16", "bf16"}:
        halve(folder, target, "fp16" if precision == "fp16" else "bf16")
        found = parity(original, load_model(target), probes)
        return _judged(target, precision, found, [], wanted)
    if precision == "int8_static" and not probes:
        raise NO_CALIBRATION_ROWS(at="table")
    with TemporaryDirectory() as temporary:
        whole = Path(temporary) / "float"
        write_onnx(folder, whole, probes)
        return to_int8(whole, original, target, precision, probes, wanted=wanted, fallback=fallback, check=check)


def to_int8(
    whole: Path,
    original: TextModel,
    target: Path,
    precision: Precision,
    probes: Sequence[Probe],
    *,
    wanted: float,
    fallback: bool,
    check: Callable[[], None],
) -> dict[str, Any]:
    """Write a model folder with an int8 graph; see ``quantise``.

    Args:
        whole: Model folder with the graph in float.
        original: The model that it was made of.
        target: Folder to make.
        precision: Dynamic or static.
        probes: Real texts.
        wanted: Share of the rows on which labels must agree.
        fallback: Leave operators in float.
        check: Called now and then; may raise to stop.
    """
    with TemporaryDirectory() as temporary:
        graph = Int8Graph(whole, original, precision, probes, Path(temporary))
        kept: list[str] = []
        found = graph.try_out(kept)
        if fallback and found["label_agreement"] < wanted:
            for group in graph.ranked(check):
                kept += group
                found = graph.try_out(kept)
                check()
                if found["label_agreement"] >= wanted:
                    break
        shutil.copytree(graph.folder, target, dirs_exist_ok=True)
    return _judged(target, precision, found, kept, wanted)


def _judged(target: Path, precision: str, found: dict[str, Any], kept: list[str], wanted: float) -> dict[str, Any]:
    if found["label_agreement"] < wanted:
        raise QUANTISED_WRONG(agreement=found["label_agreement"], wanted=wanted, at="agreement")
    facts = {"precision": precision, **found, "kept_in_float": kept, "wanted_agreement": wanted}
    model_io.amend(target, quantised=facts)
    return facts


class Int8Graph:
    """Makes int8 graphs of one model and holds them against it.

    Args:
        whole: Folder with the float graph.
        original: The model before.
        precision: Dynamic or static.
        probes: Real texts.
        scratch: For temporary files.
    """

    def __init__(
        self, whole: Path, original: TextModel, precision: Precision, probes: Sequence[Probe], scratch: Path
    ) -> None:
        import onnx
        from onnxruntime.quantization.shape_inference import quant_pre_process

        self.original, self.precision, self.probes = original, precision, probes
        self.folder = scratch / "int8"
        shutil.copytree(whole, self.folder)
        self.prepared = scratch / "prepared.onnx"
        quant_pre_process(whole / ONNX, self.prepared, skip_symbolic_shape=True)
        # The quantiser turns the weights of Gemm over and then stumbles over their shapes as noted before.
        graph = onnx.load(str(self.prepared))
        del graph.graph.value_info[:]
        onnx.save(graph, str(self.prepared))

    def try_out(self, kept: Sequence[str], only: Sequence[str] | None = None) -> dict[str, Any]:
        """Write the graph and compare.

        Args:
            kept: Operators that stay in float.
            only: Quantise these alone; None quantises all that can be.
        """
        self._write(kept, only)
        card = model_io.read_card(self.folder).model_copy(update={"digest": "", "files": {}})
        sealed = model_io.seal(self.folder, card)
        return parity(self.original, OnnxText(self.folder, sealed), self.probes)

    def ranked(self, check: Callable[[], None]) -> list[list[str]]:
        """Return operators in groups, the one that does most harm when it alone is quantised first."""
        harm = []
        for group in self._groups():
            check()
            harm.append((self.try_out([], only=group)["largest_difference"], group))
        return [group for _, group in sorted(harm, key=lambda item: -item[0])]

    def _groups(self) -> list[list[str]]:
        import onnx

        nodes = onnx.load(str(self.prepared)).graph.node
        names = [node.name for node in nodes if node.op_type in OPERATORS and node.name]
        size = max(1, -(-len(names) // MOST_RANKED))
        return [names[start : start + size] for start in range(0, len(names), size)]

    def _write(self, kept: Sequence[str], only: Sequence[str] | None) -> None:
        import logging

        from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static

        shared: dict[str, Any] = {
            "per_channel": True,
            "weight_type": QuantType.QInt8,
            "nodes_to_exclude": _both_names(kept),
            "nodes_to_quantize": _both_names(only) if only is not None else None,
            "op_types_to_quantize": list(OPERATORS),
        }
        logging.disable(logging.WARNING)
        try:
            if self.precision == "int8_dynamic":
                quantize_dynamic(self.prepared, self.folder / ONNX, extra_options={"MatMulConstBOnly": True}, **shared)
            else:
                quantize_static(
                    self.prepared,
                    self.folder / ONNX,
                    _reader(self.original, self.probes[:CALIBRATION_ROWS], self.prepared),
                    quant_format=QuantFormat.QDQ,
                    activation_type=QuantType.QUInt8,
                    **shared,
                )
        finally:
            logging.disable(logging.NOTSET)


def _both_names(nodes: Sequence[str]) -> list[str]:
    """Return the names of operators before and after the quantiser turns Gemm into MatMul."""
    return [*nodes, *(f"{name}_MatMul" for name in nodes)]


def _reader(model: TextModel, probes: Sequence[Probe], graph: Path) -> Any:
    """Return real batches as the calibration wants them."""
    import onnx
    from onnxruntime.quantization import CalibrationDataReader

    wanted = {item.name for item in onnx.load(str(graph), load_external_data=False).graph.input}

    class Rows(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self.batches: Iterator[dict[str, np.ndarray]] = self._batches()

        def _batches(self) -> Iterator[dict[str, np.ndarray]]:
            pairs = [second or "" for _, second in probes] if model.pairs else None
            rows = model.encode([first for first, _ in probes], pairs)
            for _, chosen in sorted_batches(rows, CALIBRATION_BATCH):
                batch = {name: value.numpy() for name, value in model.network.collate(chosen).items()}  # type: ignore[attr-defined]
                yield {name: batch.get(name, np.zeros_like(batch["input_ids"])) for name in wanted}

        def get_next(self) -> "dict[str, np.ndarray] | None":
            return next(self.batches, None)

    return Rows()
