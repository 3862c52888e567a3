"""Reads over offers, posts and placements, ready to print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber, TruncDate

from livingroom.branches.models import Branch
from livingroom.experiments.queries import LeftOut, Watch, left_out_spans
from livingroom.links.models import Code
from livingroom.links.operations import short_url
from livingroom.people.policy import places_for
from livingroom.posts.approval.models import ApprovalStage
from livingroom.posts.approval.standing import NOT_WANTED, Standing, standings_of
from livingroom.posts.approval.timing import held_days
from livingroom.posts.lateness import reason
from livingroom.posts.models import Offer, Placement, Post
from livingroom.posts.reactions.queries import Reacted, reactions_under
from livingroom.shared.months import Months

State = Placement.State
TONES = {
    State.DRAFT: "neutral",
    State.WAITING: "warn",
    State.SCHEDULED: "accent",
    State.SENDING: "accent",
    State.SENT: "good",
    State.UNKNOWN: "warn",
    State.FAILED: "bad",
    State.HELD: "warn",
    State.CANCELLED: "neutral",
}
# A pool may hold a hundred thousand codes: no page reads them.
_SHARED = Code.objects.filter(kind=Code.Kind.SHARED, stopped_at=None).order_by("pk")


@dataclass(frozen=True)
class PlacementRow:
    """A placement with its link, its codes, its attempts, and why it is not out yet."""

    placement: Placement
    short_url: str
    code: str
    n_codes_left: int | None
    late: str
    left_out: LeftOut | None
    reacted: Reacted
    standing: Standing
    now: datetime

    @property
    def may_ask(self) -> bool:
        """Approval is wanted and nobody is being asked about these words."""
        states = (State.DRAFT, State.WAITING)
        if not self.standing.is_wanted or self.standing.is_complete or self.placement.state not in states:
            return False
        version = self.standing.version
        return self.standing.rejection is None and not (version and version.is_asked_at(self.now))


@dataclass
class Day:
    on: date
    is_inside: bool
    is_today: bool
    n: int = 0
    entries: list[Placement] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def n_more(self) -> int:
        return self.n - len(self.entries)


def placement_rows(post: Post, now: datetime) -> list[PlacementRow]:
    """Return the post's placements in the order of their time: a handful of queries, however many there are."""
    rows = post.placements.select_related("branch__connection", "link", "post__offer").prefetch_related(
        "attempts", "parts", Prefetch("link__codes", _SHARED)
    )
    ordered = rows.order_by(F("due_at").asc(nulls_last=True), "branch__name")
    n_left = dict(
        Code.objects.filter(link__placement__post=post)
        .unissued()
        .values_list("link_id")
        .annotate(n=Count("pk"))
    )
    found = list(ordered)
    watch = Watch([placement.branch_id for placement in found], now)
    reacted = reactions_under(found)
    standings = standings_of([placement for placement in found if placement.is_editable], now)
    return [
        _row(placement, n_left, watch, reacted[placement.pk], standings.get(placement.pk, NOT_WANTED), now)
        for placement in found
    ]


def _row(
    placement: Placement,
    n_left: dict[int, int],
    watch: Watch,
    reacted: Reacted,
    standing: Standing,
    now: datetime,
) -> PlacementRow:
    link = placement.link
    codes = [code.text for code in link.codes.all()] if link else []
    single = placement.code_kind == Placement.Codes.SINGLE and link is not None
    is_late = (
        placement.state in Placement.PROMISED
        and placement.due_at is not None
        and placement.due_at <= now - timedelta(minutes=5)
    )
    return PlacementRow(
        placement=placement,
        short_url=short_url(link) if link else "",
        code=codes[-1] if codes and placement.code_kind == Placement.Codes.SHARED else "",
        n_codes_left=n_left.get(link.pk, 0) if link and single else None,
        late=reason(placement, now) if is_late else "",
        left_out=_left_out(placement, watch, now),
        reacted=reacted,
        standing=standing,
        now=now,
    )


def _left_out(placement: Placement, watch: Watch, now: datetime) -> LeftOut | None:
    """The experiment that keeps a placement back which is not out yet."""
    if not placement.is_editable or placement.state == State.CANCELLED:
        return None
    at = max(placement.due_at or now, now)
    return watch.left_out(placement.post.offer, placement.branch, at, placement_id=placement.pk)


def postable_branches(staff: object) -> list[Branch]:
    """Return the open branches that are connected and that this person may write for, in the order of their names."""
    rows = Branch.objects.postable().select_related("connection", "lead").prefetch_related("hosts")
    rows = rows.order_by("name")
    return places_for(staff, "write", rows)


