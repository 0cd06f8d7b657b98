"""Finds texts that stand in another collection: exactly, nearly so, or with one of its texts inside them.

Near duplicates are found by MinHash with locality-sensitive hashing over character shingles (Broder, "On the
resemblance and containment of documents", 1997), and every candidate is then compared in full: a pair counts when the
Jaccard similarity of its shingle sets, ``|A ∩ B| / |A ∪ B|``, reaches the threshold. A short text quoted inside a long
one is no near duplicate by that measure; it is found by its first characters, and then compared to its last.
"""

import hashlib
import unicodedata
import zlib
from collections.abc import Iterable
from typing import Literal

import numpy as np

Match = Literal["exact", "near", "contained"]
SHINGLE = 3
QUOTED = 20
"""Letters and digits from which a text counts as found inside another: shorter ones are common phrases."""


def plain(text: str) -> str:
    """Return a text as it is compared: compatibility forms folded, lower case, letters and digits only."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum())


def text_key(text: str) -> bytes:
    """Return eight bytes that stand for a text, the same on every machine."""
    return hashlib.blake2b(plain(text).encode(), digest_size=8).digest()


def shingles(letters: str) -> set[str]:
    """Return the runs of three characters of a plain text."""
    return {letters[start : start + SHINGLE] for start in range(len(letters) - SHINGLE + 1)}


def similarity(first: set[str], second: set[str]) -> float:
    """Return the Jaccard similarity of two sets of shingles."""
    return len(first & second) / max(1, len(first | second))


class KnownTexts:
    """A collection that other texts are held against.

    Args:
        threshold: Similarity from which two texts count as nearly the same.
        shortest: Plain texts below this length are compared exactly only: too little is left to resemble.
    """

    HASHES, BANDS = 48, 16
    """A pair of similarity s becomes a candidate with probability 1 - (1 - s^3)^16: 0.998 at 0.7."""

    def __init__(self, threshold: float = 0.7, shortest: int = 8) -> None:
        self.threshold, self.shortest = threshold, shortest
        self._exact: set[bytes] = set()
        self._texts: list[str] = []
        self._beginnings: dict[str, list[str]] = {}
        self._buckets: dict[tuple[int, bytes], list[int]] = {}
        draw = np.random.default_rng(20240607)
        self._factors = draw.integers(1, 1 << 32, self.HASHES, dtype=np.uint64) | np.uint64(1)
        self._offsets = draw.integers(0, 1 << 62, self.HASHES, dtype=np.uint64)

    def __len__(self) -> int:
        return len(self._exact)

    def add(self, texts: Iterable[str]) -> None:
        """Add texts to the collection."""
        for text in texts:
            key = text_key(text)
            if key in self._exact:
                continue
            self._exact.add(key)
            letters = plain(text)
            if len(letters) >= self.shortest:
                for bucket in self._bands(shingles(letters)):
                    self._buckets.setdefault(bucket, []).append(len(self._texts))
                self._texts.append(letters)
            if len(letters) >= QUOTED:
                self._beginnings.setdefault(letters[:QUOTED], []).append(letters)

    def match(self, text: str) -> Match | None:
        """Say whether a text stands in the collection."""
        if text_key(text) in self._exact:
            return "exact"
        letters = plain(text)
        if len(letters) < self.shortest:
            return None
        pieces = shingles(letters)
        candidates = {place for bucket in self._bands(pieces) for place in self._buckets.get(bucket, ())}
        if any(similarity(pieces, shingles(self._texts[place])) >= self.threshold for place in candidates):
            return "near"
        return "contained" if self.contained_in(letters) else None

    def contained_in(self, letters: str) -> bool:
        """Say whether a text of the collection, of at least ``QUOTED`` letters, stands inside a plain text."""
        for start in range(len(letters) - QUOTED + 1):
            found = self._beginnings.get(letters[start : start + QUOTED])
            if found is not None and any(letters.startswith(text, start) for text in found):
                return True
        return False

    def _bands(self, pieces: set[str]) -> list[tuple[int, bytes]]:
        """Hash the shingles 48 ways, keep the smallest value of each, and cut these 48 into bands."""
        values = np.fromiter((zlib.crc32(piece.encode()) for piece in pieces), dtype=np.uint64, count=len(pieces))
        # Multiply-shift hashing modulo 2^64; the upper half of the product is well mixed.
        mixed = (values[:, None] * self._factors + self._offsets) >> np.uint64(32)
        smallest = mixed.min(axis=0).astype(np.uint32).reshape(self.BANDS, -1)
        return [(band, row.tobytes()) for band, row in enumerate(smallest)]
