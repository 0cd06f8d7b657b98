"""Saves and loads model folders: the only code that loads weights, and it loads safetensors only.

A model folder holds ``model.safetensors``, ``config.json``, the tokenizer's files, ``labels.json`` and
``inkstone.json``, which names the task and carries the SHA-256 of every other file and one digest over all of them.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from inkstone.components.artifacts import file_digest, write_json
from inkstone.components.nlp.errors import BAD_ENCODER, NEWER_MODEL, NOT_A_MODEL, TAMPERED, UNSAFE_WEIGHTS

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

FORMAT = 1
CARD = "inkstone.json"
WEIGHTS = "model.safetensors"
_UNSAFE = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".h5", ".ckpt", ".joblib", ".msgpack", ".npy", ".npz"}
_LIBRARIES = ("inkstone", "torch", "transformers", "tokenizers", "safetensors")


class ModelCard(BaseModel):
    """``inkstone.json``: what a model folder holds.

    Attributes:
        format: Version of this layout.
        task: Name of the task class that understands the folder.
        component: The component that trained it.
        labels: Class names, in the order of the scores.
        settings: The task as data, without paths.
        encoder: What the encoder was started from.
        max_length: Tokens of a text that the model reads; None for models without such a limit.
        normalised: What ``data.clean`` did to the training texts, as JSON; prediction does the same.
        metrics: Dev figures.
        profile: Lengths and labels of the training rows, see ``profile``.
        versions: Library versions at saving.
        files: File name to SHA-256.
        digest: SHA-256 over the names and digests of all files: the identity of the model.
    """

    model_config = ConfigDict(extra="allow")

    format: int = FORMAT
    task: str
    component: str | None = None
    labels: list[str] = []
    settings: dict[str, Any] = {}
    encoder: str | None = None
    max_length: int | None = None
    normalised: str | None = None
    metrics: dict[str, float] = {}
    profile: dict[str, Any] = {}
    versions: dict[str, str] = {}
    files: dict[str, str] = {}
    digest: str = ""


def seal(folder: Path, card: ModelCard) -> ModelCard:
    """Write ``inkstone.json`` over the files that lie in ``folder`` and return the completed card."""
    files = {
        item.relative_to(folder).as_posix(): file_digest(item)
        for item in sorted(folder.rglob("*"))
        if item.is_file() and item != folder / CARD  # models within a model keep their own cards
    }
    sealed = card.model_copy(update={"files": files, "digest": _digest(files), "versions": _versions()})
    write_json(folder / CARD, sealed.model_dump())
    return sealed


def amend(folder: Path, **facts: Any) -> ModelCard:
    """Change facts of the card (such as ``component`` or ``metrics``); the files and their digest stay."""
    card = read_card(folder).model_copy(update=facts)
    write_json(folder / CARD, card.model_dump())
    return card


def read_card(folder: Path) -> ModelCard:
    """Return the card of a model folder without checking the files.

    Raises:
        InkstoneError: ``model.not_a_model`` or ``model.newer_format``.
    """
    try:
        card = ModelCard.model_validate_json((folder / CARD).read_text("utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError) as error:
        raise NOT_A_MODEL(folder=folder.name) from error
    if card.format > FORMAT:
        raise NEWER_MODEL(format=card.format)
    return card


def verify(folder: Path) -> ModelCard:
    """Return the card after comparing every file with its digest.

    Raises:
        InkstoneError: ``model.tampered``, ``model.unsafe_weights``, ``model.not_a_model``.
    """
    card = read_card(folder)
    refuse_unsafe(folder)
    present = {item.relative_to(folder).as_posix() for item in folder.rglob("*") if item.is_file()} - {CARD}
    strange = sorted(present.symmetric_difference(card.files))
    if strange:
        raise TAMPERED(file=strange[0])
    for name, digest in card.files.items():
        if file_digest(folder / name) != digest:
            raise TAMPERED(file=name)
    if card.digest != _digest(card.files):
        raise TAMPERED(file=CARD)
    return card


def refuse_unsafe(folder: Path) -> None:
    """Raise ``model.unsafe_weights`` when a file of ``folder`` is in a format that can carry code."""
    for item in sorted(folder.rglob("*")):
        refuse_unsafe_name(item.name)


def refuse_unsafe_name(name: str) -> None:
    """Raise ``model.unsafe_weights`` when a file of this name is in a format that can carry code."""
    if Path(name).suffix.lower() in _UNSAFE:
        raise UNSAFE_WEIGHTS(file=name)


def save_weights(path: Path, tensors: "Mapping[str, torch.Tensor]") -> None:
    """Write tensors as safetensors; tensors that share memory are written once each."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}, path)


