"""Measures risk control: the combined model and its policy against n-gram TF-IDF, under disguises, and its speed.

    python benchmarks/risk_control.py --sets chineseharm cold fbs_sms sms_spam_en --systems ngram linear combined --seeds 1
    python benchmarks/risk_control.py --sets chineseharm --systems combined --encoder inkstone-zh-small --out results.jsonl
    python benchmarks/risk_control.py --sets chineseharm_several --systems ngram combined --out results.jsonl
    python benchmarks/risk_control.py --throughput --out results.jsonl

Every finished measurement is one line of ``--out``; measurements that stand there already are not made again. Test rows choose
nothing: thresholds and weights come from the training rows, scored by models that had not seen them.

chineseharm, sms_spam_en: a stratified 80/20 drawn with the seed. cold: train to dev. fbs_sms: 13 types, 80/20 of groups of
near-duplicates, so that the same message never stands on both sides. chineseharm_several: texts of several classes at once, made
of the messages of chineseharm after its split, see ``risk_control_several``.
"""

import argparse
import csv
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import risk_control_several

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))
SEVERAL = "chineseharm_several"
DATA = Path(os.environ.get("INKSTONE_DATA") or ROOT.parent / "shared" / "data")
Rows = list[tuple[str, str]]
SAFE = {"chineseharm": "不违规", "cold": "0", "fbs_sms": "Other", "sms_spam_en": "ham"}


def chineseharm(seed: int) -> tuple[Rows, Rows]:
    """Return training and test rows of chineseharm."""
    items = json.loads((DATA / "chineseharm_bench" / "train.json").read_text("utf-8"))
    return _split([(str(item["文本"]), str(item["标签"])) for item in items], seed)


def cold(_seed: int) -> tuple[Rows, Rows]:
    """Return train and dev of COLD."""

    def read(name: str) -> Rows:
        with (DATA / "cold" / name).open(encoding="utf-8", newline="") as file:
            return [(row["TEXT"], row["label"]) for row in csv.DictReader(file)]

    return read("train.csv"), read("dev.csv")


def fbs_sms(seed: int) -> tuple[Rows, Rows]:
    """Return the spam messages of 13 types, near-duplicates on one side."""
    rows = [
        ("".join(line.split()), path.name)
        for path in sorted((DATA / "fbs_sms").iterdir())
        if path.suffix != ".md"
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    ]
    return _split(rows, seed, _near)


def sms_spam_en(seed: int) -> tuple[Rows, Rows]:
    """Return ham and spam; the same message on one side."""
    lines = (DATA / "sms_spam_en" / "SMSSpamCollection").read_text("utf-8").splitlines()
    rows = [(text, label) for label, _, text in (line.partition("\t") for line in lines) if text]
    return _split(rows, seed, _near)


SETS: dict[str, Callable[[int], tuple[Rows, Rows]]] = {
    "chineseharm": chineseharm,
    "cold": cold,
    "fbs_sms": fbs_sms,
    "sms_spam_en": sms_spam_en,
}


def _near(text: str) -> str:
    """Return a key that messages from one frame share: letters and characters alone, numbers and links left out."""
    return "".join(sign for sign in text.lower() if sign.isalpha())[:24]


def _split(rows: Rows, seed: int, key: Callable[[str], str] = str) -> tuple[Rows, Rows]:
    """Deal groups of rows out to 80/20, class by class."""
    groups: dict[tuple[str, str], Rows] = {}
    for text, label in rows:
        groups.setdefault((label, key(text)), []).append((text, label))
    owner: dict[str, bool] = {}  # a text under two labels goes where its first group went
    train: Rows = []
    test: Rows = []
    for label in sorted({label for label, _ in groups}):
        own = sorted(name for name in groups if name[0] == label)
        random.Random(f"{seed}/{label}").shuffle(own)  # noqa: S311 - no secrets here
        left = round(0.2 * sum(len(groups[name]) for name in own))
        for name in own:
            to_test = owner.setdefault(name[1], left > 0)
            (test if to_test else train).extend(groups[name])
            left -= len(groups[name]) if to_test else 0
    return train, test


