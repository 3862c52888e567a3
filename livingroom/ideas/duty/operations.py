"""The verbs of the answer duty: answer with a reason, say who owes it, and note what is owed."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from livingroom.ideas.counting import lock_idea
from livingroom.ideas.duty.owners import due_after, give, hand_over, owner_for
from livingroom.ideas.duty.states import MAY_FOLLOW
from livingroom.ideas.duty.telling import tell_followers
from livingroom.ideas.models import Answer, Board, Category, Idea, Telling
from livingroom.ideas.signals import idea_answered
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.shared.events import record_event

State = Idea.State
SHORTEST_REASON = 10


class CannotAnswer(ValueError):
    """The words say what must be mended; `field` is where."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def answer(*, staff: Staff, idea: Idea, state: str, reason: str, url: str = "", now: datetime) -> Answer:
    """Say what becomes of an idea, and why; all who voted or follow are told. Raises PermissionDenied, CannotAnswer.

    Only a decision (planned, building, shipped, declined) is the answer that is owed; under review is a word on the way.
    """
    require(staff, "answer_ideas")
    reason, url = reason.strip(), url.strip()
    with transaction.atomic():
        locked = lock_idea(idea.pk)
        _require_sense(locked, state, reason, url)
        row = Answer.objects.create(
            idea=locked, before=locked.state, state=state, reason=reason, url=url, staff=staff, at=now
        )
        _write_state(locked, row, now)
        record_event(
            actor=staff,
            verb="answered",
            subject=locked,
            now=now,
            before=row.before,
            state=state,
            reason=reason,
        )
        is_shipped = state == State.SHIPPED
        tell_followers(locked, Telling.What.SHIPPED if is_shipped else Telling.What.ANSWERED, now, answer=row)
        note_line([locked], now)  # one taken up again may be owed an answer anew
        idea.refresh_from_db()
        idea_answered.send(Idea, idea=idea, answer=row, now=now)
    return row


def assign(*, staff: Staff, idea: Idea, owner: Staff, now: datetime) -> None:
    """Say who owes the answer. Raises PermissionDenied, CannotAnswer."""
    require(staff, "answer_ideas")
    if not may(owner, "answer_ideas"):
        raise CannotAnswer(f"{owner} may not answer ideas: choose somebody who may.", "owner")
    before = idea.owner
    if before == owner:
        return
    with transaction.atomic():
        give([idea], owner, now)
        record_event(
            actor=staff, verb="assigned", subject=idea, now=now, before=str(before or ""), after=str(owner)
        )


def put_off(*, staff: Staff, idea: Idea, due_at: datetime, reason: str, now: datetime) -> None:
    """Promise another day, and say why. What was late stays late. Raises PermissionDenied, CannotAnswer."""
    require(staff, "arrange_ideas")
    if len(reason.strip()) < SHORTEST_REASON:
        raise CannotAnswer("Say why it takes longer.", "reason")
    if idea.due_at is None or idea.state not in Idea.OPEN:
        raise CannotAnswer("No answer is owed to this idea.")
    if idea.due_at <= now:
        raise CannotAnswer("The day has passed already: answer it, at least with what you know.")
    if due_at <= now:
        raise CannotAnswer("Choose a day to come.", "due_at")
    before, idea.due_at = idea.due_at, due_at
    idea.save(update_fields=["due_at"])
    record_event(
        actor=staff, verb="put off", subject=idea, now=now, reason=reason.strip(),
        before=before.isoformat(), after=due_at.isoformat(),
    )  # fmt: skip


def note_line(ideas: Iterable[Idea], now: datetime) -> int:
    """Ideas that came above the line get an owner and a due date; harmless to repeat. Returns how many are newly owed."""
    numbers = [idea.pk for idea in ideas]
    rows = [
        idea
        for idea in Idea.objects.filter(pk__in=numbers, standing=Idea.Standing.PUBLIC, state__in=Idea.OPEN)
        .select_related("board__partner", "category__partner")
        .order_by("pk")
        if idea.due_at is None and idea.n_for >= idea.board.answer_line
    ]
    for idea in rows:
        idea.above_line_at = idea.above_line_at or now
        idea.due_at = due_after(idea, now)
    Idea.objects.bulk_update(rows, ["above_line_at", "due_at"], batch_size=500)
    for idea in rows:  # one by one, so that the load of one counts for whose turn is next
        if not may(idea.owner, "answer_ideas"):
            give([idea], owner_for(idea), now)
        else:
            give([idea], idea.owner, now)
    return len(rows)


def name_partner(*, staff: Staff, place: Category | Board, partner: Staff | None, now: datetime) -> int:
    """Name who answers for a category, or for the rest of a board; they take over what the last one owes. Returns how much.

    Raises PermissionDenied, CannotAnswer.
    """
    require(staff, "arrange_ideas")
    if partner is not None and not may(partner, "answer_ideas"):
        raise CannotAnswer(f"{partner} may not answer ideas: choose somebody who may.", "partner")
    before = place.partner
    if before == partner:
        return 0
    with transaction.atomic():
        place.partner = partner
        place.save(update_fields=["partner"])
        record_event(
            actor=staff,
            verb="named partner",
            subject=place,
            now=now,
            before=str(before or ""),
            after=str(partner or ""),
        )
        return hand_over(place, before, partner, now) if partner else 0


def _require_sense(idea: Idea, state: str, reason: str, url: str) -> None:
    if idea.standing not in (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED):
        raise CannotAnswer(f"This idea cannot be answered: {idea.get_standing_display().lower()}.")
    if state not in State.values:
        raise CannotAnswer("Choose what becomes of it.", "state")
    if state not in MAY_FOLLOW[idea.state]:
        raise CannotAnswer(
            f"After “{idea.get_state_display()}” it cannot be “{State(state).label}”. "
            f"It can be: {', '.join(str(State(after).label).lower() for after in MAY_FOLLOW[idea.state])}.",
            "state",
        )
    if len(reason) < SHORTEST_REASON:
        raise CannotAnswer("Say why: whoever voted reads it.", "reason")
    if url and (state != State.SHIPPED or urlsplit(url).scheme not in ("http", "https")):
        raise CannotAnswer(
            "The address must begin with https://."
            if state == State.SHIPPED
            else "Only what shipped has a release.",
            "url",
        )


def _write_state(idea: Idea, row: Answer, now: datetime) -> None:
    was_open, is_open = row.before in Idea.OPEN, row.state in Idea.OPEN
    if row.state != row.before:
        idea.state, idea.state_at = row.state, now
    if row.state == State.SHIPPED:
        idea.shipped_url = row.url or idea.shipped_url
    elif row.before == State.SHIPPED:
        idea.shipped_url = ""
    if not is_open and idea.answered_at is None:
        idea.answered_at = now
    if is_open and not was_open:  # taken up again: another answer is owed, and that one did not hold
        idea.answered_at = None
        idea.due_at = due_after(idea, now) if idea.above_line_at else None
        if idea.above_line_at:
            idea.above_line_at = now
    if idea.standing == Idea.Standing.ARCHIVED and row.state in Idea.VOTABLE:
        idea.standing, idea.standing_because = Idea.Standing.PUBLIC, ""
    idea.save(
        update_fields=[
            "state", "state_at", "shipped_url", "answered_at", "due_at", "above_line_at", "standing",
            "standing_because",
        ]
    )  # fmt: skip
