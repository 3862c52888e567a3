"""A draft as a Facebook page shows it. Pure.

The link travels beside the text and Facebook makes the card from the page behind it. A post with pictures has no card: there
the link is written out.
"""

from dataclasses import replace

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.pictures import image_problems
from livingroom.networks.rendering import render_text

LIMITS = Limits(
    graphemes=63_206,
    parts=25,
    images=10,
    image_bytes=10_000_000,
    image_types=("image/jpeg", "image/png", "image/gif", "image/webp"),
)


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    card = draft.card if link and not draft.images else None
    posts = render_text(draft, link, limits, card=card, append_link=bool(draft.images))
    first = posts[0]
    problems = (*first.problems, *image_problems(draft, limits, "Facebook"))
    if draft.images and not draft.text.strip():
        # A picture may stand alone.
        problems = tuple(problem for problem in problems if problem.field != "text")
    return [replace(first, images=draft.images, problems=problems), *posts[1:]]