def measure(name: str, system: str, seed: int, encoder: str, folds: int) -> dict[str, Any]:
    """Train one system on one set and return its figures on the test rows."""
    from component_context import ComponentContext

    from inkstone.components.artifacts import Table
    from inkstone.components.nlp.fewshot.folds import as_table
    from inkstone.components.nlp.rows import TextRows

    train, test = SETS[name](seed)
    labels = sorted({label for _, label in train})

    def table(rows: Rows, folder: Path) -> Table:
        texts, given = [text for text, _ in rows], [label for _, label in rows]
        return as_table(TextRows(list(range(len(rows))), texts, None, list(given)), labels, folder)

    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        context = ComponentContext(root / "work", seed=seed)

        kept = partial(risk_control_several.keep, root)
        parts = {"train": table(train, root / "train"), "test": table(test, root / "test")}
        begun = time.perf_counter()
        plain = kept(context.run("train.ngram_baseline", {"train": parts["train"]})["model"], "plain")
        figures: dict[str, Any] = {}
        if system == "ngram":
            model = plain
        else:
            clean = kept(context.run("text.normalise", {"table": parts["train"]})["table"], "clean")
            params: dict[str, Any] = {"folds": folds, "use_encoder": system == "combined", "encoder": encoder}
            made = context.run("train.combined_classification", {"train": clean}, **params)
            figures["weights"] = made["metrics"].read()["weights"]
            inner, scored = kept(made["model"], "inner"), kept(made["scored"], "scored")
            found = context.run(
                "text.decision_policy", {"model": inner, "scored": scored}, safe_class=SAFE[name], wished=0.95
            )
            model = kept(found["model"], "model")
        figures["seconds"] = round(time.perf_counter() - begun, 1)
        values = context.run("evaluate.classification", {"model": model, "table": parts["test"]})["metrics"].read()[
            "values"
        ]
        figures |= {key: round(values[key], 4) for key in ("accuracy", "macro_f1", "ece")}
        inputs = {"model": model, "table": parts["test"], "plain": plain}
        robust = context.run("evaluate.robustness", inputs, safe_class=SAFE[name])["metrics"].read()
        figures["disguised"] = {
            row["attack"]: [round(row["macro_f1"], 4), round(row["plain_macro_f1"], 4)] for row in robust["attacks"]
        }
        if system != "ngram":
            decided = context.run("evaluate.decisions", {"model": model, "table": parts["test"]})["metrics"].read()
            figures["decisions"] = {
                key: round(decided["values"][key], 4)
                for key in ("block_precision", "block_recall", "caught", "reviewed", "wrongly_blocked")
            }
            figures["block_precision"] = {row["label"]: row["block_precision"] for row in decided["per_class"]}
            figures["recall_at"] = decided["recall_at"]
    return figures | {"train": len(train), "test": len(test)}


def measure_several(system: str, seed: int, encoder: str) -> dict[str, Any]:
    """Train one system on texts of several classes and return its figures on the test rows."""

    train, test = chineseharm(seed)
    train, dev = _split(train, seed)
    parts = {"train": train, "dev": dev, "test": test}
    return risk_control_several.measure(parts, SAFE["chineseharm"], system, seed, encoder)


