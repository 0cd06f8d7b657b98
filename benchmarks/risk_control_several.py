"""Texts of several classes at once for ``risk_control.py``: made of the messages of a set, and the systems held against each other.

Every text is three messages in random order, so that neither their number nor the length of the whole tells anything: harmless
messages are pieces of harmless texts between punctuation, and every message is drawn by a length that does not ask for its class.
Of three texts in a row one holds no harmful message, one those of a single class, and one those of two classes (one in four: three).
"""

import random
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

Rows = list[tuple[str, str]]
Several = list[tuple[str, list[str]]]
PARTS = 3
SHORTEST, LONGEST = 6, 48
SIZES = {"train": 3000, "dev": 750, "test": 950}
DECISIONS = ("block_precision", "block_recall", "caught", "reviewed", "wrongly_blocked")
_CLAUSE = re.compile(r"[^。！？!?；;，,\n]+[。！？!?；;，,\n]*")


def pools(rows: Rows, safe: str) -> dict[str, list[str]]:
    """Return the messages of each class that are neither very short nor long, without doubles, the shortest first."""
    found: dict[str, set[str]] = {}
    for text, label in rows:
        for piece in pieces(text) if label == safe else [text.strip()]:
            if SHORTEST <= len(piece) <= LONGEST:
                found.setdefault(label, set()).add(piece)
    return {label: sorted(held, key=lambda item: (len(item), item)) for label, held in sorted(found.items())}


def pieces(text: str) -> Iterator[str]:
    """Yield runs of clauses of at most ``LONGEST`` characters."""
    run = ""
    for clause in _CLAUSE.findall(text):
        if run and len(run) + len(clause) > LONGEST:
            yield run.strip()
            run = ""
        run += clause
    if run:
        yield run.strip()


def joined(rows: Rows, safe: str, count: int, seed: str) -> Several:
    """Return texts with their classes, all different; the same seed gives the same texts."""
    chance = random.Random(seed)  # noqa: S311 - no secrets here
    held = pools(rows, safe)
    harmful = [label for label in held if label != safe]
    found: dict[str, list[str]] = {}
    while len(found) < count:
        kind = len(found) % 3
        classes = chance.sample(harmful, kind + (kind == 2 and chance.random() < 0.25))
        messages = [_drawn(held[label], chance) for label in [*classes, *[safe] * (PARTS - len(classes))]]
        chance.shuffle(messages)
        found.setdefault(" ".join(messages), sorted(classes))
    return list(found.items())


def _drawn(messages: Sequence[str], chance: random.Random) -> str:
    """Return a message whose length is near one drawn evenly."""
    wished = chance.randint(SHORTEST + 2, LONGEST - 8)
    near = [item for item in messages if abs(len(item) - wished) <= 4]
    return chance.choice(near or messages)


def keep(root: Path, artifact: Any, name: str) -> Any:
    """Return a copy of an artifact, out of the folder that the next run of a component takes."""
    shutil.copytree(artifact.path, root / name)
    return type(artifact)(root / name)


def measure(parts: dict[str, Rows], safe: str, system: str, seed: int, encoder: str) -> dict[str, Any]:
    """Train one system and return its figures on the test rows.

    Args:
        parts: The messages of ``train``, ``dev`` and ``test``.
        safe: The class of harmless messages.
        system: ``ngram`` or ``combined``, as the template ``risk-labels`` trains it.
        seed: Of the texts and of training.
        encoder: Of ``combined``.
    """
    from component_context import ComponentContext
    from label_parts import label_table

    rows = {name: joined(parts[name], safe, size, f"{seed}/{name}") for name, size in SIZES.items()}
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        context = ComponentContext(root / "work", seed=seed)

        kept = partial(keep, root)
        tables = {
            name: label_table(root / name, [text for text, _ in held], [labels for _, labels in held])
            for name, held in rows.items()
        }
        both = {"train": tables["train"], "dev": tables["dev"]}
        begun = time.perf_counter()
        plain = kept(context.run("train.multilabel_baseline", both)["model"], "plain")
        figures: dict[str, Any] = {}
        labeller = plain
        if system == "combined":
            made = context.run("text.normalise", {"table": both["train"], "dev": both["dev"]})
            clean = {"train": kept(made["table"], "clean"), "dev": kept(made["dev"], "clean_dev")}
            network = context.run("train.multilabel_classification", clean, encoder=encoder)["model"]
            models = [kept(network, "network")]
            for analyzer in ("auto", "sound"):
                model = context.run("train.multilabel_baseline", clean, analyzer=analyzer)["model"]
                models.append(kept(model, f"ngram-{analyzer}"))
            found = context.run("tag.combine_labels", {"models": models, "dev": tables["dev"]})
            figures["weights"] = found["metrics"].read()["weights"]
            labeller = kept(found["model"], "labeller")
        inputs = {"model": labeller, "dev": tables["dev"]}
        policy = kept(context.run("text.decision_policy", inputs, wished=0.95)["model"], "policy")
        figures["seconds"] = round(time.perf_counter() - begun, 1)

        def tested(component: str, model: Any) -> Any:
            return context.run(component, {"model": model, "table": tables["test"]})["metrics"].read()

        values = tested("evaluate.multilabel", labeller)["values"]
        figures |= {key: round(values[key], 4) for key in ("macro_f1", "micro_f1")}
        attacks = tested("evaluate.robustness", policy)["attacks"]
        figures["disguised"] = {row["attack"]: round(row["macro_f1"], 4) for row in attacks}
        decided = tested("evaluate.decisions", policy)
        figures["decisions"] = {key: round(decided["values"][key], 4) for key in DECISIONS}
        figures["per_class"] = decided["per_class"]
    return figures | {name: len(held) for name, held in rows.items()}
