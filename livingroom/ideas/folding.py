"""Pages that were shown become counters: a member sees an idea once, a visitor without a name once a day.

Of members it is kept which ideas they saw (`Seen`), because that is what *once* means; it goes with them. How often they came
back to an idea says how many of the visitors without a name are the same people again (measure/ranking/people.py).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from livingroom.ideas.models import Idea, Seen, Showing, Vote

AT_ONCE = 5_000
# Names of visitors change with the day; a little longer for clocks that differ.
KEPT_FOR = timedelta(hours=25)
ByDay = tuple[int, date]


@dataclass
class Found:
    """What pages add to each idea."""

    shown: Counter[int] = field(default_factory=Counter)
    first_looks: Counter[int] = field(default_factory=Counter)
    looks: Counter[int] = field(default_factory=Counter)


def fold_showings(now: datetime, *, limit: int = AT_ONCE) -> int:
    """Count what was shown since the last time. Returns how many pages."""
    with transaction.atomic():
        # Locked, so that of two folders the second finds them folded.
        rows = Showing.objects.select_for_update().filter(folded_at=None).order_by("pk")[:limit]
        pages = list(rows)
        if pages:
            found = Found()
            _unnamed([page for page in pages if page.member_id is None], found)
            _members([page for page in pages if page.member_id is not None], found)
            _add(found)
            Showing.objects.filter(pk__in=[page.pk for page in pages]).update(folded_at=now)
    Showing.objects.filter(folded_at__isnull=False, at__lt=now - KEPT_FOR).delete()
    return len(pages)


def _unnamed(pages: Sequence[Showing], found: Found) -> None:
    """Each idea once for each visitor; their names hold for a day."""
    seen: dict[str, set[int]] = defaultdict(set)
    before = Showing.objects.filter(
        visitor__in={page.visitor for page in pages}, member=None, folded_at__isnull=False
    )
    for visitor, ideas in before.values_list("visitor", "ideas").iterator():
        seen[visitor].update(ideas)
    for page in pages:
        new = set(page.ideas) - seen[page.visitor]
        seen[page.visitor] |= new
        found.shown.update(new)


def _members(pages: Sequence[Showing], found: Found) -> None:
    """A look once a day; a first look once for ever, and none by who had voted before."""
    if not pages:
        return
    who = {page.member_id for page in pages if page.member_id is not None}
    kept = {row.member_id: row for row in Seen.objects.filter(member__in=who)}
    ever = {member: set(kept[member].ideas) if member in kept else set() for member in who}
    voted = _voted(who, {idea for page in pages for idea in page.ideas})
    today = _looked_today(who)
    for page in pages:
        member = page.member_id or 0
        looks = set(page.ideas) - today[member, _day(page.at)]
        today[member, _day(page.at)] |= looks
        first = {idea for idea in looks - ever[member] if not voted.get((member, idea), page.at) < page.at}
        ever[member] |= looks
        found.looks.update(looks)
        found.first_looks.update(first)
        found.shown.update(first)
    rows = [Seen(member_id=member, ideas=sorted(ever[member])) for member in sorted(who)]
    Seen.objects.bulk_create(
        rows, 200, update_conflicts=True, unique_fields=["member"], update_fields=["ideas"]
    )


def _looked_today(members: Iterable[int]) -> dict[ByDay, set[int]]:
    seen: dict[ByDay, set[int]] = defaultdict(set)
    before = Showing.objects.filter(member__in=members, folded_at__isnull=False)
    for member, ideas, at in before.values_list("member", "ideas", "at").iterator():
        seen[member, _day(at)].update(ideas)
    return seen


def _voted(members: Iterable[int], ideas: Iterable[int]) -> dict[tuple[int, int], datetime]:
    """When each of these members voted for each of these ideas."""
    rows = Vote.objects.filter(member__in=members, root__in=ideas)
    return {(member, root): at for member, root, at in rows.values_list("member", "root", "at")}


def _add(found: Found) -> None:
    table = connection.ops.quote_name(Idea._meta.db_table)
    numbers = sorted(found.shown.keys() | found.looks.keys())
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET n_shown = n_shown + %s, n_members_saw = n_members_saw + %s, "  # noqa: S608 - our own name
            "n_member_looks = n_member_looks + %s WHERE id = %s",
            [(found.shown[one], found.first_looks[one], found.looks[one], one) for one in numbers],
        )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