def throughput(encoder: str, use_encoder: bool, words: int) -> dict[str, Any]:
    """Return short texts a second of the whole answer, with a word list of ``words`` entries, on two processors.

    Encoders run as graphs, as in a deployment.
    """
    from component_context import ComponentContext

    from inkstone.components.nlp.export import write_onnx
    from inkstone.components.nlp.fewshot.folds import as_table
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.lexicon.entries import Entry, write_lexicon
    from inkstone.components.nlp.risk.model import RiskText
    from inkstone.components.nlp.rows import TextRows

    train, test = chineseharm(0)
    labels = sorted({label for _, label in train})
    pool = [text for text, _ in train]
    draw = random.Random(0)  # noqa: S311 - no secrets here
    entries = []
    while len(entries) < words:
        text = draw.choice(pool)
        start, size = draw.randrange(max(1, len(text))), draw.randint(3, 8)
        entries.append(Entry(f"{text[start : start + size]}{len(entries)}", "test", "review"))
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        context = ComponentContext(root / "work")
        rows = TextRows(list(range(len(train))), pool, None, [label for _, label in train])
        kept = partial(risk_control_several.keep, root)
        clean = kept(context.run("text.normalise", {"table": as_table(rows, labels, root / "train")})["table"], "clean")
        params: dict[str, Any] = {"folds": 2, "use_encoder": use_encoder, "encoder": encoder, "epochs": 1.0}
        made = context.run("train.combined_classification", {"train": clean}, **params)
        lexicon = write_lexicon(root / "lexicon", entries)
        inputs = {
            "model": kept(made["model"], "model"),
            "scored": kept(made["scored"], "scored"),
            "lexicon": lexicon,
        }
        found = context.run("text.decision_policy", inputs, safe_class=SAFE["chineseharm"])
        folder = found["model"].path
        if use_encoder:  # as a deployment does
            folder = root / "graph"
            write_onnx(found["model"].path, folder, ())
        begun = time.perf_counter()
        model = load_model(folder)
        loaded = time.perf_counter() - begun
        assert isinstance(model, RiskText)
        texts = [text[:64] for text, _ in test] * 3
        model.decide(texts[:200])
        wall, cpu = time.perf_counter(), time.process_time()
        for start in range(0, len(texts), 256):
            model.decide(texts[start : start + 256])
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "texts": len(texts),
        "words": words,
        "load_seconds": round(loaded, 1),
        "texts_a_second": round(len(texts) / wall, 1),
        "texts_a_processor_second": round(len(texts) / cpu, 1),
    }


def wanted(args: argparse.Namespace) -> Iterator[tuple[dict[str, Any], Callable[[], dict[str, Any]]]]:
    """Yield what names each measurement, and the measurement."""
    if args.throughput:
        for use in (False, True):
            key = {
                "set": "throughput",
                "system": "combined" if use else "linear",
                "encoder": args.encoder if use else "",
            }
            yield key, lambda use=use: throughput(args.encoder, use, args.words)
        return
    for name in args.sets:
        for system in args.systems:
            for seed in range(args.seeds):
                key = {
                    "set": name,
                    "system": system,
                    "seed": seed,
                    "encoder": args.encoder if system == "combined" else "",
                }
                if name == SEVERAL:
                    yield key, lambda system=system, seed=seed: measure_several(system, seed, args.encoder)
                    continue
                yield (
                    key,
                    lambda name=name, system=system, seed=seed: measure(name, system, seed, args.encoder, args.folds),
                )


def main() -> None:
    """Make the measurements asked for that are not in the results yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=[*SETS, SEVERAL], default=list(SETS))
    parser.add_argument("--systems", nargs="+", choices=("ngram", "linear", "combined"), default=["ngram", "linear"])
    parser.add_argument("--encoder", default="inkstone-zh-tiny", help="of the system combined")
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--throughput", action="store_true")
    parser.add_argument("--words", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path("risk_control.jsonl"))
    args = parser.parse_args()
    if SEVERAL in args.sets and "linear" in args.systems:
        parser.error(f"{SEVERAL} knows the systems ngram and combined")
    lines = args.out.read_text("utf-8").splitlines() if args.out.exists() else []
    done = [json.loads(line) for line in lines if line.strip()]
    for key, work in wanted(args):
        if any(all(line.get(name) == value for name, value in key.items()) for line in done):
            continue
        result = key | work()
        with args.out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(result, ensure_ascii=False) + "\n")
        print(json.dumps(result, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
