"""From a draft to posts: the steps that networks share. Pure; each network's render.py says which apply."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from livingroom.networks.graphemes import count_graphemes, first_graphemes
from livingroom.networks.interface import Card, Draft, Limits, Rendered
from livingroom.networks.richtext import find_facets
from livingroom.shared.problems import Problem

MARKER = "{link}"
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*(?=\s)")


@dataclass(frozen=True)
class Ruler:
    """How a network measures a text, and the longest beginning of it that has at most a given length."""

    count: Callable[[str], int]
    first: Callable[[str, int], str]


GRAPHEMES = Ruler(count_graphemes, first_graphemes)


def tidy(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def place_link(text: str, link: str, *, append: bool) -> str:
    """Put the link where the marker stands, or at the end where the network's custom is so."""
    if MARKER in text:
        return text.replace(MARKER, link)
    if append and link and link not in text:
        return f"{text}\n{link}" if text else link
    return text


def render_text(
    draft: Draft,
    link: str,
    limits: Limits,
    *,
    card: Card | None,
    append_link: bool,
    ruler: Ruler = GRAPHEMES,
) -> list[Rendered]:
    """The draft as one post, or as a numbered thread where it may be split. The card goes with the first."""
    text = place_link(tidy(draft.text), link, append=append_link)
    parts = split_text(text, limits.graphemes, ruler) if draft.may_split else [text]
    shared = _problems_of_draft(draft, text, link, card, limits, len(parts))
    posts = [
        Rendered(
            text=part,
            facets=find_facets(part),
            language=draft.language,
            size=ruler.count(part),
            limit=limits.graphemes,
            part=number,
            n_parts=len(parts),
            problems=_problems_of_part(part, limits, ruler),
        )
        for number, part in enumerate(parts, 1)
    ]
    first = replace(posts[0], link=link, card=card, problems=(*posts[0].problems, *shared))
    return [first, *posts[1:]]


def with_images(post: Rendered, draft: Draft, limits: Limits) -> Rendered:
    """Put the draft's pictures into its first post, and say which of them the network does not take."""
    if not draft.images:
        return post
    return replace(post, images=draft.images, problems=(*post.problems, *_problems_of_images(draft, limits)))


def _problems_of_images(draft: Draft, limits: Limits) -> list[Problem]:
    problems = []
    if len(draft.images) > limits.images:
        problems.append(
            Problem(f"{len(draft.images)} pictures; at most {limits.images} go with a post.", "images")
        )
    for number, image in enumerate(draft.images, 1):
        if limits.image_bytes and len(image.content) > limits.image_bytes:
            problems.append(Problem(f"Picture {number} is over {limits.image_bytes // 1000:,} kB.", "images"))
        if not image.alt:
            text = f"Picture {number} has no description for those who cannot see it."
            problems.append(Problem(text, "images", blocks=False))
    return problems


def split_text(text: str, limit: int, ruler: Ruler = GRAPHEMES) -> list[str]:
    """Cut at paragraphs, else sentences, else words, and number the parts."""
    if ruler.count(text) <= limit:
        return [text]
    for digits in (1, 2, 3):
        tail = len(" (/)") + 2 * digits
        pieces = _pieces(text, limit - tail, ruler)
        if len(pieces) < 10**digits:
            break
    return [f"{piece} ({number}/{len(pieces)})" for number, piece in enumerate(pieces, 1)]


def _pieces(text: str, room: int, ruler: Ruler) -> list[str]:
    pieces = []
    while text:
        head = ruler.first(text, room)
        if len(head) < len(text):
            head = head[: _cut(head, followed_by_space=text[len(head)].isspace())]
        pieces.append(head.rstrip())
        text = text[len(head) :].lstrip()
    return pieces


def _cut(head: str, *, followed_by_space: bool) -> int:
    """Where to end this part; a paragraph or sentence only if that leaves it at least half full."""
    half = len(head) // 2
    paragraph = head.rfind("\n\n")
    if paragraph >= half:
        return paragraph
    sentences = [match.end() for match in _SENTENCE_END.finditer(head + (" " if followed_by_space else ""))]
    if sentences and sentences[-1] >= half:
        return sentences[-1]
    if followed_by_space:
        return len(head)
    words = [match.start() for match in re.finditer(r"\s", head)]
    return words[-1] if words and words[-1] > 0 else len(head)


def _problems_of_draft(
    draft: Draft, text: str, link: str, card: Card | None, limits: Limits, n_parts: int
) -> list[Problem]:
    problems = []
    if not text:
        problems.append(Problem("There is nothing to say yet.", "text"))
    if MARKER in draft.text and not link:
        problems.append(Problem("The text has a place for the link, but there is no link.", "text"))
    for name in sorted(set(_PLACEHOLDER.findall(text)) - {MARKER}):
        problems.append(Problem(f"Nothing stands for {name}.", "text"))
    if n_parts > limits.parts:
        problems.append(Problem(f"This makes {n_parts} posts; at most {limits.parts} hang together.", "text"))
    if card and card.image and limits.card_image_bytes and len(card.image.content) > limits.card_image_bytes:
        problems.append(Problem(f"The picture is over {limits.card_image_bytes // 1000:,} kB.", "card"))
    if card and card.image and not card.image.alt:
        problems.append(
            Problem("The picture has no description for those who cannot see it.", "card", blocks=False)
        )
    return problems


def _problems_of_part(text: str, limits: Limits, ruler: Ruler) -> tuple[Problem, ...]:
    problems = []
    size, n_bytes = ruler.count(text), len(text.encode())
    if size > limits.graphemes:
        over = size - limits.graphemes
        problems.append(Problem(f"{size} of {limits.graphemes} characters: {over} too many.", "text"))
    if limits.utf8_bytes and n_bytes > limits.utf8_bytes:
        problems.append(
            Problem(f"{n_bytes:,} of {limits.utf8_bytes:,} bytes: this script needs more room.", "text")
        )
    return tuple(problems)
