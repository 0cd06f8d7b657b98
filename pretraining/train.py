"""Pre-train an encoder on packs that ``prepare.py`` made; run it again to resume.

    python pretraining/train.py pretraining/zh_tiny.yaml CORPUS OUTPUT [--threads 1]

OUTPUT receives ``checkpoints/``, ``log.jsonl`` and, at the end, ``encoder/`` in Hugging Face format. For the last phase, in which
the learning rate falls, start it with ``--steps`` set: the recipe's ``decay_steps`` are the last of these. On a processor,
MALLOC_MMAP_THRESHOLD_=2000000000 MALLOC_TRIM_THRESHOLD_=4000000000 spare some page faults.
"""

import argparse
import json
import time
from pathlib import Path

import yaml


def main() -> None:
    """Train as the recipe says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, help="instead of the recipe's")
    parser.add_argument("--decay-steps", type=int, help="instead of the recipe's")
    options = parser.parse_args()

    import torch

    from inkstone.components.nlp.masked_lm import MaskedLanguageModel
    from inkstone.components.nlp.packing import Pack
    from inkstone.components.nlp.pretraining import Pretraining, PretrainingSettings

    torch.set_num_threads(options.threads)
    recipe = yaml.safe_load(options.recipe.read_text("utf-8"))
    overrides = {"steps": options.steps, "decay_steps": options.decay_steps}
    chosen = recipe["settings"] | {name: value for name, value in overrides.items() if value is not None}
    about = dict(recipe["task"])
    if about.pop("warm_start", False):
        about["warm_start"] = str(options.corpus / "train")
    task = MaskedLanguageModel(encoder=str(options.corpus / "tokenizer"), **about)
    held_out = {path.name: Pack(path) for path in sorted(options.corpus.glob("held-out-*"))}
    options.output.mkdir(parents=True, exist_ok=True)
    with (options.output / "log.jsonl").open("a", encoding="utf-8", buffering=1) as log:

        def report(name: str, value: float, step: int) -> None:
            log.write(json.dumps({"time": round(time.time()), "step": step, "name": name, "value": value}) + "\n")

        training = Pretraining(
            task,
            Pack(options.corpus / "train"),
            held_out,
            PretrainingSettings(**chosen),
            options.output / "checkpoints",
            report=report,
        )
        print(
            f"{sum(p.numel() for p in training.model.parameters()):,} parameters, from step {training.step}", flush=True
        )
        print(json.dumps(training.run(), indent=2), flush=True)
    task.save(training.model, options.output / "encoder")


if __name__ == "__main__":
    main()
