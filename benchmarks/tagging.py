"""Universal text tagging on real Chinese sets: categories, tags, keywords, entities; and how fast a whole answer is.

    python benchmarks/tagging.py --sets cluener toutiao_tags --systems ngram inkstone-zh-small --seeds 1
    python benchmarks/tagging.py --throughput --systems inkstone-zh-small

A system is ``ngram`` (TF-IDF and logistic regression; for entities the character CRF), ``dictionary`` (entities alone),
``textrank``, ``tfidf``, ``yake``, ``ranking`` (keywords alone; ``ranking`` learns from the training rows without an encoder; an encoder
learns keywords as spans), ``scratch``, an encoder by its name or folder, or ``combined:ENCODER``: for
categories linear models of characters and sounds with an encoder a fold, weighed on unseen rows; for tags n-grams, a network and
whether the tag stands in the text, weighed on dev rows (``combined:none``: without an encoder). Every system is trained by the
product's own component and recipe; checkpoints and thresholds come from dev rows, figures from test rows. Each training appends a
line of JSON to ``--output``; lines that are there are not measured again. ``--cap 4000`` keeps that many training rows (drawn with
seed 0) and ``--test-cap`` that many test rows; the table says so. ``--set epochs=5`` changes a parameter of the networks.
"""

import argparse
import importlib
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from encoders import Surroundings, written
from tagging_sets import TAGGING_SETS, Rows

from inkstone.components.artifacts import ColumnInfo, Role, Table
from inkstone.components.data.writing import TableWriter

BASELINES: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "label": {"ngram": ("train.ngram_baseline", {})},
    "labels": {"ngram": ("train.multilabel_baseline", {})},
    "keywords": {
        **{name: ("tag.keywords", {"method": name}) for name in ("textrank", "tfidf", "yake")},
        "ranking": ("train.keyword_extraction", {"method": "ranking"}),
    },
    "entities": {
        "ngram": ("train.entity_baseline", {"method": "crf"}),
        "dictionary": ("train.entity_baseline", {"method": "dictionary"}),
    },
}
NETWORKS = {
    "label": "train.text_classification",
    "labels": "train.multilabel_classification",
    "keywords": "train.keyword_extraction",
    "entities": "train.sequence_labelling",
}
COMBINED = "combined:"
EVALUATIONS = {
    "label": "evaluate.classification",
    "labels": "evaluate.multilabel",
    "keywords": "evaluate.keywords",
    "entities": "evaluate.sequence_labelling",
}
SHOWN = {
    "label": ("accuracy", "macro_f1"),
    "labels": ("micro_f1", "macro_f1", "ndcg_at_5"),
    "keywords": ("f1_at_5", "f1_at_3"),
    "entities": ("micro_f1", "macro_f1"),
}


def table(folder: Path, rows: Rows, kind: str) -> Table:
    """Write rows as a table with roles."""
    dtype = "list<string>" if kind in {"labels", "keywords"} else "string"
    columns = [ColumnInfo(name="text", dtype="string"), ColumnInfo.model_validate({"name": kind, "dtype": dtype})]
    roles: dict[Role, str] = {"text": "text", kind: kind}  # type: ignore[dict-item]
    with TableWriter(folder, columns) as writer:
        writer.write({name: [row[name] for row in rows] for name in ("text", kind)})
    return writer.finish(roles=roles)


def drawn(rows: Rows, cap: int | None) -> Rows:
    """Return at most ``cap`` rows, drawn with seed 0."""
    return rows if cap is None or len(rows) <= cap else random.Random(0).sample(rows, cap)  # noqa: S311 - a fixed choice


def run(component: str, folder: Path, inputs: Mapping[str, Any], seed: int, threads: int, **params: Any) -> Any:
    """Run a component of the product."""
    module = importlib.import_module(f"inkstone.components.{component}")
    known = {name: value for name, value in params.items() if name in module.SPEC.params.model_fields}
    return module.run(Surroundings(folder, seed, threads), inputs, module.SPEC.params(**known))