def current_offers(now: datetime, keep: Offer | None = None) -> list[Offer]:
    """Return the offers that are not over, newest first, and the one a post already has."""
    which = Q(ends_at__gt=now) | (Q(pk=keep.pk) if keep else Q())
    return list(Offer.objects.filter(which).order_by("-starts_at")[:200])


def month_of(on: date) -> tuple[date, date]:
    """Return the Monday on or before the first of the month, and the day after its last week's Sunday."""
    first = on.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    start = first - timedelta(days=first.weekday())
    return start, last + timedelta(days=7 - last.weekday())


def calendar_days(
    start: date, end: date, *, zone: ZoneInfo, today: date, each: int, month: int = 0
) -> list[Day]:
    """Return the days from `start` to before `end` with their first `each` placements and who is left out of offers."""
    days = [start + timedelta(days=n) for n in range((end - start).days)]
    made = {on: Day(on, not month or on.month == month, on == today) for on in days}
    rows = _between(start, end, zone).annotate(on=TruncDate("due_at", tzinfo=zone))
    for row in rows.values("on").annotate(n=Count("pk")).order_by("on"):
        made[row["on"]].n = row["n"]
    ranked = rows.annotate(
        place=Window(RowNumber(), partition_by=[TruncDate("due_at", tzinfo=zone)], order_by=["due_at", "pk"])
    ).filter(place__lte=each)
    ranked = ranked.annotate(asks=Exists(ApprovalStage.objects.filter(branch=OuterRef("branch"))))
    for placement in ranked.select_related("post", "branch").order_by("due_at", "pk"):
        made[placement.on].entries.append(placement)
    _mark_held(made.values(), zone)
    _mark_left_out(made, start, end, zone)
    return list(made.values())


def _mark_held(days: Iterable[Day], zone: ZoneInfo) -> None:
    """Say of each approved entry on which days its yes holds, as (first, last)."""
    entries = [entry for day in days for entry in day.entries]
    held = held_days([entry for entry in entries if entry.asks], zone)  # type: ignore[attr-defined]  # see calendar_days
    for entry in entries:
        entry.yes_holds = held.get(entry.pk)  # type: ignore[attr-defined]  # for the calendar's templates


def _mark_left_out(days: dict[date, Day], start: date, end: date, zone: ZoneInfo) -> None:
    """Say on each day which branches an experiment leaves out."""
    spans = left_out_spans(_midnight(start, zone), _midnight(end, zone))
    names = dict(Branch.objects.filter(pk__in={span.branch_id for span in spans}).values_list("pk", "name"))
    for on, day in days.items():
        first, last = _midnight(on, zone), _midnight(on + timedelta(days=1), zone)
        mine = {span.branch_id for span in spans if span.starts_at < last and span.ends_at > first}
        day.left_out = sorted(names[branch] for branch in mine)


def nearest_day(start: date, end: date, *, zone: ZoneInfo) -> date | None:
    """The day of the last placement before an empty span, or of the first after it: where there is something to see."""
    dated = Placement.objects.exclude(due_at=None)
    before = (
        dated.filter(due_at__lt=_midnight(start, zone)).order_by("-due_at").values_list("due_at", flat=True)
    )
    after = dated.filter(due_at__gte=_midnight(end, zone)).order_by("due_at").values_list("due_at", flat=True)
    due_at = before.first() or after.first()
    return due_at.astimezone(zone).date() if due_at else None


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=zone)


def _between(start: date, end: date, zone: ZoneInfo) -> QuerySet[Placement]:
    on_calendar = Placement.objects.on_calendar(_midnight(start, zone), _midnight(end, zone))
    return on_calendar.exclude(state=State.CANCELLED)


def posts_page(
    *, state: str = "", branch: str = "", segment: str = "", months: Months, before: int = 0, size: int = 30
) -> tuple[Sequence[Post], int]:
    """Return posts, newest first, with their placements, and the key of the next page (0: none).

    A branch or months keep the posts of which a placement was sent there, then; a segment those that are for it.
    """
    rows = Post.objects.select_related("offer", "segment_version__segment").order_by("-pk")
    if segment:
        rows = rows.filter(segment_version__segment__slug=segment)
    mine = Placement.objects.filter(post=OuterRef("pk"), **months.lookups("sent_at"))
    if branch:
        mine = mine.filter(branch__slug=branch)
    if branch or months != Months():
        rows = rows.filter(Exists(mine))
    if state == State.DRAFT:
        rows = rows.filter(Exists(mine.filter(state=state)) | ~Exists(mine))
    elif state:
        rows = rows.filter(Exists(mine.filter(state=state)))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.prefetch_related("placements__branch")[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else 0
