"""Pre-train an encoder on packs that ``prepare.py`` made; run it again to resume.

    python pretraining/train.py pretraining/zh_tiny.yaml CORPUS OUTPUT [--threads 1]

OUTPUT receives ``checkpoints/``, ``log.jsonl`` and, at the end, ``encoder/`` in Hugging Face format. For the last phase, in which
the learning rate falls, start it with ``--steps`` set: the recipe's ``decay_steps`` are the last of these. On a processor,
MALLOC_MMAP_THRESHOLD_=2000000000 MALLOC_TRIM_THRESHOLD_=4000000000 spare some page faults.

A recipe may also say, and the command line may say instead:

- ``objective: rtd``: learn to tell replaced tokens (ELECTRA) instead of guessing masked ones; ``task`` then also takes
  ``generator_layers``, ``sharing`` and ``weight``, see ``inkstone/components/nlp/replaced_tokens.py``;
- ``start_from: FOLDER`` (``--start-from``): begin with the weights of an encoder (``export.py`` makes one of any checkpoint) that
  has the corpus' tokenizer; the optimiser starts anew;
- ``distil: {teacher: FOLDER, share: 0.5, temperature: 2.0, relations: 1.0}`` (``--teacher`` for the folder): learn from a larger
  encoder with the same tokenizer, see ``inkstone/components/nlp/pretraining_distillation.py``.
"""

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from inkstone.components.nlp.masked_lm import MaskedLanguageModel


def task_of(recipe: dict[str, Any], corpus: Path) -> "MaskedLanguageModel":
    """Make the task of a recipe."""
    from inkstone.components.nlp.masked_lm import MaskedLanguageModel
    from inkstone.components.nlp.replaced_tokens import ReplacedTokenDetection

    about = dict(recipe["task"])
    about["warm_start"] = str(corpus / "train") if about.pop("warm_start", False) else None
    about["encoder"] = str(corpus / "tokenizer")
    if recipe.get("start_from"):
        about |= {"encoder": recipe["start_from"], "shape": None, "warm_start": None}
    kind = {"mlm": MaskedLanguageModel, "rtd": ReplacedTokenDetection}[recipe.get("objective", "mlm")]
    return kind(distil=recipe.get("distil"), **about)


def main() -> None:
    """Train as the recipe says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, help="instead of the recipe's")
    parser.add_argument("--decay-steps", type=int, help="instead of the recipe's")
    parser.add_argument("--start-from", help="instead of the recipe's")
    parser.add_argument("--teacher", help="instead of the folder that the recipe's distil names")
    options = parser.parse_args()

    import torch

    from inkstone.components.nlp.packing import Pack
    from inkstone.components.nlp.pretraining import Pretraining, PretrainingSettings

    torch.set_num_threads(options.threads)
    recipe = yaml.safe_load(options.recipe.read_text("utf-8"))
    overrides = {"steps": options.steps, "decay_steps": options.decay_steps}
    chosen = recipe["settings"] | {name: value for name, value in overrides.items() if value is not None}
    if options.start_from:
        recipe["start_from"] = options.start_from
    if options.teacher:
        recipe["distil"] = (recipe.get("distil") or {}) | {"teacher": options.teacher}
    task = task_of(recipe, options.corpus)
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
