"""Packs tokenised passages into full sequences, kept as memory-mapped files.

Every sequence is ``[CLS] passage [SEP] passage [SEP] ... [SEP]`` and full to the last token, as in RoBERTa's FULL-SENTENCES
(Liu et al., 2019), so that no step computes padding; only the last sequence of a pack is padded. A token is one number;
its highest bit says that it goes on with the word of the token before it, which is what whole-word masking needs.
The same corpus gives the same bytes.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone.components.artifacts import Corpus, file_digest, write_json
from inkstone.components.nlp.pretraining_errors import BROKEN_PACK, EMPTY_CORPUS

if TYPE_CHECKING:
    import pyarrow as pa
    from transformers import PreTrainedTokenizerBase

MANIFEST = "pack.json"
SHARD_BYTES = 60 * 1024 * 1024
ENCODE_AT_ONCE = 512


class Shard(BaseModel):
    """One file of a pack: ``rows`` sequences in NumPy's format."""

    model_config = ConfigDict(frozen=True)

    file: str
    rows: int
    sha256: str


class PackInfo(BaseModel):
    """``pack.json``: what a pack holds.

    Attributes:
        length: Tokens of one sequence.
        vocabulary: Size of the tokenizer's vocabulary.
        tokenizer: Digest of the vocabulary, see ``tokenizer_digest``.
        passages: Passages packed.
        tokens: Tokens of these passages, without special tokens.
        shards: The files.
    """

    model_config = ConfigDict(frozen=True)

    length: int
    vocabulary: int
    tokenizer: str
    passages: int
    tokens: int
    shards: list[Shard]

    @property
    def rows(self) -> int:
        """Sequences in all shards."""
        return sum(shard.rows for shard in self.shards)

    @property
    def digest(self) -> str:
        """Digest over the contents of all shards: two packs with the same digest hold the same sequences."""
        parts = [self.tokenizer, str(self.length), *(shard.sha256 for shard in self.shards)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def tokenizer_digest(tokenizer: "PreTrainedTokenizerBase") -> str:
    """Return a digest of a vocabulary: pieces with their numbers."""
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda item: (item[1], item[0]))
    return hashlib.sha256("\n".join(f"{number}\t{piece}" for piece, number in pieces).encode()).hexdigest()


def word_starts(text: str) -> np.ndarray:
    """Return for each character whether a word begins there: Chinese words by jieba, all else as jieba leaves it whole."""
    import jieba

    jieba.setLogLevel("ERROR")
    starts = np.zeros(len(text) + 1, dtype=bool)
    place = 0
    for word in jieba.cut(text, HMM=True):
        starts[place] = True
        place += len(word)
    return starts


class Encoder:
    """Turns passages into arrays of tokens with the word flag in the highest bit."""

    def __init__(self, tokenizer: "PreTrainedTokenizerBase") -> None:
        self.tokenizer = tokenizer
        self.dtype = np.dtype(np.uint16 if len(tokenizer) <= 1 << 15 else np.uint32)
        self.flag = 1 << (8 * self.dtype.itemsize - 1)

    def __call__(self, passages: Iterable[str]) -> Iterator[np.ndarray]:
        """Yield one array a passage; passages without a token are left out."""
        remaining = iter(passages)
        while texts := list(islice(remaining, ENCODE_AT_ONCE)):
            encoded = self.tokenizer(
                texts, add_special_tokens=False, return_offsets_mapping=True, return_attention_mask=False, verbose=False
            )
            for text, ids, offsets in zip(texts, encoded["input_ids"], encoded["offset_mapping"], strict=True):
                if ids:
                    places = np.asarray(offsets)[:, 0]
                    continues = ~word_starts(text)[places]
                    continues[0] = False
                    # Pieces of one character, as byte-level vocabularies have them, begin at the same place.
                    continues[1:] |= places[1:] == places[:-1]
                    yield (np.asarray(ids, dtype=np.int64) | (continues * self.flag)).astype(self.dtype)


