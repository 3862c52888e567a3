"""What a placement says, exactly: the text with its code in it, as its network would show it."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from livingroom.branches.models import Branch
from livingroom.links.codes import SHARED_LENGTH, SLUG_LENGTH
from livingroom.links.models import Code
from livingroom.links.operations import short_url
from livingroom.networks.interface import Card, Draft, Image, Limits, Rendered
from livingroom.networks.registry import find_network, has_connector
from livingroom.posts.approval.content import content_of, digest_of
from livingroom.posts.media.storage import image_for, sample_image
from livingroom.posts.models import Offer, Placement, Post
from livingroom.posts.phrases.filling import Said, said_by
from livingroom.segments.models import SegmentVersion
from livingroom.shared.problems import Problem

LINK_PLACE = "{link}"
CODE_PLACE = "{code}"
# Stand for a link and a code that are made at scheduling: as long as the real ones.
SAMPLE_SLUG = "k7mq4r"[:SLUG_LENGTH]
SAMPLE_CODE = "K7MQ4RTX"[:SHARED_LENGTH]


@dataclass(frozen=True)
class Shown:
    """A picture in a post, by what it is and what is said of it."""

    digest: str
    media_type: str
    alt: str = ""

    def as_image(self, limits: Limits, *, is_real: bool) -> Image:
        if is_real:
            return image_for(self.digest, self.media_type, self.alt, limits)
        return sample_image(self.digest, self.media_type, self.alt)


@dataclass(frozen=True)
class Wording:
    """All that is needed to say and to check a placement, before it is a row or after."""

    branch: Branch
    text: str
    destination: str = ""
    offer: Offer | None = None
    code_kind: str = Placement.Codes.NONE
    n_codes: int = 0
    link: str = ""
    code: str = ""
    placement_id: int | None = None
    title: str = ""
    first_comment: str = ""
    may_split: bool = False
    images: tuple[Shown, ...] = ()
    tags: tuple[str, ...] = ()
    segment: SegmentVersion | None = None
    # What is wrong with its phrases and variables: text and first comment have been filled in already.
    phrase_problems: tuple[Problem, ...] = ()

    @property
    def leads_to(self) -> str:
        return self.destination or (self.offer.destination if self.offer else "")

    @property
    def has_link_place(self) -> bool:
        return LINK_PLACE in self.text or self.has_link_below

    @property
    def has_link_below(self) -> bool:
        """The link stands in the first comment and not in the post."""
        return LINK_PLACE in self.first_comment and LINK_PLACE not in self.text

    @property
    def has_code_place(self) -> bool:
        return CODE_PLACE in self.text or CODE_PLACE in self.first_comment

    @property
    def limits(self) -> Limits:
        """Those of the account's own server, where it has its own."""
        own = self.branch.connection.own_limits if self.branch.connection else None
        return own or find_network(self.branch.network).limits

    @property
    def filled_text(self) -> str:
        """The text as it goes to the network, which puts the link in itself."""
        return self.filled(self.text)

    def filled(self, text: str) -> str:
        code = (self.code or SAMPLE_CODE) if self.code_kind == Placement.Codes.SHARED else ""
        return text.replace(CODE_PLACE, code)

    @property
    def shown_link(self) -> str:
        # A place for a link counts as one even while nothing says where it leads: the checks say so already.
        has_link = self.leads_to or self.has_link_place
        return (self.link or f"{settings.SHORT_URL}/{SAMPLE_SLUG}") if has_link else ""

    def render(self, *, is_real: bool = False) -> list[Rendered]:
        """Show it as the network would; `is_real` with its pictures. Raises UnknownNetwork, and then NotAPicture."""
        network = find_network(self.branch.network)
        card = Card(self.offer.name, self.offer.promise) if self.offer and self.leads_to else None
        has_card = network.capabilities.card and not self.has_link_below
        draft = Draft(
            self.filled_text,
            self.branch.language,
            card if has_card else None,
            may_split=self.may_split and network.capabilities.reply,
            title=self.title,
            images=tuple(image.as_image(self.limits, is_real=is_real) for image in self.images),
        )
        return network.render(draft, "" if self.has_link_below else self.shown_link, self.limits)

    def render_comment(self) -> list[Rendered]:
        """Our own first answer: one post, or none. Raises UnknownNetwork."""
        if not self.first_comment.strip():
            return []
        link = self.shown_link if LINK_PLACE in self.first_comment else ""
        draft = Draft(self.filled(self.first_comment), self.branch.language)
        return find_network(self.branch.network).render(draft, link, self.limits)[:1]

    def rendered(self) -> tuple[list[Rendered], list[Rendered]]:
        """The post or its thread, and the first comment; nothing where no connector knows the network."""
        if not has_connector(self.branch.network):
            return [], []
        return self.render(), self.render_comment()


def wording_of(placement: Placement, said: Said | None = None) -> Wording:
    """Return what a placement says as it is written now; its words, where they were filled in already."""
    return _wording(placement, said or said_by(placement))


def frozen_wording(placement: Placement) -> Wording:
    """Return what was handed to the network, however the post was changed since."""
    extras = placement.sent_extras
    now = _wording(placement, Said(placement.sent_text, extras.get("first_comment", "")))
    return replace(
        now,
        title=extras.get("title", placement.post.title),
        may_split=extras.get("may_split", False),
        images=tuple(Shown(*row) for row in extras.get("images", ())),
    )


def freeze(placement: Placement) -> None:
    """Fix what is handed to the network from here on, whatever becomes of the post."""
    said = said_by(placement)
    wording = _wording(placement, said)
    placement.sent_text = wording.filled_text
    placement.sent_digest = digest_of(content_of(placement, said))
    placement.sent_extras = extras_of(wording)
    if said.signature:
        placement.sent_extras["signature"] = said.signature.pk
    placement.save(update_fields=["sent_text", "sent_digest", "sent_extras"])


def _wording(placement: Placement, said: Said) -> Wording:
    post = placement.post
    return Wording(
        branch=placement.branch,
        text=said.text,
        destination=post.destination,
        offer=post.offer,
        code_kind=placement.code_kind,
        n_codes=placement.n_codes,
        link=short_url(placement.link) if placement.link else "",
        code=shared_code(placement),
        placement_id=placement.pk,
        title=post.title,
        first_comment=said.first_comment,
        may_split=post.may_split,
        images=images_of(post, placement.branch),
        tags=tuple(post.tags),
        segment=post.segment_version,
        phrase_problems=said.problems,
    )


def extras_of(wording: Wording) -> dict[str, Any]:
    """Return what is frozen beside the text."""
    return {
        "title": wording.title,
        "first_comment": wording.filled(wording.first_comment),
        "may_split": wording.may_split,
        "images": [[image.digest, image.media_type, image.alt] for image in wording.images],
    }


def images_of(post: Post, branch: Branch) -> tuple[Shown, ...]:
    rows = post.images.select_related("item") if post.pk else ()
    return tuple(Shown(row.item.digest, row.item.media_type, row.alt_on(branch)) for row in rows)


def shared_code(placement: Placement) -> str:
    if placement.link_id is None or placement.code_kind != Placement.Codes.SHARED:
        return ""
    code = (
        Code.objects.filter(link_id=placement.link_id, kind=Code.Kind.SHARED, stopped_at=None)
        .order_by("id")
        .last()
    )
    return code.text if code else ""
