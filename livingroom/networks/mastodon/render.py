"""A draft as Mastodon shows it. Pure.

Mastodon counts graphemes; any address counts 23, and a mention counts without its server
(https://docs.joinmastodon.org/user/posting/#text). The server says what it allows; 500 is what it says nearly everywhere.
"""

import re
from dataclasses import replace

from livingroom.networks.graphemes import count_graphemes, first_graphemes
from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.rendering import Ruler, render_text
from livingroom.shared.problems import Problem

LIMITS = Limits(
    graphemes=500, parts=25, images=4, image_bytes=16 * 1024 * 1024, url_size=23, alt_graphemes=1500
)

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_AWAY = re.compile(r"(?<![\w/])(@\w+)@[\w.-]+\w")


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    """The link is written out: Mastodon makes the card itself from the page that it leads to."""
    url_size = limits.url_size or 0
    ruler = Ruler(
        lambda text: count(text, url_size), lambda text, n_characters: first(text, n_characters, url_size)
    )
    posts = render_text(draft, link, limits, card=None, append_link=True, ruler=ruler)
    problems = (*posts[0].problems, *image_problems(draft, limits))
    return [replace(posts[0], images=draft.images, problems=problems), *posts[1:]]


def count(text: str, url_size: int = 23) -> int:
    """How long Mastodon finds a text; `url_size` 0 counts addresses as they are."""
    return count_graphemes(_AWAY.sub(r"\1", _shortened(text, url_size)))


def first(text: str, n_characters: int, url_size: int = 23) -> str:
    """The longest beginning that counts at most this; an address is kept whole or left out."""
    head = first_graphemes(text, _reach(text, n_characters, url_size))
    for match in _ADDRESS.finditer(text):
        if match.start() < len(head) < match.end() and match.start() > 0:
            head = text[: match.start()]
    while head and count(head, url_size) > n_characters:
        head = first_graphemes(head, count_graphemes(head) - 1)
    return head


def image_problems(draft: Draft, limits: Limits) -> list[Problem]:
    problems = []
    if len(draft.images) > limits.images:
        problems.append(
            Problem(f"{len(draft.images)} pictures; at most {limits.images} go with a post.", "images")
        )
    for number, image in enumerate(draft.images, 1):
        if limits.image_bytes and len(image.content) > limits.image_bytes:
            problems.append(
                Problem(f"Picture {number} is over {limits.image_bytes // 1_000_000:,} MB.", "images")
            )
        if limits.image_types and image.media_type not in limits.image_types:
            problems.append(
                Problem(f"Picture {number} is {image.media_type}, which the server does not take.", "images")
            )
        if limits.alt_graphemes and count_graphemes(image.alt) > limits.alt_graphemes:
            problems.append(
                Problem(
                    f"The description of picture {number} is over {limits.alt_graphemes:,} characters.",
                    "images",
                )
            )
        if not image.alt:
            problems.append(
                Problem(
                    f"Picture {number} has no description for those who cannot see it.",
                    "images",
                    blocks=False,
                )
            )
    return problems


def _shortened(text: str, url_size: int) -> str:
    return _ADDRESS.sub("x" * url_size, text) if url_size else text


def _reach(text: str, n_characters: int, url_size: int) -> int:
    """No beginning can be longer than this: what its addresses and mentions are spared is added."""
    spared = max(0, count_graphemes(text) - count(text, url_size))
    longer = (
        sum(max(0, count_graphemes(m.group()) - url_size) for m in _ADDRESS.finditer(text)) if url_size else 0
    )
    return n_characters + max(spared, longer)
