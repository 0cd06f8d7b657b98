"""Inference speed of one fine-tuned classifier, five ways, in one run: the ratio is what counts.

    python benchmarks/inference.py --model FOLDER --texts FILE.csv --column TEXT --rows 10000 --threads 2

FOLDER is a model folder (a registered version, or the artifact of a training). Compared: transformers ``pipeline`` with batch
1 and 32; torch with batches sorted by length; ONNX Runtime by hand (sorted batches of 32, fp32, and dynamic int8); Inkstone's
engine on the same graphs. Prints a JSON line for each, with the agreement of its labels with torch's.
"""

import argparse
import csv
import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np


def main() -> None:
    """Measure all ways on the same texts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--column", required=True)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument(
        "--single", type=int, default=500, help="rows of the pipeline with batch 1, and of single requests"
    )
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(options.threads)
    with options.texts.open(encoding="utf-8-sig", newline="") as file:
        texts = [row[options.column] for row in itertools.islice(csv.DictReader(file), options.rows)]
    reference = with_torch(options.model, texts)
    with TemporaryDirectory() as folder:
        graphs = made_graphs(options.model, Path(folder))
        few = texts[: options.single]
        report("pipeline, batch 1", few, lambda: with_pipeline(options.model, few, 1), reference)
        report("pipeline, batch 32", texts, lambda: with_pipeline(options.model, texts, 32), reference)
        report("torch, sorted batches", texts, lambda: with_torch(options.model, texts), reference)
        for name, graph in graphs.items():
            by_hand = lambda graph=graph: with_onnx(graph, texts, options.threads)  # noqa: E731
            report(f"ONNX Runtime by hand, {name}", texts, by_hand, reference)
            report(f"engine, {name}", texts, with_engine(graph, texts, options.threads), reference)
            latencies(f"engine, {name}", graph, few, options.threads)


def report(name: str, texts: list[str], run: Callable[[], np.ndarray], reference: np.ndarray) -> None:
    """Measure one way, loading of the model included, as each pays for it alike."""
    started = time.perf_counter()
    labels = run()
    seconds = time.perf_counter() - started
    agreement = float((labels == reference[: len(texts)]).mean())
    print(
        json.dumps(
            {
                "way": name,
                "texts": len(texts),
                "texts_per_second": round(len(texts) / seconds, 1),
                "agreement": round(agreement, 4),
            }
        ),
        flush=True,
    )


def made_graphs(model: Path, folder: Path) -> dict[str, Path]:
    """Write the fp32 and the int8 model folder."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.export import write_onnx

    full, small = folder / "fp32", folder / "int8"
    write_onnx(model, full, ())
    small.mkdir()
    for item in full.iterdir():
        if item.name != "model.onnx":
            (small / item.name).write_bytes(item.read_bytes())
    import onnx

    graph = onnx.load(full / "model.onnx")
    del graph.graph.value_info[:]  # shapes noted by the exporter contradict those that quantisation infers
    onnx.save(graph, small / "clean.onnx")
    quantize_dynamic(
        small / "clean.onnx", small / "model.onnx", weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": 1}
    )
    (small / "clean.onnx").unlink()
    model_io.seal(small, model_io.read_card(full).model_copy(update={"digest": "", "files": {}}))
    return {"fp32": full, "int8": small}


def with_pipeline(model: Path, texts: list[str], batch_size: int) -> np.ndarray:
    """Predict as a newcomer does: transformers' pipeline around the same network."""
    from transformers import pipeline

    from inkstone.components.nlp.inference import load_model

    ours: Any = load_model(model)
    classifier = pipeline(
        "text-classification", model=_as_transformers(ours), tokenizer=ours.network.tokenizer, device=-1
    )
    found = classifier(texts, batch_size=batch_size, truncation=True, max_length=ours.card.max_length)
    return np.array([int(item["label"].rpartition("_")[2]) for item in found])


def _as_transformers(ours: Any) -> Any:
    """Put the same weights behind the interface that the pipeline expects."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.modeling_outputs import SequenceClassifierOutput

    class Wrapped(BertForSequenceClassification):
        def __init__(self, config: BertConfig) -> None:
            super().__init__(config)
            self.inner: torch.nn.Module | None = None

        def forward(self, **inputs: Any) -> SequenceClassifierOutput:  # type: ignore[override]
            return SequenceClassifierOutput(logits=self.inner(**inputs))  # type: ignore[misc]

    config = BertConfig(
        hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, vocab_size=8,
        num_labels=len(ours.labels),
    )  # fmt: skip
    wrapped = Wrapped(config)
    wrapped.inner = ours.model
    return wrapped.eval()


def with_torch(model: Path, texts: list[str]) -> np.ndarray:
    """Predict with torch in batches of 32 sorted by length."""
    from inkstone.components.nlp.inference import load_model

    return np.asarray(load_model(model).scores(texts, batch_size=32).argmax(axis=1))


def with_onnx(graph: Path, texts: list[str], threads: int) -> np.ndarray:
    """Predict with one ONNX Runtime session, in batches of 32 sorted by length."""
    from inkstone.components.nlp.onnx_model import load_onnx

    return np.asarray(load_onnx(graph, threads).scores(texts, batch_size=32).argmax(axis=1))


def with_engine(graph: Path, texts: list[str], threads: int) -> Callable[[], np.ndarray]:
    """Predict through the engine."""

    def run() -> np.ndarray:
        from inkstone.backend.serving.engine import Limits
        from inkstone.backend.serving.predictor import Predictor

        predictor = Predictor(graph, Limits(workers=threads))
        found = predictor.engine.scores(texts).argmax(axis=1)
        predictor.close()
        return np.asarray(found)

    return run


def latencies(name: str, graph: Path, texts: list[str], threads: int) -> None:
    """Print percentiles of requests that come one after another."""
    from inkstone.backend.serving.engine import Limits
    from inkstone.backend.serving.predictor import Predictor

    predictor = Predictor(graph, Limits(workers=threads))
    predictor.engine.warm_up()
    seconds = []
    for item in texts:
        started = time.perf_counter()
        predictor.predict([item])
        seconds.append(time.perf_counter() - started)
    predictor.close()
    p50, p95, p99 = (round(float(value) * 1000, 2) for value in np.percentile(seconds, [50, 95, 99]))
    print(json.dumps({"way": f"{name}, one at a time", "p50_ms": p50, "p95_ms": p95, "p99_ms": p99}), flush=True)


if __name__ == "__main__":
    main()
