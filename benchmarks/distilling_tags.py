"""Distillation of entity and multi-label models: a teacher, the student fine-tuned alone, the student taught.

    python benchmarks/distilling_tags.py --sets cluener toutiao_tags --cap 1000 --seeds 1

Teacher and student are trained by the product's own components on the same ``--cap`` rows (drawn with seed 0) and the same dev
rows (``--dev-cap``); ``unlabelled`` lets the teacher label further training rows of the set, whose own labels nobody looks at. All
are judged on ``--test-cap`` test rows. Data is read from the folder that INKSTONE_DATA names (default ../shared/data). Each line
goes to ``--output`` as JSON; what stands there is not done again.
"""

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from encoders import written
from tagging import EVALUATIONS, NETWORKS, SHOWN, drawn, run, table
from tagging_sets import TAGGING_SETS

from inkstone.components.artifacts import Model


def measure(name: str, seed: int, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Train teacher and students on one set and return a line for each."""
    kind, read = TAGGING_SETS[name]
    train, dev, test = read()
    chosen = drawn(train, options.cap)
    texts = {row["text"] for row in [*chosen, *dev, *test]}
    further = [{"text": row["text"]} for row in train if row["text"] not in texts]
    rows = {"train": chosen, "dev": drawn(dev, options.dev_cap), "test": drawn(test, options.test_cap)}
    folder = Path(tempfile.mkdtemp(prefix="inkstone-distilling-"))
    lines: list[dict[str, Any]] = []
    try:
        tables = {part: table(folder / part, found, kind) for part, found in rows.items()}
        # Nobody's labels: the column is empty, and the component reads the texts alone.
        silent = [{**row, kind: None} for row in drawn(further, options.unlabelled)]
        tables["unlabelled"] = table(folder / "unlabelled", silent, kind)

        def add(step: str, component: str, inputs: dict[str, Any], **params: Any) -> Model:
            started = time.monotonic()
            made: Model = run(component, folder / step, inputs, seed, options.threads, **params)["model"]
            asked = {"model": made, "table": tables["test"]}
            values = run(EVALUATIONS[kind], folder / f"{step}-test", asked, seed, options.threads)["metrics"].read()
            figures = {figure: values["values"][figure] * 100 for figure in SHOWN[kind]}
            line = {"set": name, "step": step, "seed": seed, "seconds": time.monotonic() - started, **figures}
            lines.append(line | {"rows": [len(found) for found in rows.values()], "unlabelled": len(silent)})
            print(json.dumps(lines[-1], ensure_ascii=False), flush=True)
            return made

        own = {"train": tables["train"], "dev": tables["dev"]}
        teacher = add("teacher", NETWORKS[kind], own, encoder=options.teacher, epochs=options.epochs)
        student = {"encoder": options.student, "epochs": options.student_epochs}
        add("plain", NETWORKS[kind], own, **student)
        add("distilled", "compress.distil", {"teacher": teacher, **own}, **student)
        if silent:
            inputs = {"teacher": teacher, **own, "unlabelled": tables["unlabelled"]}
            # As many steps as the others: an epoch is longer here.
            share = len(chosen) / (len(chosen) + len(silent))
            add("unlabelled", "compress.distil", inputs, **(student | {"epochs": options.student_epochs * share * 2}))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return lines


def main() -> None:
    """Measure what was not measured yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=["cluener", "toutiao_tags"], choices=list(TAGGING_SETS))
    parser.add_argument("--teacher", default="inkstone-zh-small")
    parser.add_argument("--student", default="inkstone-zh-tiny")
    parser.add_argument("--epochs", type=float, default=6)
    parser.add_argument("--student-epochs", type=float, default=12)
    parser.add_argument("--cap", type=int, default=1000)
    parser.add_argument("--dev-cap", type=int, default=500)
    parser.add_argument("--test-cap", type=int, default=1000)
    parser.add_argument("--unlabelled", type=int, default=3000)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("distilling-tags.jsonl"))
    options = parser.parse_args()
    done = {(line["set"], line["seed"]) for line in written(options.output)}
    for name in options.sets:
        for seed in range(options.seeds):
            if (name, seed) in done:
                continue
            lines = measure(name, seed, options)
            with options.output.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


if __name__ == "__main__":
    main()
