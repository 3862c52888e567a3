"""What is wrong with the pictures of a draft, by a network's limits. Pure."""

from livingroom.networks.graphemes import count_graphemes
from livingroom.networks.interface import Draft, Image, Limits
from livingroom.shared.problems import Problem


def image_problems(draft: Draft, limits: Limits, title: str) -> list[Problem]:
    problems = []
    if len(draft.images) > limits.images:
        problems.append(Problem(f"{len(draft.images)} pictures: {title} takes {limits.images}.", "images"))
    for number, image in enumerate(draft.images, 1):
        problems += _problems_of(image, f"Picture {number}", limits, title)
    return problems


def _problems_of(image: Image, which: str, limits: Limits, title: str) -> list[Problem]:
    problems = []
    if limits.image_types and image.media_type not in limits.image_types:
        problems.append(Problem(f"{which} is {image.media_type}, which {title} does not take.", "images"))
    if limits.image_bytes and len(image.content) > limits.image_bytes:
        size, most = len(image.content) / 1_000_000, limits.image_bytes / 1_000_000
        problems.append(Problem(f"{which} has {size:.1f} MB; {title} takes {most:.0f} MB.", "images"))
    if limits.alt_graphemes and count_graphemes(image.alt) > limits.alt_graphemes:
        text = f"The description of {which.lower()} is longer than {limits.alt_graphemes:,} characters."
        problems.append(Problem(text, "images"))
    if not image.alt:
        text = f"{which} has no description for those who cannot see it."
        problems.append(Problem(text, "images", blocks=False))
    return problems
