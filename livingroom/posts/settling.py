"""What became of a placement whose outcome is unknown: we look on its network, and never send to find out."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import F
from django.utils import timezone

from livingroom.networks.errors import NetworkError
from livingroom.networks.interface import Network, Published
from livingroom.networks.writing import LOOKS_APART as LOOKS_APART
from livingroom.networks.writing import looks_to_be_sure
from livingroom.posts.claiming import first_try_at, open_branch
from livingroom.posts.models import Placement
from livingroom.posts.outcomes import mark_sent, try_again
from livingroom.posts.threads.parts import CannotSend, Part, cost_of, note_part, parts_of, parts_out

State = Placement.State


def settle(
    placement_id: int, now: datetime, clock: Callable[[], datetime] = timezone.now, *, at_once: bool = False
) -> Placement | None:
    """Look on the network what became of a placement whose outcome is unknown. `at_once`: a person asks."""
    mine = Placement.objects.filter(pk=placement_id, state=State.UNKNOWN)
    if not at_once:
        mine = mine.to_settle_at(now)
    due = mine.values_list("settle_at", flat=True).first()
    if not mine.update(settle_at=now + LOOKS_APART):  # others look a minute later, should we die
        return None
    placement = Placement.objects.select_related("post__offer", "branch__connection", "link").get(
        pk=placement_id
    )
    try:
        parts, out = parts_of(placement), parts_out(placement)
        network = open_branch(placement)
        is_all_there = _look_for(network, placement, parts, out)
        fee = cost_of(network, parts)
    except (NetworkError, CannotSend) as error:
        _look_again(placement, str(error), clock())
    else:
        if is_all_there:
            mark_sent(placement, out[1], fee, now=clock())
        elif due is None or due <= now:  # a look before the network had its time proves nothing
            _not_found(placement, own_key=network.capabilities.own_key, now=clock())
    placement.refresh_from_db()
    return placement


def _look_for(
    network: Network, placement: Placement, parts: Sequence[Part], out: dict[int, Published]
) -> bool:
    """Note the parts that are there, in their order, up to the first that is not. Returns whether all are."""
    since = first_try_at(placement)
    for part in parts:
        if part.number not in out:
            found = network.find_published(part.rendered, part.key, since)
            if found is None:
                return False
            note_part(placement, part, found, len(parts))
            out[part.number] = found
    return True


def _not_found(placement: Placement, *, own_key: bool, now: datetime) -> None:
    if placement.n_looks + 1 < looks_to_be_sure(own_key=own_key):
        _look_again(placement, "We looked and it is not there yet.", now, n_looks=1)
    else:  # the token tells if it has moved on while we looked
        text = "The network does not have it: it is sent again."
        try_again(placement.pk, placement.claimed_by, text, retry_at=now, now=now)


def _look_again(placement: Placement, text: str, now: datetime, n_looks: int = 0) -> None:
    Placement.objects.filter(pk=placement.pk, state=State.UNKNOWN).update(
        settle_at=now + LOOKS_APART, n_looks=F("n_looks") + n_looks, queued_at=None, problem=text
    )
