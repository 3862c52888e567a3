"""The same message in slightly other words: an index that grows message by message and can be kept in a file."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from livingroom.measure.words.cleaning import marked, plain

ALIKE_FROM = 0.7
_PERMUTATIONS, _BANDS, _SEED = 128, 32, 2005
_FEWEST_WORDS = 4  # "love this song" is said by thousands who never read each other
_HEAD = struct.Struct("<4sdI")
_ENTRY = struct.Struct("<qqI")
_MAGIC = b"near"


@dataclass(frozen=True, slots=True)
class Near:
    """Where a message stands: `group` is the number of the earliest message that it repeats, or its own."""

    number: int
    group: int
    likeness: float

    @property
    def is_repeat(self) -> bool:
        return self.group != self.number


class NearIndex:
    """Finds near-duplicates by MinHash and locality-sensitive hashing.

    Parameters
    ----------
    alike_from : float
        The least share of word pairs that two messages have in common (estimated Jaccard index, 0 to 1).

    Source: Broder 1997, "On the resemblance and containment of documents"; docs/methods/words.md.
    """

    def __init__(self, alike_from: float = ALIKE_FROM) -> None:
        from rensa import RMinHashLSH

        self.alike_from = alike_from
        self._index = RMinHashLSH(alike_from, _PERMUTATIONS, _BANDS)
        self._sketches: dict[int, Any] = {}
        self._groups: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._sketches)

    def add(self, messages: Iterable[tuple[int, str]]) -> list[Near]:
        """Take in numbered messages, in the order said, and tell which repeat which. A number that is known is replaced."""
        numbered = list(messages)
        sketches = _sketches([text for _, text in numbered])
        return [self._add(number, sketch) for (number, _), sketch in zip(numbered, sketches, strict=True)]

    def forget(self, number: int) -> None:
        """Take a message out; what repeats it keeps its group."""
        if self._sketches.pop(number, None) is not None:
            self._index.remove(number)
            del self._groups[number]

    def _add(self, number: int, sketch: Any) -> Near:
        self.forget(number)
        if sketch is None:
            return Near(number, number, 0.0)
        likeness, nearest = self._nearest(sketch)
        group = self._groups[nearest] if nearest is not None else number
        self._index.insert(number, sketch)
        self._sketches[number], self._groups[number] = sketch, group
        return Near(number, group, likeness)

    def _nearest(self, sketch: Any) -> tuple[float, int | None]:
        alike = [(sketch.jaccard(self._sketches[other]), -other) for other in self._index.query(sketch)]
        likeness, other = max(alike, default=(0.0, 0))
        return (likeness, -other) if alike and likeness >= self.alike_from else (0.0, None)

    def to_bytes(self) -> bytes:
        """Return the whole index as bytes; no text is in them."""
        parts = [_HEAD.pack(_MAGIC, self.alike_from, len(self._sketches))]
        for number, sketch in self._sketches.items():
            state = sketch.__getstate__()
            parts += [_ENTRY.pack(number, self._groups[number], len(state)), state]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, kept: bytes) -> "NearIndex":
        """Return the index that `to_bytes` wrote. Raises ValueError when it is none, or another version's."""
        from rensa import RMinHash

        try:
            magic, alike_from, n = _HEAD.unpack_from(kept)
            if magic != _MAGIC:
                raise ValueError("another file")
            found, at = cls(alike_from), _HEAD.size
            for _ in range(n):
                number, group, size = _ENTRY.unpack_from(kept, at)
                at += _ENTRY.size
                sketch = RMinHash(_PERMUTATIONS, _SEED)
                sketch.__setstate__(kept[at : at + size])
                at += size
                found._index.insert(number, sketch)
                found._sketches[number], found._groups[number] = sketch, group
        except (struct.error, ValueError, TypeError) as error:
            raise ValueError(
                f"These bytes are no index of near-duplicates that this version reads ({error})."
            ) from error
        return found


def groups(texts: Sequence[str], alike_from: float = ALIKE_FROM) -> list[int]:
    """Return for each text the place of the earliest text that it repeats, or its own."""
    return [near.group for near in NearIndex(alike_from).add(enumerate(texts))]


def _sketches(texts: Sequence[str]) -> list[Any]:
    """Return a sketch for each text, None for one too short to be told from others."""
    from rensa import RMinHash

    pairs = [_pairs(text) for text in texts]
    made = iter(
        RMinHash.from_token_sets([pair for pair in pairs if pair], num_perm=_PERMUTATIONS, seed=_SEED)
    )
    return [next(made) if pair else None for pair in pairs]


def _pairs(text: str) -> list[str]:
    words = "".join(sign if sign.isalnum() else " " for sign in marked(plain(text)).casefold()).split()
    if len(words) < _FEWEST_WORDS:
        return []
    return [f"{first} {second}" for first, second in pairwise(words)]
