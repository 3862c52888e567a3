"""The words that were found, marked, with a little of what stands around them."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from livingroom.inbox.search.folding import Term, words_of

AROUND = 90
_WORD = re.compile(r"[^\W_]+")


def marked(text: str, terms: list[Term]) -> SafeString:
    """A stretch of the text with the found words in <mark>; everything else of it is escaped."""
    spots = [found.span() for found in _WORD.finditer(text) if _is_wanted(found[0], terms)]
    first = spots[0][0] if spots else 0
    start, end = max(0, first - AROUND), first + 2 * AROUND
    pieces, at = ["…" if start else ""], start
    for left, right in spots:
        if left < at or right > end:
            continue
        pieces += [escape(text[at:left]), "<mark>", escape(text[left:right]), "</mark>"]
        at = right
    pieces += [escape(text[at:end]), "…" if end < len(text) else ""]
    return mark_safe("".join(pieces))  # noqa: S308 - every piece of the text went through escape


def _is_wanted(word: str, terms: list[Term]) -> bool:
    """A word may fold into several: each of the found ones counts."""
    folded = words_of(word)
    for term in terms:
        if term.is_unwanted:
            continue
        for position, wanted in enumerate(term.words):
            is_open = term.is_prefix and position == len(term.words) - 1
            if any(one == wanted or (is_open and one.startswith(wanted)) for one in folded):
                return True
    return False
