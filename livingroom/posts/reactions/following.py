"""Which posts are looked at again, and how often: often while they are young, then less, then not at all."""

from datetime import datetime, timedelta

from livingroom.networks.errors import NetworkError
from livingroom.networks.models import Connection
from livingroom.networks.reactions.following import count, follow
from livingroom.networks.reactions.models import PostCount
from livingroom.posts.models import Placement

# Up to this age of the post, so long between two looks.
RHYTHM = (
    (timedelta(days=1), timedelta(minutes=15)),
    (timedelta(days=7), timedelta(hours=2)),
    (timedelta(days=28), timedelta(days=1)),
)
AT_ONCE = 100


def to_follow(now: datetime) -> list[Placement]:
    """Return the placements whose turn it is, those first that waited longest."""
    young = (
        Placement.objects.filter(state=Placement.State.SENT, sent_at__gt=now - RHYTHM[-1][0])
        .exclude(remote_id="")
        .filter(branch__connection__state=Connection.State.CONNECTED)
        .select_related("branch__connection")
    )
    counted = {
        (row["connection_id"], row["ref_id"]): row["counted_at"]
        for row in PostCount.objects.values("connection_id", "ref_id", "counted_at")
    }
    due = []
    for placement in young:
        last = counted.get((placement.branch.connection_id or 0, placement.remote_id))
        if last is None or last + _pause(placement, now) <= now:
            due.append((last or placement.sent_at or now, placement.pk, placement))
    return [placement for *_, placement in sorted(due)[:AT_ONCE]]


def follow_placements(placements: list[Placement], now: datetime) -> int:
    """Read the conversations again, and count. An account that fails holds up no other. Returns how many were read."""
    n_read = 0
    by_account: dict[int, list[Placement]] = {}
    for placement in placements:
        by_account.setdefault(placement.branch.connection_id or 0, []).append(placement)
    for rows in by_account.values():
        connection = rows[0].branch.connection
        if connection is None:
            continue
        try:
            for placement in rows:
                follow(connection, placement.remote_id, now)
                n_read += 1
            count(connection, [placement.remote_id for placement in rows], now)
        except NetworkError:
            # The account's own streams say what is wrong with it; the next turn tries again.
            continue
        _note(connection, rows, now)
    return n_read


def _pause(placement: Placement, now: datetime) -> timedelta:
    age = now - (placement.sent_at or now)
    return next((pause for until, pause in RHYTHM if age <= until), RHYTHM[-1][1])


def _note(connection: Connection, rows: list[Placement], now: datetime) -> None:
    """Where a network has no counts, the look is noted all the same."""
    for placement in rows:
        PostCount.objects.get_or_create(
            connection=connection, ref_id=placement.remote_id, defaults={"counted_at": now}
        )
