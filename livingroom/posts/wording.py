"""What a placement says, exactly: the text with its code in it, as its network would show it."""

from dataclasses import dataclass, replace

from django.conf import settings

from livingroom.branches.models import Branch
from livingroom.links.codes import SHARED_LENGTH, SLUG_LENGTH
from livingroom.links.models import Code
from livingroom.links.operations import short_url
from livingroom.networks.interface import Card, Draft, Rendered
from livingroom.networks.registry import find_network, has_connector
from livingroom.posts.models import Offer, Placement

LINK_PLACE = "{link}"
CODE_PLACE = "{code}"
# Stand for a link and a code that are made at scheduling: as long as the real ones.
SAMPLE_SLUG = "k7mq4r"[:SLUG_LENGTH]
SAMPLE_CODE = "K7MQ4RTX"[:SHARED_LENGTH]


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

    @property
    def leads_to(self) -> str:
        return self.destination or (self.offer.destination if self.offer else "")

    @property
    def has_link_place(self) -> bool:
        return LINK_PLACE in self.text

    @property
    def has_code_place(self) -> bool:
        return CODE_PLACE in self.text

    @property
    def filled_text(self) -> str:
        """The text as it goes to the network, which puts the link in itself."""
        code = (self.code or SAMPLE_CODE) if self.code_kind == Placement.Codes.SHARED else ""
        return self.text.replace(CODE_PLACE, code)

    def render(self) -> list[Rendered]:
        """Show it as the network would. Raises UnknownNetwork."""
        network = find_network(self.branch.network)
        # A place for a link counts as one even while nothing says where it leads: the checks say so already.
        has_link = self.leads_to or self.has_link_place
        link = (self.link or f"{settings.SHORT_URL}/{SAMPLE_SLUG}") if has_link else ""
        card = Card(self.offer.name, self.offer.promise) if self.offer and self.leads_to else None
        draft = Draft(self.filled_text, self.branch.language, card if network.capabilities.card else None)
        return network.render(draft, link)

    def preview(self) -> list[Rendered]:
        return self.render() if has_connector(self.branch.network) else []


def wording_of(placement: Placement) -> Wording:
    """Return what a placement says as it is written now."""
    post = placement.post
    return Wording(
        branch=placement.branch,
        text=placement.text,
        destination=post.destination,
        offer=post.offer,
        code_kind=placement.code_kind,
        n_codes=placement.n_codes,
        link=short_url(placement.link) if placement.link else "",
        code=shared_code(placement),
        placement_id=placement.pk,
    )


def frozen_wording(placement: Placement) -> Wording:
    """Return what was handed to the network, however the post was changed since."""
    return replace(wording_of(placement), text=placement.sent_text)


def shared_code(placement: Placement) -> str:
    if placement.link_id is None or placement.code_kind != Placement.Codes.SHARED:
        return ""
    code = (
        Code.objects.filter(link_id=placement.link_id, kind=Code.Kind.SHARED, stopped_at=None)
        .order_by("id")
        .last()
    )
    return code.text if code else ""
