"""Which objective makes the better tiny encoder for the same compute: guessing masked words, or telling replaced ones?

    python benchmarks/pretraining_objectives.py CORPUS OUTPUT --minutes 20 [--seeds 3]

CORPUS is what ``pretraining/prepare.py`` made. Each recipe (``zh_tiny.yaml``, ``zh_tiny_rtd.yaml``) trains for so many minutes of
processor time, start-up and held-out passes not counted: 20 steps tell what a step costs, the number of steps follows, and the rate
falls over the last sixth of them. Then each encoder is fine-tuned on EPRSTMT (few_all) and ChineseHarm by the product's own
recipe, without choosing a checkpoint, and judged on dev rows; test rows are not touched, as this choice decides what ships. Run
again, it goes on where it stopped.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml
from encoder_sets import SETS
from encoders import Surroundings, figures, load, table

RECIPES = {"mlm": "zh_tiny.yaml", "rtd": "zh_tiny_rtd.yaml"}
PRETRAINING = Path(__file__).parents[1] / "pretraining"
MEASURED = ("eprstmt", "chineseharm")
TRIAL = 20


def pretrain(name: str, corpus: Path, output: Path, minutes: float) -> dict[str, Any]:
    """Train one recipe for its share of processor time and save the encoder."""
    sys.path.insert(0, str(PRETRAINING))
    from train import task_of

    from inkstone.components.nlp.packing import Pack
    from inkstone.components.nlp.pretraining import Pretraining, PretrainingSettings

    recipe = yaml.safe_load((PRETRAINING / RECIPES[name]).read_text("utf-8"))
    task, pack = task_of(recipe, corpus), Pack(corpus / "train")
    held_out = {path.name: Pack(path) for path in sorted(corpus.glob("held-out-*"))}
    settings = recipe["settings"] | {"evaluate_every": 10**6, "checkpoint_every": 200}
    costs = output / f"{name}-cost.json"
    if not costs.exists():
        with tempfile.TemporaryDirectory() as folder:
            trial = Pretraining(task, pack, {}, PretrainingSettings(**settings | {"steps": TRIAL}), Path(folder))
            started = time.process_time()
            trial.run()
            costs.write_text(json.dumps((time.process_time() - started) / TRIAL), "utf-8")
    steps = max(TRIAL, int(minutes * 60 / json.loads(costs.read_text("utf-8"))))
    chosen = PretrainingSettings(**settings | {"steps": steps, "decay_steps": steps // 6})
    training = Pretraining(task, pack, held_out, chosen, output / name / "checkpoints")
    found = training.run() if training.step < steps else training.evaluate()
    task.save(training.model, output / name / "encoder")
    return {"steps": steps, **found}


def fine_tune(name: str, encoder: Path, seed: int, threads: int) -> dict[str, float]:
    """Fine-tune on the training rows of one set and judge on its dev rows."""
    from inkstone.components.train.text_classification import SPEC, run

    train, dev, _ = SETS[name]()
    with tempfile.TemporaryDirectory() as folder:
        rows = table(Path(folder) / "train", train, tagging=False)
        surroundings = Surroundings(Path(folder) / "work", seed, threads)
        outputs = run(surroundings, {"train": rows}, SPEC.params(encoder=str(encoder), seed=seed))  # type: ignore[arg-type]
        return figures(load(outputs["model"].path, tagging=False), dev, tagging=False)


def main() -> None:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()

    import torch

    torch.set_num_threads(options.threads)
    options.output.mkdir(parents=True, exist_ok=True)
    path = options.output / "objectives.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for name in RECIPES:
        if name not in found:
            found[name] = {"pretraining": pretrain(name, options.corpus, options.output, options.minutes)}
            path.write_text(json.dumps(found, indent=1), "utf-8")
        for measured in MEASURED:
            for seed in range(options.seeds):
                key = f"{measured}/{seed}"
                if key not in found[name]:
                    encoder = options.output / name / "encoder"
                    found[name][key] = fine_tune(measured, encoder, seed, options.threads)
                    path.write_text(json.dumps(found, indent=1), "utf-8")
                    print(name, key, found[name][key], flush=True)
    print("\ndev accuracy (mean ± standard deviation)\n\n| objective | steps | " + " | ".join(MEASURED) + " |")
    print("| --- | ---: |" + " ---: |" * len(MEASURED))
    for name, lines in found.items():
        cells = [_cell([lines[f"{item}/{seed}"]["accuracy"] for seed in range(options.seeds)]) for item in MEASURED]
        print(f"| {name} | {lines['pretraining']['steps']:,} | " + " | ".join(cells) + " |")


def _cell(values: list[float]) -> str:
    spread = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.1f}{spread}"


if __name__ == "__main__":
    main()
