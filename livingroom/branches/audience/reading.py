"""Read who follows the branches, a few pages at a time, and keep a sketch of it: once a day, or as fast as a network lets us.

A large account takes many steps. Each keeps its place, so that a stop in the middle does no harm; a name read twice counts
once. No name is stored.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db.models import Max

from livingroom.branches.audience.models import Audience
from livingroom.branches.models import Branch
from livingroom.measure.audience import sketch_of
from livingroom.networks.errors import Invalid, NetworkError, RateLimited, SpecDrift
from livingroom.networks.interface import Network
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.registry import NETWORKS, find_network

# With a step each five minutes this is a seventh of what Mastodon lets an account ask (300 requests in 5 minutes), and far
# below Bluesky's 3,000: posting and answering come first.
PAGES_AT_ONCE = 40
PAGES_IN_ALL = 200
REST_AFTER_TROUBLE = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=14)
KEPT_DAILY = timedelta(days=35)


def branches_to_read(now: datetime) -> list[Branch]:
    """Return the branches whose followers can be told apart and were not all read today, the longest waiting first."""
    telling = [name for name in NETWORKS if find_network(name).capabilities.follower_names]
    rows = Branch.objects.postable().filter(network__in=telling, connection__state=Connection.State.CONNECTED)
    done = Audience.objects.whole().filter(on=now.date()).values("branch_id")
    waiting = Audience.objects.under_way().filter(waits_until__gt=now).values("branch_id")
    rows = rows.exclude(pk__in=done).exclude(pk__in=waiting).select_related("connection")
    last = dict(Audience.objects.values_list("branch_id").annotate(Max("read_at")))
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(rows, key=lambda branch: (last.get(branch.pk, never), branch.pk))


def read_audiences(now: datetime, *, n_pages: int = PAGES_IN_ALL) -> list[Audience]:
    """Take one step for each branch whose turn it is, and no more pages than this in all."""
    found = []
    for branch in branches_to_read(now):
        if n_pages <= 0:
            break
        row, n_asked = _step(branch, now, min(n_pages, PAGES_AT_ONCE))
        found.append(row)
        n_pages -= n_asked
    return found


def read_some(branch: Branch, now: datetime, *, n_pages: int = PAGES_AT_ONCE) -> Audience:
    """Read on where the last step stopped, or begin today's reading."""
    return _step(branch, now, n_pages)[0]


def thin_out(now: datetime) -> int:
    """Keep each day for five weeks, then the last day of each month. Returns how many rows were dropped."""
    old = Audience.objects.filter(on__lt=(now - KEPT_DAILY).date())
    last: dict[tuple[int, int, int], int] = {}
    rows = old.whole().order_by("on").values_list("pk", "branch_id", "on")
    for pk, branch_id, on in rows:
        last[branch_id, on.year, on.month] = pk
    return old.exclude(pk__in=list(last.values())).delete()[0]


def _step(branch: Branch, now: datetime, n_pages: int) -> tuple[Audience, int]:
    """The row after a step, and how many pages were asked for."""
    assert branch.connection is not None  # only what is connected is read
    row = _under_way(branch, now)
    before = (row.cursor, row.n_read)
    names: list[str] = []
    n_asked = 0
    row.problem, row.waits_until = "", None
    try:
        for page in _pages(open_connection(branch.connection), row, n_pages):
            names += page
            n_asked += 1
    except NetworkError as error:
        _note(row, error, now)
        n_asked += 1
    row.sketch = sketch_of(names, also=row.people)
    row.read_at = now
    if not row.cursor and not row.problem:
        row.finished_at = now
    # Another worker may have taken the same step: the one who was first has it.
    Audience.objects.filter(pk=row.pk, cursor=before[0], n_read=before[1], finished_at=None).update(
        **{
            name: getattr(row, name)
            for name in ("sketch", "n_read", "cursor", "read_at", "finished_at", "waits_until", "problem")
        }
    )
    return row, n_asked


def _under_way(branch: Branch, now: datetime) -> Audience:
    """The reading that is not through, unless it never will be; else a new one."""
    Audience.objects.under_way().filter(branch=branch, begun_at__lt=now - GIVEN_UP_AFTER).delete()
    row = Audience.objects.under_way().filter(branch=branch).first()
    return row or Audience.objects.create(branch=branch, on=now.date(), begun_at=now, read_at=now)


def _pages(network: Network, row: Audience, n_pages: int) -> Iterable[tuple[str, ...]]:
    for _ in range(n_pages):
        page = network.followers(row.cursor)
        if page.cursor and page.cursor == row.cursor:
            raise SpecDrift("The network sends us round in a circle.")
        row.cursor, row.n_read = page.cursor, row.n_read + len(page.names)
        yield page.names
        if not row.cursor:
            return


def _note(row: Audience, error: NetworkError, now: datetime) -> None:
    if isinstance(error, Invalid) and row.cursor:
        # The network forgot our place: from the top. What is in the sketch stays, for a name twice counts once.
        row.cursor, row.n_read = "", 0
    row.problem = error.text[:300]
    row.waits_until = error.retry_at if isinstance(error, RateLimited) else now + REST_AFTER_TROUBLE
