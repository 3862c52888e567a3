"""Words as people type them: without case, accents and marks, so that what sounds the same is the same."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+", re.UNICODE)


@lru_cache(maxsize=16384)  # the same names and interests are folded for every page
def fold(text: str) -> str:
    """São Paulo is sao paulo; Straße is strasse."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def stem(word: str) -> str:
    """One form for one and for many, where an s makes the many: ideas is idea."""
    return word[:-1] if len(word) > 4 and word.endswith("s") else word
