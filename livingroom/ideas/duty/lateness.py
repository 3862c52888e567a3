"""How the promise is kept, in public: the share answered in time, days to an answer, and what each owner owes.

docs/methods/ideas.md defines every figure and holds a worked example.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from livingroom.ideas.models import Board, Idea
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.service.shares import wilson
from livingroom.people.models import Staff

VERSION = 1
WINDOW = timedelta(days=90)
FEWEST = 5
_A_YEAR = timedelta(days=365)
# A merged or withdrawn idea is owed nothing; one that was removed is in the public log.
COUNTED = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED)
Answer = Estimate | NotEnoughData


@dataclass(frozen=True)
class Kept:
    """How a board kept its promise: of ideas whose answer fell due within the window."""

    since: datetime
    until: datetime
    in_time: Answer
    days: Answer
    n_due: int
    n_in_time: int
    n_late: int  # answered, but late
    n_missing: int  # not answered yet


@dataclass(frozen=True)
class Load:
    """What one person owes."""

    owner: Staff | None
    n_owed: int
    n_late: int
    next_due_at: datetime | None

    @property
    def late_words(self) -> str:
        return f"{self.n_late} late"


def due_within(board: Board, since: datetime, until: datetime) -> QuerySet[Idea]:
    """The ideas behind the figures: their answer fell due after `since` and no later than `until`."""
    return Idea.objects.filter(board=board, standing__in=COUNTED, due_at__gt=since, due_at__lte=until)


def kept(board: Board, now: datetime, window: timedelta = WINDOW) -> Kept:
    """How the promise was kept within the window that ends now; who still waits counts as waiting."""
    from livingroom.measure.service.survival import kaplan_meier, quantile

    since = now - window
    waits, over, n_in_time, n_late = [], [], 0, 0
    rows = due_within(board, since, now).values_list("above_line_at", "due_at", "answered_at")
    for began_at, due_at, answered_at in rows:
        assert due_at is not None
        is_over = answered_at is not None and answered_at <= now
        end = answered_at if is_over and answered_at else now
        waits.append(max((end - (began_at or due_at)).total_seconds() / 86_400, 0.0))
        over.append(is_over)
        n_in_time += is_over and end <= due_at
        n_late += is_over and end > due_at
    in_time = wilson(n_in_time, len(waits), fewest=FEWEST, of="ideas whose answer fell due")
    return Kept(
        since, now, in_time, quantile(kaplan_meier(waits, over), 0.5), len(waits), n_in_time, n_late,
        len(waits) - n_in_time - n_late,
    )  # fmt: skip


def loads(now: datetime, board: Board | None = None) -> list[Load]:
    """What each owner owes, who is latest first; what nobody owns comes before all."""
    owed = Idea.objects.owed()
    owed = owed if board is None else owed.filter(board=board)
    rows = list(
        owed.order_by()
        .values("owner")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lte=now)), first=Min("due_at"))
        .order_by("-late", "-n", "owner")
    )
    people = Staff.objects.in_bulk([row["owner"] for row in rows if row["owner"]])
    found = [Load(people.get(row["owner"]), row["n"], row["late"], row["first"]) for row in rows]
    return sorted(found, key=lambda load: load.owner is not None)


def last_moment(board: Board, now: datetime) -> datetime:
    """Now; on a board where nothing was proposed or voted for a year, the last moment at which something was."""
    found = Idea.objects.filter(board=board).aggregate(vote=Max("last_vote_at"), idea=Max("made_at"))
    latest = max((at for at in found.values() if at is not None), default=now)
    return latest if latest < now - _A_YEAR else now


def is_quiet(board: Board, now: datetime) -> bool:
    """Whether nothing has happened on a board for a year: nobody is reminded of what nobody waits for."""
    return last_moment(board, now) != now
