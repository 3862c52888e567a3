"""Where a page takes mentions: its Webmention endpoint, else its pingback server. Pure.

https://www.w3.org/TR/webmention/#sender-discovers-receiver-webmention-endpoint — the Link header first, then the first
<link> or <a> of the page with rel=webmention. Pingback: the X-Pingback header, then <link rel=pingback>.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from livingroom.networks.markup import links_of
from livingroom.networks.public_pages import FetchedPage

_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[^=,;\"]+(?:=(?:\"[^\"]*\"|[^,;\"]*))?)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^,;\s]+))", re.IGNORECASE)


@dataclass(frozen=True)
class Door:
    protocol: str
    url: str


def find_door(page: FetchedPage) -> Door | None:
    return _webmention(page) or _pingback(page)


def header_links(headers: httpx.Headers, base: str) -> Iterable[tuple[str, frozenset[str]]]:
    """Address and rel words of each Link header, in order."""
    for line in headers.get_list("link"):
        for target, attributes in _LINK.findall(line):
            found = _REL.search(attributes)
            rel = (found.group(1) or found.group(2) or "") if found else ""
            yield urljoin(base, target), frozenset(rel.lower().split())


def _webmention(page: FetchedPage) -> Door | None:
    for url, rel in header_links(page.headers, page.url):
        if "webmention" in rel:
            return Door("webmention", url)
    return _on_page(page, "webmention", ("link", "a"))


def _pingback(page: FetchedPage) -> Door | None:
    named = page.headers.get("x-pingback", "").strip()
    if named:
        return Door("pingback", urljoin(page.url, named))
    return _on_page(page, "pingback", ("link",))


def _on_page(page: FetchedPage, rel: str, elements: tuple[str, ...]) -> Door | None:
    if page.media_type not in ("text/html", "application/xhtml+xml"):
        return None
    for link in links_of(page.text, page.url):
        if link.element in elements and rel in link.rel:
            return Door(rel, link.url)
    return None