def unflag(flagged: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split tokens from their highest bit: token numbers (int64), and whether each goes on with a word (bool)."""
    flag = 1 << (8 * flagged.dtype.itemsize - 1)
    return (flagged & (flag - 1)).astype(np.int64), (flagged & flag) != 0


class Packer:
    """Writes one pack. Call it with passages, then ``close`` it.

    Args:
        folder: Where the shards and ``pack.json`` go.
        tokenizer: A fast tokenizer with classification, separation and padding tokens.
        length: Tokens of one sequence.
        shard_bytes: Largest size of one file.
    """

    def __init__(
        self, folder: Path, tokenizer: "PreTrainedTokenizerBase", length: int, shard_bytes: int = SHARD_BYTES
    ) -> None:
        self.folder, self.tokenizer, self.length = folder, tokenizer, length
        self.encode = Encoder(tokenizer)
        self.cls, self.sep, self.pad = tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id
        self.rows_a_shard = max(1, (shard_bytes - 128) // (length * self.encode.dtype.itemsize))
        self._pieces: list[np.ndarray] = []
        self._waiting = 0
        self._rows: list[np.ndarray] = []
        self._row_count = 0
        self._shards: list[Shard] = []
        self._passages = self._tokens = 0
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, passages: Iterable[str]) -> int:
        """Pack passages and return how many tokens they had."""
        before = self._tokens
        separator = np.array([self.sep], dtype=self.encode.dtype)
        for tokens in self.encode(passages):
            self._pieces += [tokens, separator]
            self._waiting += len(tokens) + 1
            self._passages += 1
            self._tokens += len(tokens)
            if self._waiting > 1 << 16:
                self._cut()
        return self._tokens - before

    def _cut(self, last: bool = False) -> None:
        """Cut the waiting tokens into sequences; a cut inside a passage loses nothing, it goes on in the next sequence."""
        stream = np.concatenate(self._pieces) if self._pieces else np.zeros(0, self.encode.dtype)
        room = self.length - 2
        usable = len(stream) // room * room
        body = stream[:usable].reshape(-1, room)
        if last and usable < len(stream):
            rest = np.full(room, self.pad, self.encode.dtype)
            rest[: len(stream) - usable] = stream[usable:]
            body = np.vstack([body, rest])
            usable = len(stream)
        if len(body):
            rows = np.empty((len(body), self.length), self.encode.dtype)
            rows[:, 0], rows[:, -1], rows[:, 1:-1] = self.cls, self.sep, body
            rows[:, 1] &= self.encode.flag - 1
            self._rows.append(rows)
            self._row_count += len(rows)
        self._pieces = [stream[usable:]]
        self._waiting = len(self._pieces[0])
        while self._row_count >= self.rows_a_shard or (last and self._row_count):
            self._write_shard()

    def _write_shard(self) -> None:
        rows = np.concatenate(self._rows)
        now, later = rows[: self.rows_a_shard], rows[self.rows_a_shard :]
        path = self.folder / f"tokens-{len(self._shards):05d}.npy"
        np.save(path, now, allow_pickle=False)
        self._shards.append(Shard(file=path.name, rows=len(now), sha256=file_digest(path)))
        self._rows, self._row_count = [later], len(later)

    def close(self) -> "Pack":
        """Write what is left and the manifest.

        Raises:
            InkstoneError: ``pretrain.empty_corpus``.
        """
        self._cut(last=True)
        if not self._tokens:
            raise EMPTY_CORPUS(corpus="")
        info = PackInfo(
            length=self.length,
            vocabulary=len(self.tokenizer),
            tokenizer=tokenizer_digest(self.tokenizer),
            passages=self._passages,
            tokens=self._tokens,
            shards=self._shards,
        )
        write_json(self.folder / MANIFEST, info.model_dump())
        return Pack(self.folder)


class Pack(Corpus):
    """Sequences on disk: ``pack.json`` and ``tokens-*.npy``, memory-mapped, never loaded whole."""

    @property
    def info(self) -> PackInfo:
        """What the pack holds.

        Raises:
            InkstoneError: ``pretrain.broken_pack``.
        """
        try:
            return PackInfo.model_validate_json((self.path / MANIFEST).read_text("utf-8"))
        except (OSError, ValueError):
            raise BROKEN_PACK(file=MANIFEST) from None

    def open(self) -> "Sequences":
        """Map the shards into memory.

        Raises:
            InkstoneError: ``pretrain.broken_pack``.
        """
        info = self.info
        arrays = []
        for shard in info.shards:
            try:
                array = np.load(self.path / shard.file, mmap_mode="r", allow_pickle=False)
            except (OSError, ValueError):
                raise BROKEN_PACK(file=shard.file) from None
            if array.shape != (shard.rows, info.length):
                raise BROKEN_PACK(file=shard.file)
            arrays.append(array)
        return Sequences(arrays)

    def verify(self) -> None:
        """Compare the shards with their digests.

        Raises:
            InkstoneError: ``pretrain.broken_pack``.
        """
        for shard in self.info.shards:
            if not (self.path / shard.file).is_file() or file_digest(self.path / shard.file) != shard.sha256:
                raise BROKEN_PACK(file=shard.file)


class Sequences:
    """The rows of all shards of a pack as if they were one array."""

    def __init__(self, arrays: list[np.ndarray]) -> None:
        self._arrays = arrays
        self._ends = np.cumsum([len(array) for array in arrays])

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def blocks(self, rows: int = 1 << 14) -> Iterator[np.ndarray]:
        """Yield the tokens of all sequences, so many rows at once, in the order of the pack. Shape (rows, length), int64."""
        for start in range(0, len(self), rows):
            yield self.take(np.arange(start, min(start + rows, len(self))))[0]

    def take(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return ``(tokens, continues)`` of the rows: int64 and bool, both (rows, length)."""
        shards = np.searchsorted(self._ends, rows, side="right")
        starts = np.concatenate([[0], self._ends[:-1]])
        picked = np.stack([self._arrays[shard][row - starts[shard]] for shard, row in zip(shards, rows, strict=True)])
        return unflag(picked)

    def arrow(self) -> "pa.Table":
        """Return the rows as an Arrow table without copying them: ``tokens`` (with the word flag) and ``length``."""
        import pyarrow as pa

        chunks = []
        for array in self._arrays:
            values = pa.Array.from_buffers(
                pa.from_numpy_dtype(array.dtype), array.size, [None, pa.py_buffer(array.reshape(-1))]
            )
            chunks.append(pa.FixedSizeListArray.from_arrays(values, array.shape[1]))
        lengths = np.concatenate([np.full(len(array), array.shape[1]) for array in self._arrays])
        return pa.table({"tokens": pa.chunked_array(chunks), "length": lengths})
