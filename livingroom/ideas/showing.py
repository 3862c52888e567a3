"""Who was shown which ideas: one insert for each page, noted here and counted later by `folding.py`."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.http import HttpRequest

from livingroom.ideas.models import Board, Idea, Showing
from livingroom.links.agents.classify import classify
from livingroom.people.models import Member
from livingroom.shared.visitors import visitor_address, visitor_of_day

MOST_ON_A_PAGE = 60


def note_page(
    request: HttpRequest, board: Board, ideas: Iterable[Idea], now: datetime, *, member: Member | None = None
) -> None:
    """Note what a page shows to a person; machines, prefetches and forms see nothing. `member` is who was signed in."""
    agent = request.headers.get("User-Agent", "")
    purpose = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    if request.method == "GET" and classify(agent, "GET", purpose).click_class == "human":
        visitor = visitor_of_day(f"{visitor_address(request)} {agent}", now, purpose="ideas")
        note_showing(board, visitor, [idea.pk for idea in ideas], now, member=member)


def note_showing(
    board: Board, visitor: str, idea_ids: Sequence[int], now: datetime, *, member: Member | None = None
) -> None:
    """Keep that a visitor (a name for this day) was shown these ideas."""
    if visitor and idea_ids:
        with _without_waiting_for_the_disk():
            Showing.objects.create(
                board=board, visitor=visitor, member=member, ideas=list(idea_ids[:MOST_ON_A_PAGE]), at=now
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
