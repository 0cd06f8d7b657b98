"""Holds our training against a plain Hugging Face Trainer script: the same model, rows, batch size, epochs, one process.

Both run as processes of their own, one after the other, as often as asked; the table shows medians. Whatever else the
machine does hits both, so the ratio says more than the seconds.

    python benchmarks/training_speed.py --encoder FOLDER --data train.csv --text text --label label [--rows 2000] [--repeat 3]
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WAYS = ("plain", "inkstone", "inkstone fp32")


def read(data: Path, text: str, label: str, rows: int) -> tuple[list[str], list[str]]:
    """Return texts and labels of the first rows of a CSV or JSON file."""
    import pandas as pd

    frame = pd.read_json(data) if data.suffix == ".json" else pd.read_csv(data)
    frame = frame.sample(frac=1.0, random_state=0).head(rows)
    return frame[text].astype(str).tolist(), frame[label].astype(str).tolist()


def plain(options: argparse.Namespace, texts: list[str], labels: list[str], dev: int, folder: Path) -> dict[str, float]:
    """Train as the documentation of transformers does: dynamic padding, fp32, a dev pass an epoch."""
    import numpy as np
    from datasets import Dataset
    from sklearn.metrics import f1_score
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
    )

    names = sorted(set(labels))
    tokenizer = AutoTokenizer.from_pretrained(options.encoder)
    rows = Dataset.from_dict({"text": texts, "labels": [names.index(label) for label in labels]})
    rows = rows.map(lambda batch: tokenizer(batch["text"], truncation=True, max_length=options.length), batched=True)
    model = AutoModelForSequenceClassification.from_pretrained(
        options.encoder, num_labels=len(names), use_safetensors=True
    )
    arguments = TrainingArguments(
        output_dir=str(folder / "plain"),
        num_train_epochs=options.epochs,
        per_device_train_batch_size=options.batch,
        per_device_eval_batch_size=2 * options.batch,
        learning_rate=5e-5,
        warmup_steps=0.1,
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="macro_f1",
        use_cpu=True,
        report_to="none",
        disable_tqdm=True,
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=rows.select(range(dev, len(rows))),
        eval_dataset=rows.select(range(dev)),
        processing_class=tokenizer,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=lambda found: {
            "macro_f1": f1_score(found.label_ids, np.argmax(found.predictions, axis=1), average="macro")
        },
    )
    trainer.train()
    trainer.save_model(str(folder / "model"))
    return {"macro_f1": trainer.state.best_metric or 0.0}


def ours(  # noqa: PLR0917 - one call, all of it needed
    options: argparse.Namespace, texts: list[str], labels: list[str], dev: int, folder: Path, precision: str
) -> dict[str, float]:
    """Train the same with our loop."""
    from inkstone.backend.runtime.reporter import Reporter
    from inkstone.backend.runtime.training import fit
    from inkstone.components.artifacts import ColumnInfo, Table
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.fitting import FitSettings
    from inkstone.components.nlp.recipes import recipe_for
    from inkstone.components.nlp.text_classification import Settings, TextClassification
    from inkstone.components.spec import Resources

    def table(name: str, part: slice) -> Table:
        with TableWriter(
            folder / name, [ColumnInfo(name=item, dtype="string") for item in ("text", "label")]
        ) as writer:
            writer.write({"text": texts[part], "label": labels[part]})
        return writer.finish(roles={"text": "text", "label": "label"})

    recipe = recipe_for(options.encoder, Path(options.encoder), len(texts))
    task = TextClassification(
        Settings(
            encoder=options.encoder,
            labels=tuple(sorted(set(labels))),
            max_length=options.length,
            pooling=recipe.pooling,
        )
    )
    result = fit(
        task,
        table("train", slice(dev, None)),
        table("dev", slice(dev)),
        FitSettings.model_validate(
            {
                "epochs": options.epochs,
                "batch_size": options.batch,
                "precision": precision,
                "head_rate": recipe.head_rate,
            }
        ),
        resources=Resources(cpus=options.threads),
        folder=folder / "fit",
        reporter=Reporter(folder / "run", "train"),
        distributed=False,
    )
    return {"macro_f1": result.best["macro_f1"], "loop_seconds": result.seconds}


def measure(options: argparse.Namespace) -> None:
    """Body of one process: train one way, print what it took."""
    began = time.perf_counter()
    texts, labels = read(Path(options.data), options.text, options.label, options.rows)
    with tempfile.TemporaryDirectory() as temporary:
        if options.way == "plain":
            found = plain(options, texts, labels, options.rows // 10, Path(temporary))
        else:
            precision = "fp32" if options.way.endswith("fp32") else "auto"
            found = ours(options, texts, labels, options.rows // 10, Path(temporary), precision)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    found |= {"seconds": time.perf_counter() - began, "processor_seconds": usage.ru_utime + usage.ru_stime}
    found["peak_mib"] = usage.ru_maxrss / 1024
    print(json.dumps(found))


def run(arguments: list[str], way: str, threads: int) -> dict[str, Any]:
    """Start one process and return what it printed; its wall time includes starting Python."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "false"}
    began = time.perf_counter()
    command = [sys.executable, __file__, *arguments, "--way", way]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {"seconds": time.perf_counter() - began}


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--encoder", required=True, help="a folder in Hugging Face format")
    parser.add_argument("--data", required=True, help="CSV or JSON with labelled texts")
    parser.add_argument("--text", default="text")
    parser.add_argument("--label", default="label")
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--way", choices=WAYS)
    options = parser.parse_args()
    if options.way:
        measure(options)
        return
    found: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(options.repeat):
        for way in WAYS:
            found[way].append(run(sys.argv[1:], way, options.threads))
    print("| way | wall seconds | ratio | processor seconds | peak MiB | dev macro-F1 |\n|---|---|---|---|---|---|")
    medians = {
        way: {key: statistics.median(item[key] for item in items) for key in items[0]} for way, items in found.items()
    }
    for way, item in medians.items():
        ratio = item["seconds"] / medians["plain"]["seconds"]
        print(
            f"| {way} | {item['seconds']:.1f} | {ratio:.2f} | {item['processor_seconds']:.1f} "
            f"| {item['peak_mib']:.0f} | {item['macro_f1']:.4f} |"
        )


if __name__ == "__main__":
    main()
