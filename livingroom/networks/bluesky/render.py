"""A draft as Bluesky shows it. Pure.

The limit is 300 graphemes and 3,000 bytes (lexicon app.bsky.feed.post); the picture of a card may have 1,000,000 bytes.
"""

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.rendering import render_text

LIMITS = Limits(graphemes=300, utf8_bytes=3000, parts=25, card_image_bytes=1_000_000)


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    # A card carries the link and leaves the text to the words; without a card the link is written out.
    card = draft.card if link else None
    return render_text(draft, link, limits, card=card, append_link=card is None)