def train(  # noqa: PLR0917 - what is trained, and how
    kind: str, system: str, folder: Path, tables: Mapping[str, Any], seed: int, options: argparse.Namespace
) -> Any:
    """Train a system with an encoder and return what its component gives."""
    encoder = system.removeprefix(COMBINED)
    params = {"encoder": encoder, **options.changes}
    if system == encoder:
        return run(NETWORKS[kind], folder, tables, seed, options.threads, **params)
    if kind == "label":
        params |= {"use_encoder": encoder != "none"}
        return run("train.combined_classification", folder, tables, seed, options.threads, **params)
    members = [run("train.multilabel_baseline", folder / "ngram", tables, seed, options.threads)["model"]]
    if encoder != "none":
        members.append(run(NETWORKS[kind], folder / "network", tables, seed, options.threads, **params)["model"])
    joined = {"models": members, "dev": tables["dev"]}
    return run("tag.combine_labels", folder / "combined", joined, seed, options.threads)


def measure(name: str, system: str, seed: int, options: argparse.Namespace) -> dict[str, Any] | None:
    """Train one system on one set and return its figures on the test rows; None where the system is not for the set."""
    kind, read = TAGGING_SETS[name]
    statistical = {"ngram", "dictionary", "textrank", "tfidf", "yake", "ranking"}
    if system in statistical and (system not in BASELINES[kind] or (seed and system != "ranking")):
        return None
    if system.startswith(COMBINED) and kind not in {"label", "labels"}:
        return None
    parts = read()
    rows = {"train": drawn(parts[0], options.cap), "dev": parts[1], "test": drawn(parts[2], options.test_cap)}
    folder = Path(tempfile.mkdtemp(prefix="inkstone-tagging-"))
    try:
        tables = {part: table(folder / part, found, kind) for part, found in rows.items()}
        trained = {"train": tables["train"], "dev": tables["dev"]}
        started = time.monotonic()
        if system in statistical:
            component, params = BASELINES[kind][system]
            inputs = {"table": tables["train"]} if component == "tag.keywords" else trained
            made = run(component, folder / "work", inputs, seed, options.threads, **params)
        else:
            made = train(kind, system, folder / "work", trained, seed, options)
        seconds = time.monotonic() - started
        asked = {"model": made["model"], "table": tables["test"]}
        values = run(EVALUATIONS[kind], folder / "test", asked, seed, options.threads)["metrics"].read()["values"]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "set": name,
        "system": Path(system).name,
        "seed": seed,
        "seconds": seconds,
        "rows": [len(rows["train"]), len(rows["dev"]), len(rows["test"])],
        "all_rows": [len(part) for part in parts],
        **{figure: values[figure] * 100 for figure in SHOWN[kind]},
    }


def throughput(system: str, options: argparse.Namespace) -> dict[str, Any]:
    """Train small models of all four kinds on titles, join them, and time whole answers (the models need not be good).

    ``torch``: the model as it was saved, 32 texts a batch in the order they come. ``served``: through the engine of deployments, as
    graphs where its networks can be.
    """
    from inkstone.backend.serving.engine import Limits
    from inkstone.backend.serving.tagging import TaggingPredictor
    from inkstone.components.errors import InkstoneError
    from inkstone.components.nlp.tagging.export import write_onnx
    from inkstone.components.nlp.tagging.loading import load_tagger

    folder = Path(tempfile.mkdtemp(prefix="inkstone-tagging-"))
    try:
        parts: dict[str, Any] = {}
        for name, kind in (("toutiao", "label"), ("toutiao_tags", "labels"), ("cluener", "entities")):
            train = table(folder / name, drawn(TAGGING_SETS[name][1]()[0], 2_000), kind)
            params = {"encoder": system, "epochs": 1.0, "frozen": options.frozen}
            made = run(NETWORKS[kind], folder / kind, {"train": train}, 0, options.threads, **params)
            parts["category" if kind == "label" else kind] = made["model"]
        texts = [row["text"] for row in TAGGING_SETS["toutiao"][1]()[2][:2_000]]
        words = table(folder / "words", [{"text": text, "keywords": []} for text in texts], "keywords")
        parts["keywords"] = [run("tag.keywords", folder / "keywords", {"table": words}, 0, 1)["model"]]
        model = run("tag.compose", folder / "all", parts, 0, 1)["model"]
        tagger = load_tagger(model.path)
        import torch

        torch.set_num_threads(options.threads)
        saved = timed(tagger.answers, texts)
        graph = folder / "graph"
        try:
            write_onnx(model.path, graph)
        except InkstoneError:  # all networks share one encoder: torch answers
            graph = model.path
        predictor = TaggingPredictor(graph, Limits(workers=options.threads if graph != model.path else 1))
        served = timed(predictor.answers, texts)
        predictor.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "set": "throughput",
        "system": Path(system).name,
        "seed": 0,
        "frozen": options.frozen,
        "threads": options.threads,
        "load": os.getloadavg()[0],
        **{f"torch_{name}": value for name, value in saved.items()},
        **{f"served_{name}": value for name, value in served.items()},
    }


