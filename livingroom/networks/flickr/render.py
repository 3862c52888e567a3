"""A draft as Flickr shows it: a picture with a title and a description. Pure.

Flickr documents no longest description; 10,000 characters are our own limit. Its descriptions are HTML of a simple kind, so
what looks like marks is written out.
"""

from dataclasses import replace

from livingroom.networks.interface import Draft, Limits, Rendered
from livingroom.networks.pictures import image_problems
from livingroom.networks.rendering import render_text, tidy
from livingroom.shared.problems import Problem

IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif")
LIMITS = Limits(graphemes=10_000, parts=1, images=1, image_bytes=200_000_000, image_types=IMAGE_TYPES)
LONGEST_TITLE = 255


def render(draft: Draft, link: str = "", limits: Limits = LIMITS) -> list[Rendered]:
    (post,) = render_text(replace(draft, may_split=False), link, limits, card=None, append_link=True)
    title = draft.title.strip() or next(
        (line.strip() for line in tidy(draft.text).splitlines() if line.strip()), ""
    )
    images = draft.images or ((draft.card.image,) if draft.card and draft.card.image else ())
    problems = (*post.problems, *_problems(draft, len(images), limits))
    title = title.replace("{link}", "").strip()[:LONGEST_TITLE]
    return [replace(post, title=title, images=images[:1], problems=problems)]


def _problems(draft: Draft, n_images: int, limits: Limits) -> list[Problem]:
    problems = []
    if len(draft.title.strip()) > LONGEST_TITLE:
        problems.append(
            Problem(f"The title has {len(draft.title.strip())} characters; at most {LONGEST_TITLE}.", "title")
        )
    if not n_images:
        problems.append(Problem("Flickr shows pictures: add one.", "images"))
    return problems + image_problems(draft, limits, "One post on Flickr")


def tags_of(rendered: Rendered) -> list[str]:
    """The hashtags of the text, which are Flickr's tags, each once."""
    return list(dict.fromkeys(facet.value for facet in rendered.facets if facet.kind == "tag"))
