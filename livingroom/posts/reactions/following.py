"""Which posts are looked at again, and how often: often while they are young, then less, then not at all."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, Subquery

from livingroom.networks.errors import AuthExpired, NetworkError, OutOfCredit, RateLimited, Unavailable
from livingroom.networks.models import Connection
from livingroom.networks.reactions.following import count, follow
from livingroom.networks.reactions.models import PostCount
from livingroom.posts.models import Placement

log = logging.getLogger("livingroom.posts")

# Up to this age of the post, so long between two looks.
RHYTHM = (
    (timedelta(days=1), timedelta(minutes=15)),
    (timedelta(days=7), timedelta(hours=2)),
    (timedelta(days=28), timedelta(days=1)),
)
AT_ONCE = 100
# What one conversation meets, all of the account would.
OF_THE_ACCOUNT = (AuthExpired, OutOfCredit, RateLimited, Unavailable)


def to_follow(now: datetime) -> list[Placement]:
    """Return the placements whose turn it is, those first that waited longest."""
    looked_at = PostCount.objects.filter(
        connection=OuterRef("branch__connection"), ref_id=OuterRef("remote_id")
    ).values("counted_at")
    is_due = Q(looked_at=None)
    for age, pause in RHYTHM:
        is_due |= Q(sent_at__gt=now - age, looked_at__lte=now - pause)
    return list(
        Placement.objects.filter(
            state=Placement.State.SENT,
            sent_at__gt=now - RHYTHM[-1][0],
            branch__connection__state=Connection.State.CONNECTED,
        )
        .exclude(remote_id="")
        .annotate(looked_at=Subquery(looked_at[:1]))
        .filter(is_due)
        .select_related("branch__connection")
        .order_by(F("looked_at").asc(nulls_first=True), "pk")[:AT_ONCE]
    )


def follow_placements(placements: Sequence[Placement], now: datetime) -> int:
    """Read the conversations again, and count. Returns how many were read.

    A conversation that cannot be read holds up no other, and an account that cannot be reached no other account.
    """
    by_account: dict[int, list[Placement]] = {}
    for placement in placements:
        by_account.setdefault(placement.branch.connection_id or 0, []).append(placement)
    return sum(_follow_account(rows, now) for rows in by_account.values())


def _follow_account(rows: Sequence[Placement], now: datetime) -> int:
    connection, n_read = rows[0].branch.connection, 0
    if connection is None:
        return 0
    for placement in rows:
        # Noted before, so that what fails has its turn again later, like the others.
        PostCount.objects.update_or_create(
            connection=connection, ref_id=placement.remote_id, defaults={"counted_at": now}
        )
        try:
            follow(connection, placement.remote_id, now)
        except OF_THE_ACCOUNT:
            # The account's own streams say what is wrong with it; the next turn tries again.
            return n_read
        except NetworkError as error:
            log.warning("The conversation under %s was not read: %s", placement, error.text)
        else:
            n_read += 1
    with suppress(NetworkError):
        count(connection, [placement.remote_id for placement in rows], now)
    return n_read