def load_weights(path: Path) -> "dict[str, torch.Tensor]":
    """Return the tensors of a safetensors file.

    Raises:
        InkstoneError: ``model.unsafe_weights`` for any other ending, ``model.tampered`` when it cannot be read.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if path.suffix != ".safetensors":
        raise UNSAFE_WEIGHTS(file=path.name)
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise TAMPERED(file=path.name) from error


def check_encoder(folder: Path, weights: bool = True) -> None:
    """Check an encoder folder in Hugging Face format before anything of it is loaded.

    Raises:
        InkstoneError: ``encoder.bad_folder`` or ``model.unsafe_weights``.
    """
    if not (folder / "config.json").is_file():
        raise BAD_ENCODER(folder=folder.name, missing="config.json")
    if not any((folder / name).is_file() for name in ("tokenizer.json", "vocab.txt", "spiece.model", "vocab.json")):
        raise BAD_ENCODER(folder=folder.name, missing="tokenizer.json")
    safe = list(folder.glob("*.safetensors"))
    if weights and not safe:
        unsafe = [item for item in sorted(folder.iterdir()) if item.suffix.lower() in _UNSAFE]
        if unsafe:
            raise UNSAFE_WEIGHTS(file=unsafe[0].name)
        raise BAD_ENCODER(folder=folder.name, missing=WEIGHTS)


def has_pooler(folder: Path) -> bool:
    """Return whether an encoder folder carries the weights of a pooler (a dense layer over the first token)."""
    from safetensors import safe_open

    for path in folder.glob("*.safetensors"):
        with safe_open(path, framework="numpy") as file:
            if any(name.endswith("pooler.dense.weight") for name in file.keys()):  # noqa: SIM118 - not a dict
                return True
    return False


def weight_count(folder: Path) -> int:
    """Return how many numbers the safetensors files of a folder hold; only their headers are read.

    Raises:
        InkstoneError: ``model.tampered`` when a file cannot be read.
    """
    from math import prod

    from safetensors import SafetensorError, safe_open

    count = 0
    for path in folder.glob("*.safetensors"):
        try:
            with safe_open(path, framework="numpy") as file:
                count += sum(prod(file.get_slice(name).get_shape()) for name in file.keys())  # noqa: SIM118 - not a dict
        except (OSError, SafetensorError) as error:
            raise TAMPERED(file=path.name) from error
    return count


def load_encoder(folder: Path, with_weights: bool = True, pooler: bool = False) -> "PreTrainedModel":
    """Return the encoder of a folder in Hugging Face format.

    Args:
        folder: Holds ``config.json`` and, with ``with_weights``, ``model.safetensors``.
        with_weights: False gives random starting weights from the configuration alone.
        pooler: Keep its pooler where the architecture has one.
    """
    import torch
    from transformers import AutoConfig, AutoModel, AutoModelForTextEncoding

    check_encoder(folder, weights=with_weights)
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    # Of an encoder-decoder only the first half is an encoder.
    kind = AutoModelForTextEncoding if config.model_type in _ENCODER_DECODERS else AutoModel
    extra = {"add_pooling_layer": pooler} if config.model_type in _POOLED else {}
    config.use_cache = False
    if not with_weights:
        made: PreTrainedModel = kind.from_config(config, **extra)  # type: ignore[no-untyped-call]
        return made
    with _quiet():
        loaded: PreTrainedModel = kind.from_pretrained(
            folder, config=config, local_files_only=True, use_safetensors=True, dtype=torch.float32, **extra
        )
    return loaded


def load_masked_lm(folder: Path, **config_changes: Any) -> "PreTrainedModel":
    """Return the encoder of a folder with its masked-language-model head.

    Args:
        folder: An encoder in Hugging Face format.
        **config_changes: Fields of the configuration to set otherwise, such as the dropout; unknown ones are left out.

    Raises:
        InkstoneError: ``encoder.bad_folder``, ``model.unsafe_weights`` or ``pretrain.other_architecture``.
    """
    import torch
    from transformers import AutoConfig, AutoModelForMaskedLM

    from inkstone.components.nlp.pretraining_errors import OTHER_ARCHITECTURE

    check_encoder(folder)
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    for name, value in config_changes.items():
        if hasattr(config, name):
            setattr(config, name, value)
    try:
        model: PreTrainedModel = AutoModelForMaskedLM.from_pretrained(
            folder, config=config, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
        return model
    except (ValueError, RuntimeError) as error:
        # The library's way to say that the architecture has no such head, or that shapes differ.
        raise OTHER_ARCHITECTURE(architecture=config.model_type, reason=str(error).split("\n", 1)[0][:200]) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from reporting on weights (such as an unused pooler) that a user need not know of."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def load_masked_lm_strictly(folder: Path) -> "tuple[PreTrainedModel, list[str]]":
    """Return what ``load_masked_lm`` does, and the names of weights that the folder lacks.

    An encoder saved without its masked-language-model head loads with a random one; the second value tells.
    """
    import torch
    from transformers import AutoModelForMaskedLM

    check_encoder(folder)
    with _quiet():
        model, report = AutoModelForMaskedLM.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32, output_loading_info=True
        )
    return model, sorted(report["missing_keys"])


def convert_checkpoint(folder: Path, sha256: str) -> None:
    """Turn a ``pytorch_model.bin`` of a known digest into ``model.safetensors`` beside it.

    The file is read as tensors only (``weights_only``), and not at all unless its digest is the pinned one.

    Raises:
        InkstoneError: ``model.tampered`` when the digest differs, ``model.unsafe_weights`` when it holds more than tensors.
    """
    import pickle

    import torch

    source = folder / "pytorch_model.bin"
    if file_digest(source) != sha256.lower():
        raise TAMPERED(file=source.name)
    try:
        tensors = torch.load(source, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise UNSAFE_WEIGHTS(file=source.name) from error
    save_weights(folder / WEIGHTS, {name: value for name, value in tensors.items() if isinstance(value, torch.Tensor)})


def load_tokenizer(folder: Path) -> "PreTrainedTokenizerBase":
    """Return the tokenizer of a folder in Hugging Face format."""
    from transformers import AutoTokenizer

    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
    return tokenizer


def read_json(folder: Path, name: str) -> Any:
    """Return a JSON file of a model folder, or raise ``model.tampered``."""
    try:
        return json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TAMPERED(file=name) from error


def _digest(files: Mapping[str, str]) -> str:
    lines = "".join(f"{name}\0{digest}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _versions() -> dict[str, str]:
    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


_POOLED = {"bert", "roberta", "xlm-roberta", "ernie", "camembert", "mpnet", "data2vec-text", "nezha", "roformer"}
_ENCODER_DECODERS = {"t5", "mt5", "umt5"}
