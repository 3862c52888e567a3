"""A draft as a wiki shows it. Pure.

What people wrote is words, not wikitext: every sign that means something there is written as an entity. Links become
external links and hashtags categories.
"""

import re
from dataclasses import replace

from livingroom.networks.interface import Draft, Facet, Limits, Rendered
from livingroom.networks.rendering import render_text
from livingroom.networks.wordpress.render import title_of

LIMITS = Limits(graphemes=20_000, utf8_bytes=200_000, parts=1)
LONGEST_TITLE = 180  # bytes; MediaWiki stops at 255, and a name in front takes its share
_MEANING = re.compile(r"[&<>\[\]{}|'~=_]")
_AT_LINE_START = re.compile(r"^[*#:; \-]", re.MULTILINE)
_NOT_IN_TITLES = re.compile(r"[#<>\[\]{}|\x00-\x1f\x7f_]+|~{3,}")
_URL_ENDS = re.compile(r"[\s<>\[\]\"]")


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    card = draft.card if link else None
    (post,) = render_text(replace(draft, may_split=False), link, limits, card=card, append_link=card is None)
    return [replace(post, title=title_of(draft, post.text))]


def page_title(title: str) -> str:
    """A title that MediaWiki takes."""
    cleaned = " ".join(_NOT_IN_TITLES.sub(" ", title).split()).strip(" :./") or "News"
    while len(cleaned.encode()) > LONGEST_TITLE:
        cleaned = cleaned[:-1].rstrip()
    return cleaned


def wikitext(rendered: Rendered) -> str:
    """The words, the card as a last paragraph, the categories at the end."""
    text = words(rendered)
    if rendered.card and rendered.link:
        text += f"\n\n{external(rendered.link, rendered.card.title or rendered.link)}"
    tags = dict.fromkeys(facet.value for facet in rendered.facets if facet.kind == "tag")
    categories = "\n".join(f"[[Category:{page_title(tag)}]]" for tag in tags)
    return f"{text}\n\n{categories}" if categories else text


def words(rendered: Rendered) -> str:
    raw, pieces, at = rendered.text.encode(), [], 0
    for facet in rendered.facets:
        marked = _marked(facet, raw[facet.start : facet.end].decode())
        if marked:
            pieces += [_escape(raw[at : facet.start].decode()), marked]
            at = facet.end
    text = "".join([*pieces, _escape(raw[at:].decode())])
    # One line break is a space in wikitext, two are a paragraph.
    text = re.sub(r"(?<!\n)\n(?!\n)", "<br>\n", text)
    return _AT_LINE_START.sub(lambda found: _entity(found.group()), text)


def external(url: str, label: str) -> str:
    address = _URL_ENDS.sub(lambda found: f"%{ord(found.group()):02X}", url)
    return f"[{address} {_escape(label)}]"


def _marked(facet: Facet, shown: str) -> str:
    if facet.kind == "link":
        return external(facet.value, shown)
    if facet.kind == "tag":
        return f"[[:Category:{page_title(facet.value)}|{_escape(shown)}]]"
    return ""


def _escape(text: str) -> str:
    return _MEANING.sub(lambda found: _entity(found.group()), text)


def _entity(sign: str) -> str:
    return "".join(f"&#{ord(each)};" for each in sign)
