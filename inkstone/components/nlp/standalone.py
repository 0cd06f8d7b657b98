"""Writes a folder that classifies texts without Inkstone: graph, tokenizer, one Python script, README."""

import json
import shutil
from importlib.metadata import version
from pathlib import Path
from string import Template
from typing import Any

import inkstone
from inkstone.components.data import normalise
from inkstone.components.nlp import model_io
from inkstone.components.nlp.errors import NO_STANDALONE
from inkstone.components.nlp.inference import temperature
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.onnx_session import ONNX
from inkstone.components.nlp.text_classification import TextClassification

TOKENIZER = "tokenizer.json"
_SHIPPED = Path(inkstone.__file__).parent / "assets" / "standalone"
_EXAMPLE = "今天发货很快 arrived today"


def write_standalone(folder: Path, target: Path) -> Path:
    """Write the folder ``target`` and return it.

    Args:
        folder: A model folder with ``model.onnx``.
        target: The folder to make.

    Raises:
        InkstoneError: ``export.no_standalone`` for models other than classifiers, for tokenizers without ``tokenizer.json``, and
            where texts went through rules that only Inkstone has.
    """
    card = model_io.read_card(folder)
    cleaned: dict[str, Any] = json.loads(card.normalised or "{}")
    if card.task != TextClassification.name or TOKENIZER not in card.files or normalise.EVASION_KEY in cleaned:
        raise NO_STANDALONE(task=card.task)
    target.mkdir(parents=True)
    for name in (ONNX, TOKENIZER):
        shutil.copyfile(folder / name, target / name)
    shutil.copyfile(_SHIPPED / "predict.py", target / "predict.py")
    shutil.copyfile(Path(normalise.__file__), target / "normalise.py")
    needed = ["numpy", "onnxruntime", "tokenizers"] + (["emoji"] if cleaned.get("emoji", "keep") != "keep" else [])
    (target / "requirements.txt").write_text("".join(f"{name}>={version(name)}\n" for name in needed), "utf-8")
    (target / "model.json").write_text(json.dumps(_facts(folder, card), ensure_ascii=False, indent=1), "utf-8")
    (target / "README.md").write_text(_readme(card), "utf-8")
    return target


def _facts(folder: Path, card: ModelCard) -> dict[str, Any]:
    from tokenizers import Tokenizer

    described: dict[str, Any] = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
    pad = Tokenizer.from_file(str(folder / TOKENIZER)).token_to_id(_written(described.get("pad_token")))
    return {
        "labels": card.labels,
        "max_length": card.settings.get("max_length", card.max_length),
        "temperature": temperature(card),
        "pairs": bool(card.settings.get("pairs")),
        "pad": pad or 0,
        "normalised": card.normalised,
        "digest": card.digest,
    }


def _written(token: Any) -> str:
    """Return a special token as it is written: a string, or the content of an added token."""
    return str(token.get("content", "")) if isinstance(token, dict) else str(token or "")


def _readme(card: ModelCard) -> str:
    checked: dict[str, Any] = (card.model_extra or {}).get("onnx") or {}
    labels = "、".join(card.labels[:20]) + ("…" if len(card.labels) > 20 else "")
    return Template((_SHIPPED / "README.md").read_text("utf-8")).substitute(
        name="Inkstone model",
        example=_EXAMPLE,
        labels=labels,
        max_length=card.settings.get("max_length", card.max_length),
        parity_rows=checked.get("parity_rows", "–"),
        agreement=checked.get("label_agreement", "–"),
        difference=checked.get("largest_difference", "–"),
        digest=card.digest,
    )
