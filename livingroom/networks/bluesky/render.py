"""A draft as Bluesky shows it. Pure.

The limit is 300 graphemes and 3,000 bytes (lexicon app.bsky.feed.post); the picture of a card may have 1,000,000 bytes,
each of at most four pictures too (app.bsky.embed.images).
"""

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.rendering import render_text, with_images

LIMITS = Limits(
    graphemes=300,
    utf8_bytes=3000,
    parts=25,
    card_image_bytes=1_000_000,
    images=4,
    image_bytes=1_000_000,
    image_side=2000,
)


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    # A card carries the link and leaves the text to the words; without a card the link is written out. A post has one
    # embed: with pictures it has no card.
    card = draft.card if link and not draft.images else None
    posts = render_text(draft, link, limits, card=card, append_link=card is None)
    return [with_images(posts[0], draft, limits), *posts[1:]]
