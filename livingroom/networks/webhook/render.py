"""A draft as a place is handed it: words, with their links and tags marked, and the link beside them. Pure."""

from dataclasses import replace

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.rendering import render_text

LIMITS = Limits(graphemes=1_000, parts=1)


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    card = draft.card if link else None
    (post,) = render_text(replace(draft, may_split=False), link, limits, card=card, append_link=False)
    return [replace(post, title=draft.title.strip(), link=link)]
