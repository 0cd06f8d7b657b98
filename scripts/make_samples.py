"""Writes the sample data of ``inkstone/assets/samples`` from the hand-written sentence material in ``scripts/samples``.

    python scripts/make_samples.py            write all files
    python scripts/make_samples.py risk_zh    write one
    python scripts/make_samples.py --check    only measure: macro-F1 of a character n-gram baseline on a fifth of the rows

The same material always gives the same files.
"""

import argparse
import csv
import json
import random
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
OUT = Path(__file__).resolve().parents[1] / "inkstone" / "assets" / "samples"
FILES = {"risk_zh": 3000, "risk_en": 2000, "topics_zh": 2000, "topics_en": 2000}
TAGGED = {"tagging_zh": 1200, "tagging_en": 1000}
SEVERAL = {"risk_labels_zh": ("risk_zh", 4000), "risk_labels_en": ("risk_en", 3000)}
"""Texts of several classes at once: whose material they are made of, and how many."""


class Writer:
    """Makes messages of one language from its material."""

    def __init__(self, material: ModuleType, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - nothing secret
        self.material = material
        self.slots = {name: self._choices(values) for name, values in material.SLOTS.items()}
        self.openers = material.OPENERS.splitlines()
        self.closers = material.CLOSERS.splitlines()
        self.cores = {label: lines.splitlines() for label, lines in material.CORES.items()}
        self.frames = material.FRAMES.splitlines()
        self.terms = {label: self._choices(terms) for label, terms in material.TERMS.items()}
        self.space = getattr(material, "SPACE", "")

    @staticmethod
    def _choices(values: str | list[str]) -> list[str]:
        if isinstance(values, list):
            return values
        return [value.strip() for value in values.split(";") if value.strip()] if ";" in values else values.split()

    def fill(self, pattern: str) -> str:
        """Fill the slots of a pattern, each place anew; a filling may hold slots itself."""

        def one(match: re.Match[str]) -> str:
            name = match.group(1)
            return self.fill(self.random.choice(self.slots[name]))

        return re.sub(r"\{(\w+)\}", one, pattern)

    def core(self, label: str) -> str:
        """Return the part of a message that decides its class: a sentence, half of one, two halves, or a rare word."""
        if self.random.random() < self.material.TERM_SHARE:
            term = self.random.choice(self.terms[label])
            return self.random.choice(self._frames(label)).replace("{term}", term)
        lines = self.cores[label]
        chance = self.random.random()
        if chance < self.material.HALVES:
            return self._half(lines)
        if chance < 2 * self.material.HALVES:
            return self.material.COMMA.join([self._half(lines), self._half(lines)])
        return self.random.choice(lines)

    def _frames(self, label: str) -> list[str]:
        """Return the sentences for a rare word: a class's own ones, all of them for harmless messages."""
        own = {name: lines.splitlines() for name, lines in getattr(self.material, "OWN_FRAMES", {}).items()}
        if label == self.material.HARMLESS:
            return self.frames + [line for lines in own.values() for line in lines]
        return own.get(label, self.frames)

    def _half(self, lines: list[str]) -> str:
        for _ in range(20):
            parts = re.split(self.material.COMMA.strip(), self.random.choice(lines))
            whole = self.random.choice(parts).strip()
            if len(re.sub(r"\{\w+\}", "__", whole)) >= self.material.SHORTEST:
                return whole
        return self.random.choice(lines)

    def message(self, label: str) -> str:
        """Return one message of a class."""
        material, chance = self.material, self.random.random
        core = self.core(label)
        if label == material.HARMLESS and chance() < material.QUOTED:
            bad = self.random.choice([name for name in self.cores if name != label])
            core = self.random.choice(material.QUOTING.splitlines()).replace("{core}", self.core(bad))
        elif label != material.HARMLESS and chance() < material.MASKED:
            core = self.random.choice(material.MASKING.splitlines()).replace("{core}", core)
        if chance() < 0.35:
            core = self.random.choice(self.openers) + self.space + core
        if chance() < 0.45:
            core = core + self.random.choice(material.JOINERS) + self.random.choice(self.closers)
        elif chance() < 0.4:
            core += self.random.choice(material.ENDS)
        text = self.fill(core)
        if label != material.HARMLESS and chance() < material.DISGUISED:
            text = self._disguise(text)
        return text

    def _disguise(self, text: str) -> str:
        for word, forms in self.material.DISGUISES.items():
            pattern = rf"\b{word}\b" if word.isascii() else word
            if re.search(pattern, text) and self.random.random() < 0.6:
                text = re.sub(pattern, self.random.choice(forms.split()), text)
        return text

    def rows(self, count: int) -> list[tuple[str, str]]:
        """Return ``count`` messages, all different even without their numbers, the classes in the wished shares."""
        rows: list[tuple[str, str]] = []
        seen: set[str] = set()
        for label, share in self.material.SHARES.items():
            wanted = round(count * share)
            made = tries = 0
            while made < wanted:
                tries += 1
                if tries > 200 * wanted:
                    raise SystemExit(f"not enough material for {label}: {made} of {wanted}")
                text = self.message(label)
                key = re.sub(r"[\W\d_]+", "", text).casefold()
                if key not in seen and len(key) >= 4:
                    seen.add(key)
                    rows.append((text, label))
                    made += 1
        self.random.shuffle(rows)
        return rows


def several_rows(material: ModuleType, count: int, seed: int) -> list[dict[str, Any]]:
    """Return texts of none, one, two or three harmful classes; half of the texts hold two messages or more, whatever they are."""
    writer = Writer(material, seed)
    chance = writer.random
    harmful = [label for label in material.SHARES if label != material.HARMLESS]
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    while len(rows) < count:
        labels = chance.sample(harmful, chance.choices([0, 1, 2, 3], [0.35, 0.35, 0.24, 0.06])[0])
        fillers = chance.choices([0, 1], [0.6, 0.4])[0] if labels else chance.choices([1, 2], [0.6, 0.4])[0]
        parts = [writer.message(label) for label in [*labels, *[material.HARMLESS] * fillers]]
        chance.shuffle(parts)
        text = " ".join(parts)
        if text not in seen:
            seen.add(text)
            rows.append({"text": text, "labels": [label for label in material.SHARES if label in labels]})
    return rows


def tagged_rows(material: ModuleType, count: int, seed: int) -> list[dict[str, Any]]:
    """Return texts with category, labels, keywords and entities, all different, as many of each category."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    slots = {
        name: [item.strip() for item in values.split(";")] if ";" in values else values.split()
        for name, values in material.SLOTS.items()
    }
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    classes = list(material.CLASSES)
    while len(rows) < count:
        category = classes[len(rows) % len(classes)]
        frame, _, labels = chance.choice(material.CLASSES[category].splitlines()).rpartition("|")
        row = _tagged(frame.strip(), slots, chance)
        row["text"] += chance.choice(material.ENDS)
        if row["text"] not in seen:
            seen.add(row["text"])
            names = [label.strip() for label in labels.split(";")]
            rows.append({"text": row["text"], "category": category, "labels": names, **row})
    chance.shuffle(rows)
    return rows


def _tagged(frame: str, slots: dict[str, list[str]], chance: random.Random) -> dict[str, Any]:
    """Fill a frame, and keep what becomes a keyword or an entity."""
    text, keywords, entities = "", [], []
    for part in re.split(r"(\{[^}]+\}|\*[^*]+\*)", frame):
        if part.startswith("*"):
            keywords.append(part.strip("*"))
            text += part.strip("*")
        elif part.startswith("{"):
            name = part.strip("{}!")
            filling = chance.choice(slots[name])
            if not name.startswith("_"):
                entities.append({"start": len(text), "end": len(text) + len(filling), "label": name})
            if part.endswith("!}"):
                keywords.append(filling)
            text += filling
        else:
            text += part
    return {"text": text, "keywords": list(dict.fromkeys(keywords)), "entities": entities}


def baseline(rows: list[tuple[str, str]], *, words: bool) -> float:
    """Return the macro-F1 of TF-IDF + logistic regression on a fifth of the rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline

    texts, labels = zip(*rows, strict=True)
    parts = train_test_split(texts, labels, test_size=0.2, stratify=labels, random_state=0)
    grams = {"analyzer": "word", "ngram_range": (1, 2)} if words else {"analyzer": "char", "ngram_range": (1, 3)}
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True, **grams), LogisticRegression(C=10, max_iter=300))
    model.fit(parts[0], parts[2])
    return float(f1_score(parts[3], model.predict(parts[1]), average="macro"))


def main() -> None:
    """Write or check the files."""
    import importlib

    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=[*FILES, *TAGGED, *SEVERAL])
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    for name in options.names:
        source, several = SEVERAL.get(name, (name, 0))
        material = importlib.import_module(f"samples.{source}")
        if name in TAGGED or several:
            if not options.check:
                made = (
                    several_rows(material, several, seed=20)
                    if several
                    else tagged_rows(material, TAGGED[name], seed=20)
                )
                lines = [json.dumps(row, ensure_ascii=False) for row in made]
                (OUT / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
                print(f"{name}.jsonl: {len(lines)} rows")
            continue
        rows = Writer(material, seed=20).rows(FILES[name])
        if options.check:
            score = baseline(rows, words=name.endswith("_en"))
            print(f"{name}: {len(rows)} rows, n-gram macro-F1 {score:.3f}")
            continue
        with (OUT / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["text", "label"])
            writer.writerows(rows)
        print(f"{name}.csv: {len(rows)} rows")


if __name__ == "__main__":
    main()
