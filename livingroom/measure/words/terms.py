"""Brand and product terms in a text: whole words only, whatever the case, the accents and the script."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from livingroom.measure.words.guesses import TermFound

# Thai, Lao, Khmer, Myanmar, Chinese and Japanese put no spaces between words and Korean none before its particles, so
# a neighbour is no reason to refuse.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """Something to find: every spelling in `written` stands for `id`."""

    id: str
    written: tuple[str, ...]


class Terms:
    """Finds the longest terms, without overlaps. Raises ValueError for a spelling without a letter or digit."""

    def __init__(self, terms: Sequence[Term]) -> None:
        from ahocorasick_rs import AhoCorasick, MatchKind

        spelled: dict[str, str] = {}
        for term in terms:
            for spelling in term.written:
                key = folded(spelling.strip())[0]
                if not any(map(str.isalnum, key)):
                    raise ValueError(f"{spelling!r} of {term.id} has no letter and no digit to look for.")
                spelled.setdefault(key, term.id)
        self._spellings = list(spelled)
        self._ids = list(spelled.values())
        # Overlapping matches, since the longest may fail its boundary where a shorter one holds ("sony" in "sony x1b").
        self._finder = AhoCorasick(self._spellings, matchkind=MatchKind.Standard) if spelled else None

    def find(self, text: str) -> tuple[TermFound, ...]:
        """Return the terms in a text with their places in it as written, in order."""
        if self._finder is None:
            return ()
        seen, places = folded(text)
        whole = [
            (start, end, self._ids[which])
            for which, start, end in self._finder.find_matches_as_indexes(seen, overlapping=True)
            if _is_whole(seen, start, end)
        ]
        found, last = [], 0
        for start, end, term in sorted(whole, key=lambda match: (match[0], -match[1])):
            if start >= last:
                begin, stop = places[start], places[end - 1] + 1
                while stop < len(text) and unicodedata.combining(text[stop]):
                    stop += 1
                found.append(TermFound(term, begin, stop, text[begin:stop]))
                last = end
        return tuple(found)


def folded(text: str) -> tuple[str, list[int]]:
    """Return a text without case, accents and widths, and for each of its signs the place it came from."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    parts = [(part, place) for place, sign in enumerate(text) for part in _folded_sign(sign)]
    return "".join(part for part, _ in parts), [place for _, place in parts]


@lru_cache(maxsize=20_000)
def _folded_sign(sign: str) -> str:
    # Put together again after the accents fell, so that Hangul and voiced kana stay one sign; folding case may bring
    # an accent back (Turkish capital I with its dot).
    bare = unicodedata.normalize("NFKC", _without_accents(sign)).casefold()
    return unicodedata.normalize("NFKC", _without_accents(bare))


def _without_accents(text: str) -> str:
    # Only European accents fall: in Indic, Thai and Arabic writing the marks are vowels, in Japanese they voice a sound.
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not "\u0300" <= sign <= "\u036f")


def _is_whole(text: str, start: int, end: int) -> bool:
    return _is_edge(text, start - 1, start) and _is_edge(text, end, end - 1)


def _is_edge(text: str, outside: int, inside: int) -> bool:
    """Tell whether a word ends between a place inside a match and its neighbour outside."""
    if outside < 0 or outside >= len(text):
        return True
    neighbour, own = text[outside], text[inside]
    if _is_unspaced(neighbour) or _is_unspaced(own):
        return True
    if not _is_word(own):
        return True  # a term that ends in a sign, such as C++, is whole as it stands
    return not _is_word(neighbour)


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or unicodedata.category(sign) in {"Mn", "Mc"}


def _is_unspaced(sign: str) -> bool:
    return any(low <= ord(sign) <= high for low, high in _UNSPACED)
