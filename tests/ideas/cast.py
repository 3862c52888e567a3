"""The portal's cast: a board, verified members, and ideas that are public at noon."""

from datetime import UTC, datetime, timedelta
from itertools import count

from livingroom.ideas.models import Board, Idea
from livingroom.ideas.proposing import publish
from livingroom.people.models import Member, Staff

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_numbers = count(1)


def later(**span: float) -> datetime:
    return NOON + timedelta(**span)


def board(slug: str = "ideas", **facts: object) -> Board:
    return Board.objects.create(
        **{"slug": slug, "name": slug.title(), "epoch": NOON, "made_at": NOON, **facts}
    )


def member(name: str = "", **facts: object) -> Member:
    number = next(_numbers)
    return Member.objects.create(
        **{
            "name": name or f"Member {number}",
            "mail_hash": f"hash {number}",
            "mail_sealed": "sealed",
            "joined_at": NOON,
            "seen_at": NOON,
            **facts,
        }
    )


def idea(
    on: Board, title: str = "", *, by: Member | None = None, now: datetime = NOON, **facts: object
) -> Idea:
    """A public idea, not judged by anybody."""
    number = next(_numbers)
    made = Idea.objects.create(
        **{
            "board": on,
            "member": by,
            "title": title or f"An idea of number {number}",
            "standing": Idea.Standing.HELD,
            "made_at": now,
            "state_at": now,
            **facts,
        }
    )
    return publish(made, now)


def moderator(name: str = "Ana") -> Staff:
    found = Staff.objects.filter(email=f"{name.lower()}@cornerpc.example").first()
    return found or Staff.objects.create_user(
        f"{name.lower()}@cornerpc.example", None, name=name, role=Staff.Role.AGENT
    )


def manager(name: str = "Mia") -> Staff:
    return Staff.objects.create_user(
        f"{name.lower()}@cornerpc.example", None, name=name, role=Staff.Role.MANAGER
    )
