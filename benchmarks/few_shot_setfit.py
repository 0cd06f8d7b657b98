"""SetFit's own library on the rows and the encoder of the few-shot benchmark, to stand beside ``fewshot.contrastive``.

The library is no dependency of Inkstone. It runs in an environment of its own (setfit 1.2.0, sentence-transformers 6.2.0,
transformers 5.23):

    python -m venv /somewhere/setfit && /somewhere/setfit/bin/pip install setfit .
    PYTHONPATH=. /somewhere/setfit/bin/python benchmarks/few_shot_setfit.py --data eprstmt-32 --encoder FOLDER --seeds 5

``--iterations 10`` draws 20 pairs a row, as ``fewshot.contrastive`` does by default. Lines go to ``--output`` like those of
``few_shot.py``, whose table and plan read them too (method ``setfit``).
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from few_shot_sets import Few, load


def main() -> None:
    """Train and judge once a seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", default=["eprstmt-32"])
    parser.add_argument("--encoder", required=True, help="a folder")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--split", choices=("test", "dev"), default="test")
    parser.add_argument("--iterations", type=int, default=10)
    parser.add_argument("--output", type=Path, default=Path("few-shot-results.jsonl"))
    options = parser.parse_args()
    for name in options.data:
        for seed in range(options.seeds):
            cell = {"data": name, "method": "setfit", "encoder": options.encoder, "seed": seed, "split": options.split}
            line = {
                **cell,
                "set": {},
                **one(load(name, seed, options.split, 0), options.encoder, options.iterations, seed),
            }
            print(json.dumps(line, ensure_ascii=False), flush=True)
            with options.output.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


def one(few: Few, encoder: str, iterations: int, seed: int) -> dict[str, float]:
    """Train SetFit with its defaults and return figures on the test rows."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments
    from sklearn.metrics import accuracy_score, f1_score

    labels = sorted({label for label in few.train.labels or [] if label})
    rows = {"text": few.train.texts, "label": [labels.index(label or "") for label in few.train.labels or []]}
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        model = SetFitModel.from_pretrained(encoder, device="cpu")
        model.model_body.max_seq_length = 128
        arguments = TrainingArguments(
            output_dir=folder, batch_size=16, num_epochs=1, num_iterations=iterations, seed=seed, save_strategy="no",
            report_to="none", show_progress_bar=False,
        )  # fmt: skip
        Trainer(model=model, args=arguments, train_dataset=Dataset.from_dict(rows)).train()
        trained = time.perf_counter()
        found = [labels[int(number)] for number in model.predict(few.test.texts, use_labels=False)]
    return {
        "accuracy": float(accuracy_score(few.test.labels, found)),
        "macro_f1": float(f1_score(few.test.labels, found, average="macro")),
        "seconds": round(trained - began, 1),
        "judging_seconds": round(time.perf_counter() - trained, 1),
    }


if __name__ == "__main__":
    main()
