"""The clocks of conversations: begun when something is owed, standing still while the customer has the word, ended when kept.

`reckon` may be called as often as one likes: it compares what is owed with what runs, and changes only the difference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from livingroom.inbox.models import Conversation
from livingroom.inbox.promises.calendars import Hours, hours_by_branch
from livingroom.inbox.promises.models import Clock, ServiceLevel

What = Clock.What
State = Conversation.State
DUE_FIELDS = {What.FIRST: "first_due_at", What.NEXT: "next_due_at", What.RESOLVE: "resolve_due_at"}
CLOCK_FIELDS = ["level", "due_at", "spent_seconds", "ran_on_at", "kept_at", "broken_at", "ended_at"]
AT_ONCE = 500


@dataclass(frozen=True)
class Owed:
    """Something we owe: since when, and whether the time runs."""

    what: Clock.What
    began_at: datetime
    runs: bool


def reckon(numbers: Iterable[int], now: datetime) -> None:
    """Bring the clocks of these conversations up to date with what is owed."""
    levels = list(ServiceLevel.objects.filter(is_on=True))
    wanted = sorted(set(numbers))
    if not levels and not Clock.objects.filter(conversation__in=wanted, ended_at=None).exists():
        return
    hours = hours_by_branch()
    for start in range(0, len(wanted), AT_ONCE):
        with transaction.atomic():
            _reckon(wanted[start : start + AT_ONCE], levels, hours, now)


def level_for(conversation: Conversation, levels: Sequence[ServiceLevel]) -> ServiceLevel | None:
    """Return the first promise that fits."""
    for level in levels:
        if (
            level.branch_id in (None, conversation.branch_id)
            and level.kind in ("", conversation.kind)
            and (level.at_least is None or conversation.priority <= level.at_least)
        ):
            return level
    return None


def owed_by(conversation: Conversation) -> list[Owed]:
    """Return what we owe to a customer now."""
    if conversation.state not in Conversation.IN_WORK or not conversation.n_in:
        return []
    runs = conversation.state != State.WAITING
    owed = [Owed(What.RESOLVE, conversation.opened_at, runs)]
    if conversation.first_answered_at is None:
        owed.append(Owed(What.FIRST, conversation.opened_at, runs))
    elif conversation.waiting_since is not None:
        owed.append(Owed(What.NEXT, conversation.waiting_since, runs))
    return owed


def minutes_of(level: ServiceLevel, what: str) -> int | None:
    return {
        What.FIRST: level.first_minutes,
        What.NEXT: level.next_minutes,
        What.RESOLVE: level.resolve_minutes,
    }[What(what)]


def _reckon(numbers: list[int], levels: list[ServiceLevel], hours: Hours, now: datetime) -> None:
    rows = Conversation.objects.filter(pk__in=numbers).order_by("pk")
    running: dict[int, dict[str, Clock]] = {}
    closed_before = set(
        Clock.objects.filter(conversation__in=numbers, what=What.RESOLVE)
        .exclude(ended_at=None)
        .values_list("conversation_id", flat=True)
    )
    open_clocks = Clock.objects.filter(conversation__in=numbers, ended_at=None).select_related("level")
    for clock in open_clocks:
        running.setdefault(clock.conversation_id, {})[clock.what] = clock
    made: list[Clock] = []
    changed: list[Clock] = []
    conversations = list(rows)
    for conversation in conversations:
        mine = running.get(conversation.pk, {})
        new = _compare(
            conversation, mine, level_for(conversation, levels), hours, now, conversation.pk in closed_before
        )
        made += new
        changed += mine.values()
        _note_due(conversation, [*mine.values(), *new])
    # What ended makes room for what begins: of each kind one clock runs.
    Clock.objects.bulk_update(changed, CLOCK_FIELDS)
    Clock.objects.bulk_create(made, ignore_conflicts=True)
    Conversation.objects.bulk_update(conversations, [*DUE_FIELDS.values(), "due_at"])


def _compare(
    conversation: Conversation,
    running: dict[str, Clock],
    level: ServiceLevel | None,
    hours: Hours,
    now: datetime,
    was_closed: bool,
) -> list[Clock]:
    """Change the running clocks in place, and return those that begin."""
    owed = {found.what: found for found in owed_by(conversation)} if level is not None else {}
    for what, clock in running.items():
        still = owed.get(What(what))
        if still is None or (what == What.NEXT and still.began_at > clock.began_at):
            _end(clock, conversation, now)
        else:
            assert level is not None
            _go_on(clock, still, level, hours, conversation.branch_id, now)
            owed.pop(What(what))
    begun = []
    for found in owed.values():
        assert level is not None
        if minutes_of(level, found.what) is None:
            continue
        # One that was opened again is owed a resolution from then on, not from its first day.
        began_at = now if found.what == What.RESOLVE and was_closed else found.began_at
        clock = Clock(conversation=conversation, level=level, what=found.what, began_at=began_at)
        if found.runs:
            clock.ran_on_at = began_at
            _set_due(clock, hours, conversation.branch_id)
        begun.append(clock)
    return begun


def _go_on(
    clock: Clock, owed: Owed, level: ServiceLevel, hours: Hours, branch_id: int | None, now: datetime
) -> None:
    if minutes_of(level, clock.what) is None:
        clock.ended_at, clock.due_at, clock.ran_on_at = now, None, None
        return
    has_other_level = clock.level_id != level.pk
    clock.level = level
    if owed.runs and clock.ran_on_at is None:
        clock.ran_on_at = now
    elif not owed.runs and clock.ran_on_at is not None:
        clock.spent_seconds += hours.seconds(branch_id, clock.ran_on_at, now, clock.level)
        clock.ran_on_at = clock.due_at = None
        return
    elif not has_other_level:
        return
    _set_due(clock, hours, branch_id)


def _set_due(clock: Clock, hours: Hours, branch_id: int | None) -> None:
    minutes = minutes_of(clock.level, clock.what)
    if clock.ran_on_at is None or minutes is None:
        clock.due_at = None
        return
    left = max(minutes * 60 - clock.spent_seconds, 0)
    clock.due_at = hours.later(branch_id, clock.ran_on_at, left, clock.level)


def _end(clock: Clock, conversation: Conversation, now: datetime) -> None:
    """Kept by an answer or a closing; or no longer owed, as when it was merged or taken for spam."""
    kept_at = {
        What.FIRST: conversation.first_answered_at,
        What.NEXT: conversation.last_out_at,
        What.RESOLVE: conversation.closed_at if conversation.state == State.CLOSED else None,
    }[What(clock.what)]
    if kept_at is not None and kept_at >= clock.began_at:
        clock.kept_at = kept_at
        if clock.due_at is not None and kept_at > clock.due_at:
            clock.broken_at = clock.broken_at or clock.due_at
    clock.ended_at, clock.ran_on_at = now, None


def _note_due(conversation: Conversation, clocks: Iterable[Clock]) -> None:
    due = {clock.what: clock.due_at for clock in clocks if clock.ended_at is None}
    for what, field in DUE_FIELDS.items():
        setattr(conversation, field, due.get(what))
    conversation.due_at = min((at for at in due.values() if at is not None), default=None)


def time_left(conversation: Conversation, now: datetime) -> timedelta | None:
    """How long until the next promise is broken; negative when it is."""
    return conversation.due_at - now if conversation.due_at else None
