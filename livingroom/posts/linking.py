"""A placement's own link and codes, made when it is promised and brought up to date when it changes."""

from datetime import datetime

from livingroom.experiments.queries import lottery_over
from livingroom.links.lottery import enter_lottery
from livingroom.links.models import Code
from livingroom.links.operations import mint_code, mint_link, mint_pool, redirect_link
from livingroom.posts.models import Placement
from livingroom.posts.risk.naming import utm_for


def prepare_link(placement: Placement, now: datetime) -> None:
    """Give a placement its link and codes, or bring them up to date. Doing it again changes nothing."""
    post, single = placement.post, placement.code_kind == Placement.Codes.SINGLE
    destination = post.destination or (post.offer.destination if post.offer else "")
    if not destination:
        return
    if placement.link is None:
        placement.link = mint_link(
            destination=destination,
            channel=placement.branch.network,
            branch=placement.branch,
            label=post.title,
            campaign=post.offer.name if post.offer else post.title,
            reveals_code=single,
            utm=utm_for(placement, now),
            now=now,
        )
        placement.save(update_fields=["link"])
    else:
        redirect_link(link=placement.link, destination=destination, reveals_code=single)
    _join_lottery(placement, now)
    _prepare_codes(placement, now)


def _join_lottery(placement: Placement, now: datetime) -> None:
    """Put the link of single-use codes into the lottery that covers its offer, if one does."""
    if placement.link is None:
        return
    is_single = placement.code_kind == Placement.Codes.SINGLE
    found = lottery_over(placement.post.offer, max(placement.due_at or now, now)) if is_single else None
    enter_lottery(link=placement.link, lottery_key=found.lottery_key if found else "")


def _prepare_codes(placement: Placement, now: datetime) -> None:
    link, offer = placement.link, placement.post.offer
    if link is None:
        return
    link.codes.exclude(kind=placement.code_kind).filter(stopped_at=None).update(stopped_at=now)
    if placement.code_kind == Placement.Codes.NONE:
        return
    starts_at, ends_at = (offer.starts_at, offer.ends_at) if offer else (None, None)
    link.codes.filter(issued_at=None).update(starts_at=starts_at, ends_at=ends_at)
    if placement.code_kind == Placement.Codes.SHARED:
        if not link.codes.filter(kind=Code.Kind.SHARED, stopped_at=None).exists():
            mint_code(link=link, starts_at=starts_at, ends_at=ends_at)
        return
    missing = placement.n_codes - link.codes.filter(kind=Code.Kind.SINGLE, stopped_at=None).count()
    if missing > 0:
        mint_pool(link=link, size=missing, starts_at=starts_at, ends_at=ends_at)
