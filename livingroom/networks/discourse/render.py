"""A draft as a forum shows it: a topic with a title and Markdown. Pure.

Discourse counts code points, as Ruby does, not what people see as characters. 32,000 and 255 are its own settings'
defaults (max_post_length, max_topic_title_length), as are the least of 20 and 15.
"""

import re
from dataclasses import replace

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.pictures import image_problems
from livingroom.networks.rendering import Ruler, render_text, tidy
from livingroom.shared.problems import Problem

LIMITS = Limits(graphemes=32_000, parts=1, images=10, image_bytes=4_000_000)
CODE_POINTS = Ruler(len, lambda text, count: text[:count])
LONGEST_TITLE, SHORTEST_TITLE, SHORTEST_TEXT = 255, 15, 20
_SENTENCE = re.compile(r"(.+?[.!?…。！？])(?:\s|$)")


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    (post,) = render_text(
        replace(draft, may_split=False), link, limits, card=None, append_link=True, ruler=CODE_POINTS
    )
    title = draft.title.strip() or title_of(draft.text)
    images = draft.images[: limits.images]
    problems = (*post.problems, *_problems(title, post.text, draft, limits))
    return [replace(post, title=title, images=images, problems=problems)]


def title_of(text: str) -> str:
    """The first sentence of the first line, for drafts that were written without a title."""
    line = next((line.strip() for line in tidy(text).splitlines() if line.strip()), "")
    sentence = _SENTENCE.match(line)
    return (sentence[1] if sentence else line)[:LONGEST_TITLE].replace("{link}", "").strip()


def _problems(title: str, text: str, draft: Draft, limits: Limits) -> list[Problem]:
    problems = []
    if len(title) > LONGEST_TITLE:
        problems.append(Problem(f"The title has {len(title)} characters; at most {LONGEST_TITLE}.", "title"))
    if title and len(title) < SHORTEST_TITLE:
        problems.append(
            Problem(f"Most forums want a title of {SHORTEST_TITLE} characters.", "title", blocks=False)
        )
    if text and len(text) < SHORTEST_TEXT:
        problems.append(
            Problem(f"Most forums want a text of {SHORTEST_TEXT} characters.", "text", blocks=False)
        )
    return problems + image_problems(draft, limits, "A forum")
