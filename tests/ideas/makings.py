"""Boards, members and ideas for tests about what is like what, what is merged, and what comes from elsewhere."""

from datetime import UTC, datetime, timedelta
from itertools import count

from livingroom.ideas.models import Board, Idea
from livingroom.ideas.operations import propose
from livingroom.people.models import Member, Staff
from livingroom.shared.addresses import mail_hash
from livingroom.shared.sealing import seal_text
from tests.posts import cast as house

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_numbers = count(1)


def board(slug: str = "ideas", **facts: object) -> Board:
    known = Board.objects.filter(slug=slug).first()
    given = {"name": slug.title(), "epoch": NOON, "made_at": NOON - timedelta(days=400), "answer_line": 100}
    return known or Board.objects.create(slug=slug, **{**given, **facts})


def member(name: str = "", **facts: object) -> Member:
    name = name or f"Member {next(_numbers)}"
    mail = f"{name.lower().replace(' ', '.')}@example.org"
    given = {"name": name, "mail_sealed": seal_text(mail), "joined_at": NOON, "seen_at": NOON}
    return Member.objects.get_or_create(mail_hash=mail_hash(mail), defaults={**given, **facts})[0]


def idea(
    title: str, text: str = "", *, by: Member | None = None, now: datetime = NOON, **facts: object
) -> Idea:
    """A public idea; its author votes for it, as everywhere."""
    on = facts.pop("board", None) or board()
    made = propose(
        member=by, board=on, title=title, text=text, now=now, standing=Idea.Standing.PUBLIC, language="en"
    )
    if facts:
        Idea.objects.filter(pk=made.pk).update(**facts)
        made.refresh_from_db()
    return made


def agent() -> Staff:
    return house.staff("Ana", Staff.Role.AGENT)


def manager() -> Staff:
    return house.staff("Marta", Staff.Role.MANAGER)
