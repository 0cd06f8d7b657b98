"""The task of sequence labelling: finds entities in texts of any length."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone.components.artifacts import write_json
from inkstone.components.nlp import model_io
from inkstone.components.nlp.collation import NO_LABEL, pad
from inkstone.components.nlp.tagging.decoding import Decoder
from inkstone.components.nlp.tagging.entities import Entity, overlap, read_entities, without_overlaps, write_entities
from inkstone.components.nlp.tagging.entity_rows import EntityRows, read_entity_rows
from inkstone.components.nlp.tagging.figures import entity_figures
from inkstone.components.nlp.tagging.schemes import Scheme, allowed_steps, encode_spans, tag_names
from inkstone.components.nlp.tagging.windows import Window, cut, lead
from inkstone.components.nlp.task import Batch, Task

if TYPE_CHECKING:
    import torch
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase

    from inkstone.components.artifacts import Table
    from inkstone.components.nlp.tagging.crf import ConditionalRandomField

Head = Literal["softmax", "crf", "span"]
CHAIN = "chain.json"
_COLUMNS = ("_row", "length", "input_ids", "number", "first", "starts", "ends", "spans", "text", "true")


class Settings(BaseModel):
    """What an entity recogniser is made of.

    Attributes:
        encoder: Local folder of the encoder to start from (or of the saved model).
        labels: Entity types, in the order of the scores.
        head: ``crf`` and ``softmax`` give one tag a token, ``span`` scores every span and may nest entities.
        scheme: Tags of the first two.
        max_length: Tokens of a window; longer texts have several.
        overlap: Tokens that neighbouring windows share.
        dropout: Share of features dropped in training.
        random_weights: Start from random encoder weights.
        skip_bad: Leave out entities that lie outside their text.
        frozen: The encoder keeps its weights; only the head learns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    labels: tuple[str, ...]
    head: Head = "crf"
    scheme: Scheme = "bio"
    max_length: int = 128
    overlap: int = 32
    dropout: float = 0.1
    random_weights: bool = False
    skip_bad: bool = False
    frozen: bool = False


