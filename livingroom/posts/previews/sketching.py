"""From a wording to a sketch: every part as its network would show it, ready to be drawn by a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from livingroom.branches.queries import network_title
from livingroom.networks.interface import Image, Rendered
from livingroom.networks.registry import has_connector
from livingroom.posts.phrases.variables import host_of
from livingroom.posts.previews.looks import Look, look_of
from livingroom.posts.previews.words import Stretch, fold, stretches
from livingroom.posts.wording import Wording


@dataclass(frozen=True)
class CardShown:
    """The card below a post; `is_made_there` when the network draws it from the page."""

    site: str
    title: str
    description: str = ""
    is_made_there: bool = False


@dataclass(frozen=True)
class Shot:
    """One part of a post as people see it."""

    seen: list[Stretch]
    rest: list[Stretch]
    title: str
    images: tuple[Image, ...]
    n_more_images: int
    card: CardShown | None
    tags: tuple[str, ...]
    size: int
    limit: int
    part: int = 1
    n_parts: int = 1

    @property
    def is_over(self) -> bool:
        return bool(self.limit) and self.size > self.limit


@dataclass(frozen=True)
class Sketch:
    """A placement as its network would show it: the parts in order, then our own first comment."""

    look: Look
    network: str
    name: str
    handle: str
    language: str
    host: str
    shots: list[Shot]
    comment: Shot | None

    @property
    def template(self) -> str:
        return f"posts/previews/{self.look.layout}.html"

    @property
    def all_shots(self) -> list[Shot]:
        return [*self.shots, *([self.comment] if self.comment else [])]


def sketch_of(wording: Wording) -> Sketch | None:
    """Draw a wording; None where no connector says how its network would show it."""
    if not has_connector(wording.branch.network) or not wording.text:
        return None
    return draw(wording, wording.render(), wording.render_comment())


def draw(wording: Wording, thread: Sequence[Rendered], comments: Sequence[Rendered]) -> Sketch:
    """Draw what a connector rendered."""
    branch, look = wording.branch, look_of(wording.branch.network)
    comment = next((_shot(part, look, wording) for part in comments), None)
    host = host_of(branch) if look.layout == "article" else None
    return Sketch(
        look=look,
        network=network_title(branch.network),
        name=branch.name,
        handle=f"@{branch.handle.removeprefix('@')}" if look.at_sign else branch.handle,
        language=branch.language,
        host=host.name if host else "",
        shots=[_shot(part, look, wording, thread[0].link) for part in thread],
        comment=comment,
    )


def _shot(part: Rendered, look: Look, wording: Wording, link: str = "") -> Shot:
    words = stretches(part.text, part.facets, look.address_length)
    seen, rest = fold(
        words, characters=look.fold_characters, lines=look.fold_lines, line_length=look.line_length
    )
    shown = part.images[: look.images_shown]
    return Shot(
        seen=seen,
        rest=rest,
        title=part.title,
        images=shown,
        n_more_images=len(part.images) - len(shown),
        card=_card(part, look, wording, link),
        tags=tuple(dict.fromkeys(facet.value for facet in part.facets if facet.kind == "tag")),
        size=part.size,
        limit=part.limit,
        part=part.part,
        n_parts=part.n_parts,
    )


def _card(part: Rendered, look: Look, wording: Wording, link: str) -> CardShown | None:
    """The card that we send, or the one that the network will make of the part that shows the link."""
    if not link:
        return None
    site = urlsplit(wording.leads_to or link).hostname or ""
    if part.card:
        return CardShown(site, part.card.title, part.card.description)
    if look.makes_card and not part.images and link in part.text:
        return CardShown(site, "", is_made_there=True)
    return None
