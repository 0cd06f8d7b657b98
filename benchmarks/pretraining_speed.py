"""Holds our masked-language-model training against a plain Hugging Face script: the same model, sequences and batch.

    python benchmarks/pretraining_speed.py CORPUS [--steps 20] [--repeat 3] [--threads 1] [--compiled]

CORPUS is what ``pretraining/prepare.py`` made. ``plain`` is what the example script of transformers does: ``Trainer``, full
sequences, ``DataCollatorForLanguageModeling``, logits for every position, fp32; ``plain bf16`` adds ``bf16=True``. The ways take turns in
one process, so whatever else the machine does hits all of them; the table shows medians in tokens a second.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np


def plain(corpus: Path, model: Any, steps: int, batch: int, bf16: bool) -> float:
    """Train with transformers' own parts and return tokens a second."""
    from datasets import Dataset
    from transformers import AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

    from inkstone.components.nlp.packing import Pack

    tokenizer = AutoTokenizer.from_pretrained(corpus / "tokenizer")
    tokens, _ = Pack(corpus / "train").open().take(np.arange(steps * batch))
    rows = Dataset.from_dict({"input_ids": tokens}).with_format("torch")
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            max_steps=steps,
            per_device_train_batch_size=batch,
            bf16=bf16,
            use_cpu=True,
            report_to="none",
            save_strategy="no",
            logging_strategy="no",
            disable_tqdm=True,
        )
        trainer = Trainer(
            model, arguments, train_dataset=rows, data_collator=DataCollatorForLanguageModeling(tokenizer)
        )
        started = time.monotonic()
        trainer.train()
        return tokens.size / (time.monotonic() - started)


def ours(corpus: Path, task: Any, steps: int, batch: int, compiled: bool = False) -> float:
    """Train with our loop and return tokens a second; a compiled one without the time of compiling."""
    if compiled:
        short, long = (_seconds(corpus, task, count, batch, True)[0] for count in (steps, 3 * steps))
        _, tokens = _seconds(corpus, task, 1, batch, False)
        return 2 * steps * tokens / (long - short)
    seconds, tokens = _seconds(corpus, task, steps, batch, False)
    return steps * tokens / seconds


def _seconds(corpus: Path, task: Any, steps: int, batch: int, compiled: bool) -> tuple[float, int]:
    """Return how long our loop takes, and the tokens of a step."""
    from inkstone.components.nlp.packing import Pack
    from inkstone.components.nlp.pretraining import Pretraining, PretrainingSettings

    pack = Pack(corpus / "train")
    settings = PretrainingSettings(
        steps=steps,
        batch_size=batch,
        micro_batch_size=batch,
        report_every=steps,
        evaluate_every=10**6,
        compile=compiled,
    )
    with tempfile.TemporaryDirectory() as folder:
        training = Pretraining(task, pack, {}, settings, Path(folder))
        started = time.monotonic()
        training.run()
        return time.monotonic() - started, batch * pack.info.length


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compiled", action="store_true", help="measure torch.compile, too")
    options = parser.parse_args()

    import torch
    from transformers import BertConfig, BertForMaskedLM

    from inkstone.components.nlp.masked_lm import MaskedLanguageModel, Shape

    torch.set_num_threads(options.threads)
    task = MaskedLanguageModel(encoder=str(options.corpus / "tokenizer"), shape=Shape())
    sizes = {"hidden_size": 192, "num_hidden_layers": 3, "num_attention_heads": 3, "intermediate_size": 768}
    seen: dict[str, list[float]] = {"plain": [], "plain bf16": [], "inkstone": []}
    if options.compiled:
        seen["inkstone compiled"] = []
    for _ in range(options.repeat):
        for way, speeds in seen.items():
            if way.startswith("inkstone"):
                speeds.append(ours(options.corpus, task, options.steps, options.batch, way.endswith("compiled")))
            else:
                model = BertForMaskedLM(BertConfig(vocab_size=len(task.tokenizer()), **sizes))
                speeds.append(plain(options.corpus, model, options.steps, options.batch, way == "plain bf16"))
            print(f"{way}: {speeds[-1]:,.0f} tokens/s", flush=True)
    base = statistics.median(seen["plain"])
    print("\n| way | tokens/s | ratio |\n| --- | --- | --- |")
    for way, speeds in seen.items():
        print(f"| {way} | {statistics.median(speeds):,.0f} | {statistics.median(speeds) / base:.2f} |")


if __name__ == "__main__":
    main()