class SequenceLabelling(Task):
    """Named entities and other spans, flat or nested."""

    name: ClassVar[str] = "sequence_labelling"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tags = tag_names(settings.labels, settings.scheme)
        self._tokenizer: PreTrainedTokenizerBase | None = None
        self._lead: int | None = None
        self._chain: Any = None

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-safe data."""
        return self.settings.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "SequenceLabelling":
        """Rebuild the task from ``to_dict``."""
        return cls(Settings.model_validate(data))

    @property
    def tokenizer(self) -> "PreTrainedTokenizerBase":
        """The encoder's tokenizer, loaded at first use."""
        if self._tokenizer is None:
            self._tokenizer = model_io.load_tokenizer(Path(self.settings.encoder))
        return self._tokenizer

    @property
    def lead(self) -> int:
        """How many special tokens stand before a text."""
        if self._lead is None:
            self._lead = lead(self.tokenizer)
        return self._lead

    @property
    def flat(self) -> bool:
        """Whether entities cannot overlap."""
        return self.settings.head != "span"

    def windows(self, texts: Sequence[str]) -> list[Window]:
        """Cut texts into windows."""
        return cut(self.tokenizer, texts, self.settings.max_length, self.settings.overlap)

    def prepare(self, table: "Table") -> "Dataset":
        """Encode the labelled rows, one row a window; entities of unknown types are left out."""
        return self.prepare_rows(read_entity_rows(table, skip_bad=self.settings.skip_bad))

    def prepare_rows(self, rows: EntityRows) -> "Dataset":
        """Encode rows: ``input_ids``, ``spans`` (first, last, type), positions, and the true entities of the text."""
        import pyarrow as pa
        from datasets import Dataset

        columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
        for start in range(0, len(rows.texts), 1_000):
            texts = rows.texts[start : start + 1_000]
            for window in self.windows(texts):
                number = start + window.text
                true = rows.entities[number]
                columns["_row"].append(rows.row_ids[number])
                columns["length"].append(len(window.ids))
                columns["input_ids"].append(window.ids)
                columns["number"].append(number)
                columns["first"].append(window.first)
                columns["starts"].append(window.starts)
                columns["ends"].append(window.ends)
                columns["spans"].append(self._spans(window, true))
                # Once a text: a long one has hundreds of windows.
                columns["text"].append(rows.texts[number] if window.first == 0 else "")
                columns["true"].append(write_entities(true) if window.first == 0 else "")
        return Dataset(pa.table({name: pa.array(values, _arrow(name)) for name, values in columns.items()}))

    def _spans(self, window: Window, true: Sequence[Entity]) -> list[int]:
        """Return first token, last token and type of the entities that touch a window, one after the other."""
        numbers = {label: number for number, label in enumerate(self.settings.labels)}
        chosen = without_overlaps(true) if self.flat and overlap(true) else true
        starts, ends = np.array(window.starts, dtype=np.int64), np.array(window.ends, dtype=np.int64)
        found: list[int] = []
        for item in chosen:
            inside = np.flatnonzero((starts < item.end) & (ends > item.start))
            if len(inside) and item.label in numbers:
                found += [int(inside[0]), int(inside[-1]), numbers[item.label]]
        return found

    def build(self) -> "torch.nn.Module":
        """Make the network; the random numbers of its fresh parts come from torch's current seed."""
        from transformers import AutoConfig

        from inkstone.components.nlp.scratch import NGRAM_KEY, NgramEncoder
        from inkstone.components.nlp.tagging.crf import ConditionalRandomField
        from inkstone.components.nlp.tagging.tagger import SpanScorer, TokenTagger

        folder = Path(self.settings.encoder)
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        bert = model_io.load_encoder(folder, with_weights=not self.settings.random_weights)
        ngrams = getattr(config, NGRAM_KEY, None)
        encoder = NgramEncoder(bert, ngrams["buckets"], ngrams["width"]) if ngrams is not None else bert
        encoder.requires_grad_(not self.settings.frozen)
        width = config.hidden_size if hasattr(config, "hidden_size") else config.dim
        if not self.flat:
            return SpanScorer(encoder, width, len(self.settings.labels), self.settings.dropout)
        crf = ConditionalRandomField(allowed_steps(self.tags)) if self.settings.head == "crf" else None
        return TokenTagger(encoder, width, len(self.tags), self.settings.dropout, crf)

    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Pad rows to the longest of the batch, with ``tags`` or ``spans`` where the rows have them."""
        import torch

        batch = pad([{"input_ids": row["input_ids"]} for row in rows], self.tokenizer.pad_token_id or 0)
        batch["tokens"] = torch.tensor([len(row["starts"]) for row in rows])
        if "spans" not in rows[0]:
            return batch
        width = batch["input_ids"].shape[1]
        if self.flat:
            numbers = {tag: number for number, tag in enumerate(self.tags)}
            tags = torch.full((len(rows), width), NO_LABEL, dtype=torch.long)
            for place, row in enumerate(rows):
                spans = [(a, b + 1, self.settings.labels[kind]) for a, b, kind in _triples(row["spans"])]
                named = encode_spans(spans, len(row["starts"]), self.settings.scheme)
                tags[place, : len(named)] = torch.tensor([numbers[tag] for tag in named], dtype=torch.long)
            batch["tags"] = tags
        else:
            wanted = torch.zeros((len(rows), len(self.settings.labels), width, width), dtype=torch.bool)
            for place, row in enumerate(rows):
                for first, last, kind in _triples(row["spans"]):
                    wanted[place, kind, first + self.lead, last + self.lead] = True
            batch["wanted"] = wanted
        return batch

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the mean over the rows of the mean loss of a token (or of a type, for spans); ``NO_LABEL`` adds nothing."""
        import torch

        from inkstone.components.nlp.tagging.tagger import span_loss

        scores = model(batch["input_ids"], batch["attention_mask"]).float()
        if not self.flat:
            return span_loss(scores, batch["wanted"]).mean()
        tokens = batch["tokens"]
        emissions = scores[:, self.lead :]
        tags = batch["tags"][:, : emissions.shape[1]]
        count = tokens.clamp(min=1)
        if self.settings.head == "crf":
            losses = _field(model).loss(emissions, tags, _mask(emissions, tokens)) * (tags[:, 0] != NO_LABEL)
        else:
            entropy = torch.nn.functional.cross_entropy(
                emissions.transpose(1, 2), tags, ignore_index=NO_LABEL, reduction="none"
            )
            losses = entropy.sum(1)
        mean: torch.Tensor = (losses / count).mean()
        return mean

    def tag_logits(self, model: "torch.nn.Module", emissions: "torch.Tensor", tokens: "torch.Tensor") -> "torch.Tensor":
        """Return logits whose softmax says how likely each tag is at each token; of a random field, over all paths.

        Args:
            model: The network, with a tag head.
            emissions: What it gave, from the first real token on; shape (batch, length, tags).
            tokens: Real tokens of each row.
        """
        if self.settings.head != "crf":
            return emissions
        return _field(model).log_marginals(emissions, _mask(emissions, tokens))

    def predict(self, model: "torch.nn.Module", batch: Batch) -> "dict[str, np.ndarray]":
        """Return the scores of each row's own tokens, as an array of arrays."""
        import torch

        with torch.inference_mode():
            scores = model(batch["input_ids"], batch["attention_mask"]).float().cpu().numpy()
        if self.settings.head == "crf":
            self._chain = _field(model).chain()
        return {"scores": self.own_scores(scores, batch["tokens"].tolist())}

    def own_scores(self, scores: "np.ndarray", tokens: Sequence[int]) -> "np.ndarray":
        """Cut special tokens and padding off the scores of a batch."""
        found = np.empty(len(scores), dtype=object)
        for row, count in enumerate(tokens):
            real = slice(self.lead, self.lead + count)
            found[row] = scores[row, real].copy() if self.flat else scores[row, :, real, real].copy()
        return found

    def metrics(self, predictions: "Mapping[str, np.ndarray]", rows: "Dataset") -> dict[str, float]:
        """Return entity figures; see ``figures``. A random field speaks as it did in the last ``predict``."""
        table = rows.select_columns(["number", "first", "starts", "ends", "text", "true"]).to_dict()
        decoder = self.decoder(self._chain)
        true: list[list[Entity]] = []
        found: list[list[Entity]] = []
        for places in _by_text(table["number"]):
            windows = [Window(0, table["first"][at], [], table["starts"][at], table["ends"][at]) for at in places]
            content = table["text"][places[0]]
            true.append(read_entities(table["true"][places[0]], content, 1)[0])
            found.append(decoder.entities(content, windows, [predictions["scores"][at] for at in places]))
        return entity_figures(true, found)

    def decoder(self, chain: Any) -> Decoder:
        """Return what reads the scores; without a chain forbidden steps alone are kept from."""
        from inkstone.components.nlp.tagging.crf import plain_chain

        if not self.flat:
            return Decoder(self.settings.labels)
        return Decoder(self.settings.labels, self.tags, chain or plain_chain(allowed_steps(self.tags)))

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write the model folder."""
        from transformers import AutoConfig

        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer.save_pretrained(folder)
        AutoConfig.from_pretrained(self.settings.encoder, local_files_only=True).save_pretrained(folder)
        model_io.save_weights(folder / model_io.WEIGHTS, model.state_dict())
        write_json(folder / "labels.json", list(self.settings.labels))
        if self.settings.head == "crf":
            write_json(folder / CHAIN, [item.round(6).tolist() for item in _field(model).chain()])
        model_io.seal(
            folder,
            model_io.ModelCard(
                task=self.name,
                labels=list(self.settings.labels),
                settings=self.settings.model_dump(
                    mode="json", exclude={"encoder", "random_weights", "skip_bad", "frozen"}
                ),
                max_length=self.settings.max_length,
            ),
        )

    @classmethod
    def load(cls, folder: Path) -> "tuple[SequenceLabelling, torch.nn.Module]":
        """Return the task and the network of a model folder that ``model_io.verify`` has accepted."""
        card = model_io.read_card(folder)
        task = cls(Settings(encoder=str(folder), random_weights=True, **card.settings))
        model = task.build()
        model.load_state_dict(model_io.load_weights(folder / model_io.WEIGHTS))
        return task, model.eval()


def _mask(emissions: "torch.Tensor", tokens: "torch.Tensor") -> "torch.Tensor":
    """Return 1 for real positions, shape (batch, length)."""
    import torch

    return (torch.arange(emissions.shape[1], device=tokens.device) < tokens.unsqueeze(1)).long()


def _field(model: "torch.nn.Module") -> "ConditionalRandomField":
    """Return the random field of a network, which may be wrapped for several workers."""
    return cast("ConditionalRandomField", getattr(model, "module", model).crf)


def _arrow(column: str) -> Any:
    import pyarrow as pa

    if column in {"text", "true"}:
        return pa.large_string()
    return pa.list_(pa.int32()) if column in {"input_ids", "starts", "ends", "spans"} else pa.int64()


def _triples(flat: Sequence[int]) -> list[tuple[int, int, int]]:
    return [(flat[at], flat[at + 1], flat[at + 2]) for at in range(0, len(flat), 3)]


def _by_text(numbers: Sequence[int]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for place, number in enumerate(numbers):
        groups.setdefault(number, []).append(place)
    return list(groups.values())
