"""A draft as Instagram shows it. Pure.

A post is one to ten pictures with words under them. An address in the words cannot be clicked; it is written out for those
who type it, and because we find our own post again by it.
"""

import re
from dataclasses import replace

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.pictures import image_problems
from livingroom.networks.rendering import render_text
from livingroom.shared.problems import Problem

LIMITS = Limits(graphemes=2200, parts=1, images=10, image_bytes=8_000_000, image_types=("image/jpeg",))
TAGS_AT_MOST, MENTIONS_AT_MOST = 30, 20
_TAG = re.compile(r"(?<!\w)#\w+")
_MENTION = re.compile(r"(?<!\w)@[\w.]+")


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    (post,) = render_text(replace(draft, may_split=False), link, limits, card=None, append_link=True)
    problems = [*post.problems, *_problems_of_words(post.text, link), *_problems_of_images(draft, limits)]
    return [replace(post, images=draft.images, problems=tuple(problems))]


def _problems_of_words(text: str, link: str) -> list[Problem]:
    problems = []
    if len(_TAG.findall(text)) > TAGS_AT_MOST:
        problems.append(Problem(f"Instagram takes {TAGS_AT_MOST} hashtags at most.", "text"))
    if len(_MENTION.findall(text)) > MENTIONS_AT_MOST:
        problems.append(Problem(f"Instagram takes {MENTIONS_AT_MOST} mentions at most.", "text"))
    if link:
        said = "Nobody can click on an address on Instagram; a code or the link in your profile works better."
        problems.append(Problem(said, "text", blocks=False))
    return problems


def _problems_of_images(draft: Draft, limits: Limits) -> list[Problem]:
    if not draft.images:
        return [Problem("Instagram has no posts without a picture: add one.", "images")]
    problems = image_problems(draft, limits, "Instagram")
    for number, image in enumerate(draft.images, 1):
        if not image.url.startswith("https://"):
            said = f"Picture {number} has no public address; Instagram fetches pictures itself."
            problems.append(Problem(said, "images"))
    return problems
