"""Who was shown which ideas: one insert for each page, folded later into one showing for each visitor, idea and day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest

from livingroom.ideas.models import Board, Idea, Showing
from livingroom.links.agents.classify import classify
from livingroom.measure.ranking import WELL_SEEN
from livingroom.shared.visitors import visitor_address, visitor_of_day

MOST_ON_A_PAGE = 60
AT_ONCE = 5_000
# Names of visitors change with the day; a little longer for clocks that differ.
KEPT_FOR = timedelta(hours=25)


def note_page(request: HttpRequest, board: Board, ideas: Iterable[Idea], now: datetime) -> None:
    """Note what a page shows to a person; machines, prefetches and forms see nothing."""
    agent = request.headers.get("User-Agent", "")
    purpose = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    if request.method == "GET" and classify(agent, "GET", purpose).click_class == "human":
        visitor = visitor_of_day(f"{visitor_address(request)} {agent}", now, purpose="ideas")
        note_showing(board, visitor, [idea.pk for idea in ideas], now)


def note_showing(board: Board, visitor: str, idea_ids: Sequence[int], now: datetime) -> None:
    """Keep that a visitor (a name for this day) was shown these ideas."""
    if visitor and idea_ids:
        with _without_waiting_for_the_disk():
            Showing.objects.create(
                board=board, visitor=visitor, ideas=list(idea_ids[:MOST_ON_A_PAGE]), at=now
            )


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """SQLite's readers wait for no disk: if the power fails, the showings of the last moment are lost, and nothing else.

    On PostgreSQL asking for that is slower than waiting; and in another's transaction it is not ours to ask.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            yield
        finally:
            cursor.execute("PRAGMA synchronous=FULL")  # as settings.py has it


def fold_showings(now: datetime, *, limit: int = AT_ONCE) -> int:
    """Count what was shown since the last time, each idea once for each visitor and day. Returns how many pages."""
    with transaction.atomic():
        # Locked, so that of two folders the second finds them folded.
        rows = Showing.objects.select_for_update().filter(folded_at=None).order_by("pk")[:limit]
        pages = list(rows)
        if pages:
            _add_showings(_first_seen(pages), now)
            Showing.objects.filter(pk__in=[page.pk for page in pages]).update(folded_at=now)
    Showing.objects.filter(folded_at__isnull=False, at__lt=now - KEPT_FOR).delete()
    return len(pages)


def _first_seen(pages: Sequence[Showing]) -> Counter[int]:
    """How many visitors saw each idea on these pages for the first time."""
    seen: dict[str, set[int]] = defaultdict(set)
    before = Showing.objects.filter(visitor__in={page.visitor for page in pages}, folded_at__isnull=False)
    for visitor, ideas in before.values_list("visitor", "ideas").iterator():
        seen[visitor].update(ideas)
    found: Counter[int] = Counter()
    for page in pages:
        new = set(page.ideas) - seen[page.visitor]
        seen[page.visitor] |= new
        found.update(new)
    return found


def _add_showings(found: Counter[int], now: datetime) -> None:
    table = connection.ops.quote_name(Idea._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET n_shown = n_shown + %s WHERE id = %s",  # noqa: S608 - our own name
            [(n, number) for number, n in sorted(found.items())],
        )
    enough = Idea.objects.filter(pk__in=found, well_seen_at=None, n_shown__gte=WELL_SEEN)
    enough.update(well_seen_at=now, n_shown_then=F("n_shown"))
