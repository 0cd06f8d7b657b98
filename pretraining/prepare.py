"""Prepare a corpus for pre-training: clean it of evaluation texts, learn a tokenizer, pack it.

    python pretraining/prepare.py pretraining/corpus_zh.yaml OUTPUT --vocabulary 10240 --length 128

OUTPUT receives ``text/*.txt.gz`` (what is left of each source), ``tokenizer/``, ``train/`` and ``held-out-NAME/`` (packs) and
``report.json`` (what was read, taken, and left out, by source). The same input gives the same bytes.

    python pretraining/prepare.py pretraining/corpus_zh.yaml OUTPUT --check

holds the passages that OUTPUT was packed from against the evaluation texts once more, by the rules of today, and says how many
of them would be left out; nothing is written.
"""

import argparse
import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from inkstone.components.nlp.corpus import read_corpus, read_documents
from inkstone.components.nlp.duplicates import KnownTexts, text_key
from inkstone.components.nlp.packing import Packer
from inkstone.components.nlp.wordpiece import learn_wordpiece, save_wordpiece

DATA = Path(os.environ.get("INKSTONE_DATA", Path(__file__).parents[2] / "shared" / "data"))
HELD_OUT_ONE_IN = 100


def read_recipe(path: Path) -> dict[str, Any]:
    """Read a recipe; its ``evaluation`` may name another recipe beside it, whose list is then taken."""
    recipe: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    if isinstance(recipe["evaluation"], str):
        recipe["evaluation"] = read_recipe(path.parent / recipe["evaluation"])["evaluation"]
    return recipe


def passages(source: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of one entry of the recipe."""
    return read_documents(DATA / source["path"], source.get("fields", ()), source.get("separator", "\t"))


def evaluation_texts(recipe: dict[str, Any]) -> KnownTexts:
    """Collect the texts that must not be learned from."""
    evaluation = KnownTexts()
    for entry in recipe["evaluation"]:
        evaluation.add(passages(entry))
    print(f"{len(evaluation)} evaluation texts", flush=True)
    return evaluation


def check(recipe: dict[str, Any], output: Path) -> None:
    """Print how many passages of each cleaned source the rules of today would leave out, and their characters."""
    evaluation = evaluation_texts(recipe)
    for source in recipe["sources"]:
        counts: Counter[str] = Counter()
        for passage in read_documents(output / "text" / f"{source['name']}.txt.gz"):
            counts["passages"] += 1
            if (match := evaluation.match(passage)) is not None:
                counts[f"evaluation_{match}"] += 1
                counts["characters"] += len(passage)
        print(source["name"], dict(counts), flush=True)


def clean(recipe: dict[str, Any], output: Path) -> dict[str, Any]:
    """Write what may be learned from, a file a source, and say what was left out."""
    evaluation = evaluation_texts(recipe)
    seen: set[bytes] = set()
    report: dict[str, Any] = {"evaluation_texts": len(evaluation), "sources": {}}
    folder = output / "text"
    folder.mkdir(parents=True, exist_ok=True)
    for source in recipe["sources"]:
        counts: Counter[str] = Counter()
        # A fixed time in the header keeps the bytes the same.
        with gzip.GzipFile(folder / f"{source['name']}.txt.gz", "wb", compresslevel=1, mtime=0) as file:
            for passage in passages(source):
                counts["read"] += 1
                key = text_key(passage)
                if int.from_bytes(key, "big") / 2**64 >= source.get("share", 1):
                    counts["over_share"] += 1
                elif key in seen:
                    counts["duplicate"] += 1
                elif (match := evaluation.match(passage)) is not None:
                    counts[f"evaluation_{match}"] += 1
                else:
                    seen.add(key)
                    counts["taken"] += 1
                    counts["characters"] += len(passage)
                    file.write((" ".join(passage.split()) + "\n").encode())
        report["sources"][source["name"]] = dict(counts)
        print(source["name"], dict(counts), flush=True)
    return report


def is_held_out(passage: str) -> bool:
    """Set a fixed hundredth aside, chosen by the text itself."""
    return int.from_bytes(text_key(passage)[-4:], "big") % HELD_OUT_ONE_IN == 0


def pack(recipe: dict[str, Any], output: Path, length: int) -> dict[str, Any]:
    """Pack the cleaned texts into training and held-out sequences."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(output / "tokenizer")
    train = Packer(output / "train", tokenizer, length)
    aside: dict[str, Packer] = {}
    tokens: Counter[str] = Counter()
    for source in recipe["sources"]:
        path, group = output / "text" / f"{source['name']}.txt.gz", source["held_out"]
        if group not in aside:
            aside[group] = Packer(output / f"held-out-{group}", tokenizer, length)
        aside[group].add(passage for passage in read_documents(path) if is_held_out(passage))
        tokens[source["name"]] = train.add(passage for passage in read_documents(path) if not is_held_out(passage))
        print(source["name"], tokens[source["name"]], "tokens", flush=True)
    packs = {"train": train.close()} | {f"held-out-{name}": packer.close() for name, packer in aside.items()}
    facts = {name: {"rows": item.info.rows, "tokens": item.info.tokens} for name, item in packs.items()}
    return {"tokens": dict(tokens), "packs": facts}


def main() -> None:
    """Run the three steps; a step whose output exists is not run again unless ``--fresh`` is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--vocabulary", type=int, default=10240)
    parser.add_argument("--characters", type=int, default=6400)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    recipe = read_recipe(options.recipe)
    if options.check:
        check(recipe, options.output)
        return
    report_path = options.output / "report.json"
    report: dict[str, Any] = {}
    if report_path.exists() and not options.fresh:
        report = json.loads(report_path.read_text("utf-8"))
    start = time.monotonic()
    if "sources" not in report:
        report |= clean(recipe, options.output)
        report_path.write_text(json.dumps(report, ensure_ascii=False, indent=2), "utf-8")
    print(f"cleaned, {time.monotonic() - start:.0f} s", flush=True)
    if not (options.output / "tokenizer" / "vocab.txt").exists() or options.fresh:
        files = [options.output / "text" / f"{source['name']}.txt.gz" for source in recipe["sources"]]
        vocabulary = learn_wordpiece(lambda: read_corpus(files), options.vocabulary, characters=options.characters)
        save_wordpiece(vocabulary, options.output / "tokenizer")
    print(f"tokenizer, {time.monotonic() - start:.0f} s", flush=True)
    report |= pack(recipe, options.output, options.length)
    report_path.write_text(json.dumps(report, ensure_ascii=False, indent=2), "utf-8")
    print(f"packed, {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
