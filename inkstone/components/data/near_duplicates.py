"""Groups texts that are nearly the same, by MinHash and locality-sensitive hashing (datasketch).

Broder, "On the resemblance and containment of documents" (1997): the share of equal minima of random hash functions over two
sets estimates their Jaccard similarity ``|A ∩ B| / |A ∪ B|``. Candidates are then compared in full.
"""

from inkstone.components.data.text_keys import plain_text

_SHINGLE = 3
_PERMUTATIONS = 64
_SHORTEST = 8  # shorter texts differ in too little to be called near


def near_groups(texts: list[str], similarity: float) -> list[list[int]]:
    """Return groups of places whose texts are nearly the same, each in order, the largest first.

    Args:
        texts: Texts without exact duplicates.
        similarity: Jaccard similarity of three-character shingles from which two texts belong together.
    """
    from datasketch import MinHash, MinHashLSH

    plain = [plain_text(value) for value in texts]
    pieces = {place: _shingles(value) for place, value in enumerate(plain) if len(value) >= _SHORTEST}
    index = MinHashLSH(threshold=similarity - 0.05, num_perm=_PERMUTATIONS)
    parent = list(range(len(texts)))
    sets = [[piece.encode() for piece in value] for value in pieces.values()]
    for place, sketch in zip(pieces, MinHash.generator(sets, num_perm=_PERMUTATIONS, seed=1), strict=True):
        for other in index.query(sketch):
            if _root(parent, place) != _root(parent, other) and _jaccard(pieces[place], pieces[other]) >= similarity:
                parent[_root(parent, place)] = _root(parent, other)
        index.insert(place, sketch, check_duplication=False)
    groups: dict[int, list[int]] = {}
    for place in pieces:
        groups.setdefault(_root(parent, place), []).append(place)
    return sorted((group for group in groups.values() if len(group) > 1), key=lambda group: (-len(group), group))


def _shingles(value: str) -> set[str]:
    return {value[start : start + _SHINGLE] for start in range(len(value) - _SHINGLE + 1)}


def _jaccard(first: set[str], second: set[str]) -> float:
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared)


def _root(parent: list[int], place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place
