"""Between words and web pages: a text with its facets as HTML, and HTML back to words and links. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

from livingroom.networks.interface import Facet

# What ends a line when a person reads a page.
BLOCKS = {
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "tr",
    "article",
    "figure",
}
SILENT = {"script", "style", "template", "noscript", "head"}
# Where a page names another address, by element.
ADDRESSES = {
    "a": "href",
    "area": "href",
    "link": "href",
    "img": "src",
    "video": "src",
    "audio": "src",
    "source": "src",
}

Address = Callable[[Facet], str]


def link_facets_only(facet: Facet) -> str:
    return facet.value if facet.kind == "link" else ""


def to_html(text: str, facets: Sequence[Facet], address_of: Address = link_facets_only) -> list[str]:
    """The paragraphs of a text as HTML without their tags; a facet that has an address becomes a link."""
    marked = "".join(_pieces(text, facets, address_of))
    paragraphs = [part.strip("\n") for part in re.split(r"\n{2,}", marked)]
    return [part.replace("\n", "<br>") for part in paragraphs if part]


def _pieces(text: str, facets: Sequence[Facet], address_of: Address) -> list[str]:
    raw, pieces, at = text.encode(), [], 0
    for facet in facets:
        address = address_of(facet)
        if not address:
            continue
        pieces.append(escape(raw[at : facet.start].decode(), quote=False))
        rel = ' rel="tag"' if facet.kind == "tag" else ""
        words = escape(raw[facet.start : facet.end].decode(), quote=False)
        pieces.append(f'<a href="{escape(address)}"{rel}>{words}</a>')
        at = facet.end
    return [*pieces, escape(raw[at:].decode(), quote=False)]


def to_text(html: str) -> str:
    """What a person reads on a piece of a page, without its tags."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@dataclass(frozen=True)
class PageLink:
    """An address that a page names: resolved, with its element, its rel words and its type."""

    url: str
    element: str
    rel: frozenset[str]
    media_type: str = ""


def links_of(html: str, base: str) -> list[PageLink]:
    """All addresses of a page in order, relative ones resolved."""
    reader = _Links(base)
    reader.feed(html)
    reader.close()
    return reader.found


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag == "br" or tag in BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A line break in the source of a page is a space to its reader.
            self.pieces.append(re.sub(r"\s+", " ", data))


class _Links(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.found: list[PageLink] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "base" and values.get("href"):
            self.base = _join(self.base, values["href"])
        name = ADDRESSES.get(tag)
        # An empty address is an address: it names the page itself.
        if name and name in values:
            rel = frozenset(values.get("rel", "").lower().split())
            url = _join(self.base, values[name].strip())
            self.found.append(PageLink(url, tag, rel, values.get("type", "").lower()))


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address
