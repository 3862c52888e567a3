"""A draft as X shows it. Pure.

The link is written out, at the end where the text has no place for it: X makes the card itself from the page behind it.
"""

import unicodedata
from dataclasses import replace

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.pictures import image_problems
from livingroom.networks.rendering import render_text
from livingroom.networks.x.weight import ADDRESS_WEIGHT, LONGEST, NEVER_ALLOWED, RULER
from livingroom.shared.problems import Problem

LIMITS = Limits(
    graphemes=LONGEST,
    parts=25,
    images=4,
    image_bytes=5_000_000,
    url_size=ADDRESS_WEIGHT,
    alt_graphemes=1000,
    image_types=("image/jpeg", "image/png", "image/webp", "image/gif"),
)


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    text = unicodedata.normalize("NFC", draft.text)
    posts = render_text(replace(draft, text=text), link, limits, card=None, append_link=True, ruler=RULER)
    found = (*_problems_of_text(text), *image_problems(draft, limits, "X"))
    if draft.images and not text.strip():
        # A picture may stand alone.
        posts[0] = replace(posts[0], problems=tuple(p for p in posts[0].problems if p.field != "text"))
    first = replace(posts[0], images=draft.images, problems=(*posts[0].problems, *found))
    return [first, *posts[1:]]


def _problems_of_text(text: str) -> list[Problem]:
    if NEVER_ALLOWED.search(text):
        return [Problem("There is an invisible character in the text that X refuses.", "text")]
    return []
