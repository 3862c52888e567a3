"""Words as they are searched: small letters, without accents, cut at everything that is no letter or digit.

PostgreSQL does the same by `inbox_fold`, SQLite by its tokenizer; a test holds the three side by side.
"""

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')


def fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    return _WORD.findall(fold(text))


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other; the last may be the beginning of a word."""

    words: tuple[str, ...]
    is_prefix: bool = False
    is_unwanted: bool = False


def read_query(text: str) -> list[Term]:
    """Read what somebody typed: words, "words in a row", begin* and -unwanted. Nothing is ever a syntax error."""
    terms = []
    for minus, quoted, other_minus, word in _PART.findall(text):
        found = tuple(words_of(quoted or word))
        if found:
            is_prefix = word.endswith("*") and not quoted
            terms.append(Term(found, is_prefix, bool(minus or other_minus)))
    return terms


def for_postgresql(terms: list[Term]) -> str:
    """The same as a tsquery. Our words hold letters and digits only, so nothing in them means anything else."""
    return " & ".join(("!" if term.is_unwanted else "") + f"({_row(term)})" for term in terms)


def _row(term: Term) -> str:
    return " <-> ".join(term.words) + (":*" if term.is_prefix else "")


def for_fts5(terms: list[Term]) -> str:
    """The same for SQLite's FTS5."""
    wanted = " AND ".join(_quoted(term) for term in terms if not term.is_unwanted)
    unwanted = "".join(f" NOT {_quoted(term)}" for term in terms if term.is_unwanted)
    return f"({wanted}){unwanted}"


def _quoted(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + (" *" if term.is_prefix else "")
