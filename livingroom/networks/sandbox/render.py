"""A draft as the sandbox shows it. Pure. 500 characters, the link is written out at the end; four pictures."""

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.rendering import render_text, with_images

LIMITS = Limits(
    graphemes=500, parts=25, card_image_bytes=1_000_000, images=4, image_bytes=1_000_000, image_side=2000
)


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    posts = render_text(draft, link, limits, card=draft.card if link else None, append_link=True)
    return [with_images(posts[0], draft, limits), *posts[1:]]
