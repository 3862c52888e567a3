"""A draft as the sandbox shows it. Pure. 500 characters, the link is written out at the end."""

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.rendering import render_text

LIMITS = Limits(graphemes=500, parts=25, card_image_bytes=1_000_000)


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    return render_text(draft, link, limits, card=draft.card if link else None, append_link=True)
