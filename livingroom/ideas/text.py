"""What people write, as safe HTML: markdown without raw HTML, pictures or headings; links vouch for nobody."""

import re
from functools import lru_cache
from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Headings would break the page's outline, and pictures from elsewhere would tell others who reads here.
_LEFT_OUT = ["heading", "lheading", "image", "html_block", "html_inline"]
_TAGS = {"p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr"}
_SCHEMES = {"http", "https", "mailto"}
_REL = "nofollow ugc noopener"
_SPACE = re.compile(r"\s+")

_markdown = (
    MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough").disable(_LEFT_OUT)
)


@lru_cache(maxsize=4096)  # the same texts are on every page of a list
def html_of(text: str) -> SafeString:
    """Markdown as HTML that may stand on a public page."""
    made = _markdown.render(text)
    cleaned = nh3.clean(
        made, tags=_TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes=_SCHEMES, link_rel=_REL
    )
    return mark_safe(cleaned)  # noqa: S308 - cleaned right above


def plain_of(text: str, most: int = 300) -> str:
    """The words alone, on one line, cut at a space: for lists, feeds and letters."""
    bare = unescape(nh3.clean(_markdown.render(text), tags=set()))
    words = _SPACE.sub(" ", bare).strip()
    if len(words) <= most:
        return words
    return words[: most - 1].rsplit(" ", 1)[0] + "…"
