"""Find the links, mentions and hashtags in a text. Offsets count UTF-8 bytes, as Bluesky's facets do."""

import re
import unicodedata

from livingroom.networks.interface import Facet

_LINK = re.compile(r"(?<![^\s(])https?://\S+", re.IGNORECASE)
_MENTION = re.compile(
    r"(?<![^\s(])@([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+)"
)
_TAG = re.compile(r"(?<!\S)[#＃](?!\ufe0f)([^\s\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2]+)")
LONGEST_TAG = 64


def find_facets(text: str) -> tuple[Facet, ...]:
    """All of them in order of appearance; where two overlap, the first one stays."""
    found = sorted([*_links(text), *_mentions(text), *_tags(text)], key=lambda facet: facet.start)
    kept: list[Facet] = []
    for facet in found:
        if not kept or facet.start >= kept[-1].end:
            kept.append(facet)
    return tuple(kept)


def _links(text: str) -> list[Facet]:
    links = []
    for match in _LINK.finditer(text):
        address = _without_tail(match.group())
        end = match.start() + len(address)
        links.append(Facet("link", _offset(text, match.start()), _offset(text, end), address))
    return links


def _mentions(text: str) -> list[Facet]:
    return [
        Facet("mention", _offset(text, m.start()), _offset(text, m.end()), m.group(1).lower())
        for m in _MENTION.finditer(text)
    ]


def _tags(text: str) -> list[Facet]:
    tags = []
    for match in _TAG.finditer(text):
        word = match.group(1)
        while word and unicodedata.category(word[-1]).startswith("P"):
            word = word[:-1]
        if word and not word.isdigit() and len(word) <= LONGEST_TAG:
            end = match.start(1) + len(word)
            tags.append(Facet("tag", _offset(text, match.start()), _offset(text, end), word))
    return tags


def _without_tail(address: str) -> str:
    """A sentence's full stop is not part of the link, nor is a bracket that was opened before it."""
    address = re.sub(r"[.,;:!?'\"]+$", "", address)
    if address.endswith(")") and "(" not in address:
        address = address[:-1]
    return address


def _offset(text: str, index: int) -> int:
    return len(text[:index].encode())
