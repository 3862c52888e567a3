"""A draft as a blog shows it. Pure.

A blog post has a title, paragraphs and pictures. WordPress itself sets no limit to a post; a comment has room for 65,535
bytes, and a post that is longer than that is no post that somebody wrote for a campaign.
"""

from collections.abc import Callable
from dataclasses import replace
from html import escape

from livingroom.networks.graphemes import count_graphemes, first_graphemes
from livingroom.networks.interface import Draft, Facet, Limits, Rendered
from livingroom.networks.markup import to_html
from livingroom.networks.rendering import render_text

LIMITS = Limits(
    graphemes=20_000, utf8_bytes=65_000, parts=1, card_image_bytes=8_000_000, images=20, image_bytes=8_000_000
)
TITLE_GRAPHEMES = 80


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    # The card becomes a paragraph of its own that names where the link leads; without one it is written out.
    card = draft.card if link else None
    whole = replace(draft, may_split=False)
    (post,) = render_text(whole, link, limits, card=card, append_link=card is None)
    return [replace(post, title=title_of(draft, post.text), images=draft.images)]


def title_of(draft: Draft, text: str) -> str:
    """The title given, else the card's, else the first line, cut where a word ends."""
    given = draft.title.strip() or (draft.card.title.strip() if draft.card else "")
    if given:
        return given
    line = text.split("\n", 1)[0]
    if count_graphemes(line) <= TITLE_GRAPHEMES:
        return line
    return first_graphemes(line, TITLE_GRAPHEMES).rsplit(" ", 1)[0] + " …"


def content_of(rendered: Rendered, address_of: Callable[[Facet], str], figures: list[str]) -> str:
    """The post in WordPress's blocks: paragraphs, pictures, and the card as a last paragraph."""
    paragraphs = to_html(rendered.text, rendered.facets, address_of)
    blocks = [block("paragraph", f"<p>{without_shortcodes(inner)}</p>") for inner in paragraphs]
    blocks += [block("image", figure) for figure in figures]
    if rendered.card and rendered.link:
        words = without_shortcodes(escape(rendered.card.title or rendered.link, quote=False))
        blocks.append(
            block(
                "paragraph",
                f'<p class="livingroom-card"><a href="{escape(rendered.link)}">{words}</a></p>',
                '{"className":"livingroom-card"}',
            )
        )
    return "\n\n".join(blocks)


def title_html(title: str) -> str:
    """WordPress takes a title for HTML."""
    return escape(title, quote=False)


def without_shortcodes(html: str) -> str:
    """A word in square brackets, such as [gallery], is a command to WordPress wherever it stands."""
    return html.replace("[", "&#91;")


def block(name: str, html: str, attributes: str = "") -> str:
    opening = f"wp:{name} {attributes}".strip()
    return f"<!-- {opening} -->\n{html}\n<!-- /wp:{name} -->"


def figure(source: str, alt: str) -> str:
    return f'<figure class="wp-block-image"><img src="{escape(source)}" alt="{escape(alt)}"/></figure>'
