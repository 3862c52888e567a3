"""Text as queries see it: without case and accents, cut into words. Pure."""

import re
import unicodedata
from functools import lru_cache

# Scripts written without spaces are cut into single signs; a term of several of them is then a phrase.
_NO_SPACES = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_NO_SPACES}]|[^\W{_NO_SPACES}]+")
NO_SPACES = re.compile(rf"[{_NO_SPACES}]")
_MARKS = re.compile(r"[\u0300-\u036f]+")


def fold(text: str) -> str:
    """Return the text in one case and without accents: Überhitzt becomes uberhitzt."""
    if text.isascii():
        return text.lower()
    # Marks of other scripts stay: in Hindi or Thai they are vowels.
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return unicodedata.normalize("NFC", bare)


def words_of(folded: str) -> list[str]:
    return _WORD.findall(folded)


@lru_cache(maxsize=4096)
def words_in_term(term: str) -> tuple[str, ...]:
    """Return the words of a term of a query, folded; a tag or a name is its word."""
    return tuple(words_of(fold(term)))
