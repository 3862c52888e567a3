"""Who owes the answer: the category's named partner, else the board's, else the manager who owes the fewest."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q

from livingroom.ideas.duty.noticing import note
from livingroom.ideas.models import Board, Category, DutyNotice, Idea
from livingroom.people.models import Staff
from livingroom.people.policy import MAY, may

DECIDES = (Staff.Role.MANAGER, Staff.Role.ADMIN)


def due_after(idea: Idea, since: datetime) -> datetime:
    """Until when the answer is promised: the category's days, else the board's."""
    days = idea.category.answer_within_days if idea.category else None
    return since + timedelta(days=idea.board.answer_within_days if days is None else days)


def owner_for(idea: Idea) -> Staff | None:
    """Nobody only in a house where nobody may answer."""
    named = (idea.category.partner if idea.category else None, idea.board.partner)
    return next((staff for staff in named if may(staff, "answer_ideas")), None) or least_loaded()


def least_loaded() -> Staff | None:
    """Of those who decide, who owes the fewest answers now; without any, of all who may answer."""
    owed = Count("ideas_owned", filter=Q(ideas_owned__in=Idea.objects.owed()))
    people = [
        staff
        for staff in Staff.objects.filter(is_active=True, role__in=MAY["answer_ideas"])
        .annotate(n_owed=owed)
        .order_by("n_owed", "pk")
        if may(staff, "answer_ideas")
    ]
    deciding = [staff for staff in people if staff.role in DECIDES]
    return next(iter(deciding or people), None)


def give(ideas: Iterable[Idea], owner: Staff | None, now: datetime) -> None:
    """Let somebody owe these answers, and tell them."""
    rows = list(ideas)
    for idea in rows:
        idea.owner = owner
    Idea.objects.bulk_update(rows, ["owner"], batch_size=500)
    note(rows, DutyNotice.Kind.YOURS, now)


def hand_over_orphans(now: datetime) -> int:
    """Answers owed by nobody, or by somebody who left or may answer no more, go to whose turn it is."""
    left = Q(owner=None) | Q(owner__is_active=False) | ~Q(owner__role__in=MAY["answer_ideas"])
    orphans = list(
        Idea.objects.owed().filter(left).select_related("board__partner", "category__partner")[:500]
    )
    n = 0
    for idea in orphans:
        owner = owner_for(idea)
        if owner is not None:
            give([idea], owner, now)
            n += 1
    return n


def hand_over(place: Category | Board, before: Staff | None, after: Staff, now: datetime) -> int:
    """What the last partner of a category or board still owes there goes to the next one."""
    owed = Idea.objects.owed().filter(Q(owner=before) if before else Q(owner=None))
    here = owed.filter(category=place) if isinstance(place, Category) else owed.filter(
        Q(category=None) | Q(category__partner=None), board=place
    )  # fmt: skip
    rows = list(here)
    give(rows, after, now)
    return len(rows)
