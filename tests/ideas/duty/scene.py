"""What the tests of the answer duty begin with: a board with a partner, and ideas that have votes."""

from datetime import datetime

from livingroom.ideas import operations
from livingroom.ideas.models import Board, Comment, Idea
from livingroom.people.models import Member, Staff
from livingroom.shared.models import Brand
from tests.ideas import cast


def house() -> Brand:
    brand = Brand.current()
    brand.name, brand.destination_hosts = "Corner PC", "shop.cornerpc.example"
    brand.save()
    return brand


def manager(name: str = "Mia") -> Staff:
    return Staff.objects.filter(name=name).first() or cast.manager(name)


def board(**facts: object) -> Board:
    """Three votes are the line, ten days the promise."""
    return cast.board(**{"answer_line": 3, "answer_within_days": 10, "partner": manager(), **facts})


def voters(idea: Idea, *members: Member, now: datetime = cast.NOON) -> list[Member]:
    for member in members:
        operations.cast(member=member, idea=idea, now=now)
    idea.refresh_from_db()
    return list(members)


def said(by: Member, idea: Idea, text: str, now: datetime = cast.NOON) -> Comment:
    """Words that nobody judged."""
    return Comment.objects.create(idea=idea, root=idea, member=by, text=text, at=now)


def wanted_idea(
    on: Board, title: str = "No extra software option", *, now: datetime = cast.NOON, **facts: object
) -> Idea:
    """An idea that has just come above the line."""
    found = cast.idea(on, title, by=cast.member(), now=now, **facts)
    voters(found, *(cast.member() for _ in range(on.answer_line)), now=now)
    return found