def timed(answer: Callable[[list[str]], Any], texts: list[str]) -> dict[str, float]:
    """Return texts answered a second, and a second of processor time."""
    answer(texts[:64])
    started, processor = time.perf_counter(), time.process_time()
    answer(texts)
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    return {"texts_a_second": len(texts) / seconds, "texts_a_processor_second": len(texts) / processor}


def markdown(found: list[dict[str, Any]]) -> str:
    """Return the table: a row a set, a column a system."""
    found = [line for line in found if line["set"] in TAGGING_SETS]
    systems = list(dict.fromkeys(line["system"] for line in found))
    cells: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in found:
        cells[line["set"], line["system"]].append(line)
    rows = [["set", "figures", "train / test rows", *systems]]
    for name, (kind, _) in TAGGING_SETS.items():
        known = [line for line in found if line["set"] == name]
        if known:
            used, every = known[0]["rows"], known[0]["all_rows"]
            counts = [f"{a:,}" if a == b else f"{a:,} of {b:,}" for a, b in ((used[0], every[0]), (used[2], every[2]))]
            shown = " / ".join(SHOWN[kind])
            rows.append([name, shown, " / ".join(counts), *(_cell(cells[name, system], kind) for system in systems)])
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(found: list[dict[str, Any]], kind: str) -> str:
    if not found:
        return "–"
    values = [statistics.mean(line[figure] for line in found) for figure in SHOWN[kind]]
    return " / ".join(f"{value:.1f}" for value in values) + f" ({len(found)})"


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=list(TAGGING_SETS), default=list(TAGGING_SETS))
    baselines = ["ngram", "dictionary", "textrank", "tfidf", "yake", "ranking"]
    parser.add_argument("--systems", nargs="+", default=[*baselines, "inkstone-zh-tiny"])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cap", type=int, help="at most so many training rows")
    parser.add_argument("--test-cap", type=int, help="at most so many test rows")
    parser.add_argument("--set", action="append", default=[], help="parameter=value of the networks")
    parser.add_argument("--frozen", action="store_true", help="throughput: heads over one frozen encoder")
    parser.add_argument("--throughput", action="store_true", help="time whole answers instead")
    parser.add_argument("--output", type=Path, default=Path("tagging.jsonl"))
    parser.add_argument("--table", action="store_true", help="print the table and measure nothing")
    options = parser.parse_args()
    options.changes = {name: yaml.safe_load(value) for name, _, value in (item.partition("=") for item in options.set)}
    names = [] if options.table else ["throughput"] if options.throughput else options.sets
    for name in names:
        for seed in range(options.seeds):
            for system in options.systems:
                key = (name, Path(system).name, seed)
                if name != "throughput" and key in {
                    (o["set"], o["system"], o["seed"]) for o in written(options.output)
                }:
                    continue
                line = throughput(system, options) if name == "throughput" else measure(name, system, seed, options)
                if line is None:
                    continue
                with options.output.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
                print(
                    {key: round(value, 2) if isinstance(value, float) else value for key, value in line.items()},
                    flush=True,
                )
    print("\n" + markdown(written(options.output)))


if __name__ == "__main__":
    main()
