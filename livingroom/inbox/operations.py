"""What may be done to conversations: one door for the page, its keys, the API, macros and rules.

Each takes one or many conversations, and either `staff`, who needs the right to answer on their branches, or `by_rule`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from livingroom.inbox.changing import CannotChange, change
from livingroom.inbox.models import Conversation, Team
from livingroom.listening.models import Mention
from livingroom.people.models import Staff
from livingroom.people.policy import may

State = Conversation.State
Many: TypeAlias = Conversation | Sequence[Conversation]
MOST_TAGS, LONGEST_TAG = 20, 40


def assign(conversations: Many, *, owner: Staff | None, now: datetime, **who: Any) -> list[Conversation]:
    """Give them an owner, or none. Raises CannotChange when the owner may not answer there."""

    def deed(row: Conversation) -> dict[str, Any] | None:
        if owner is not None and not may(owner, "answer", row.branch):
            raise CannotChange(f"{owner} may not answer on {row.branch or 'this'}: choose somebody who may.")
        if row.owner_id == (owner.pk if owner else None):
            return None
        before, row.owner = row.owner, owner
        return {"from": str(before or ""), "to": str(owner or ""), "owner": owner.pk if owner else None}

    return change(_listed(conversations), verb="assigned", deed=deed, now=now, **who)


def set_team(conversations: Many, *, team: Team | None, now: datetime, **who: Any) -> list[Conversation]:
    """Give them to a team, or to none."""

    def deed(row: Conversation) -> dict[str, Any] | None:
        if row.team_id == (team.pk if team else None):
            return None
        before, row.team = row.team, team
        return {"from": str(before or ""), "to": str(team or "")}

    return change(_listed(conversations), verb="moved to team", deed=deed, now=now, **who)


def set_kind(conversations: Many, *, kind: str, now: datetime, **who: Any) -> list[Conversation]:
    """Say what kind of case it is. Raises ValueError for a kind that is none."""
    wanted = Conversation.Kind(kind)
    return change(
        _listed(conversations), verb="set kind", deed=_setting("kind", wanted.value), now=now, **who
    )


def set_priority(conversations: Many, *, priority: int, now: datetime, **who: Any) -> list[Conversation]:
    """Say how urgent it is. Raises ValueError for a priority that is none."""
    wanted = Conversation.Priority(priority)
    return change(
        _listed(conversations), verb="set priority", deed=_setting("priority", wanted.value), now=now, **who
    )


def tag(
    conversations: Many, *, add: Iterable[str] = (), remove: Iterable[str] = (), now: datetime, **who: Any
) -> list[Conversation]:
    """Add and take away tags. Raises CannotChange when there would be too many."""
    wanted, unwanted = {clean_tag(one) for one in add} - {""}, {clean_tag(one) for one in remove}

    def deed(row: Conversation) -> dict[str, Any] | None:
        after = sorted((set(row.tags) | wanted) - unwanted)
        if after == sorted(row.tags):
            return None
        if len(after) > MOST_TAGS:
            raise CannotChange(f"A conversation has at most {MOST_TAGS} tags.")
        before, row.tags = row.tags, after
        return {"added": sorted(set(after) - set(before)), "removed": sorted(set(before) - set(after))}

    return change(_listed(conversations), verb="tagged", deed=deed, now=now, **who)


def snooze(conversations: Many, *, until: datetime, now: datetime, **who: Any) -> list[Conversation]:
    """Put them away until then; words of the customer bring them back at once. Raises CannotChange."""
    if until <= now:
        raise CannotChange("Choose a time that is still to come.")

    def deed(row: Conversation) -> dict[str, Any] | None:
        _require_in_work(row)
        row.state, row.snoozed_until = State.SNOOZED, until
        return {"until": until.isoformat()}

    return change(_listed(conversations), verb="snoozed", deed=deed, now=now, **who)


def wake(now: datetime) -> int:
    """Bring back what was put away until now."""
    due = Conversation.objects.filter(state=State.SNOOZED, snoozed_until__lte=now)[:500]

    def deed(row: Conversation) -> dict[str, Any] | None:
        if row.state != State.SNOOZED or row.snoozed_until is None or row.snoozed_until > now:
            return None
        row.state, row.snoozed_until = State.OPEN, None
        return {}

    return len(change(list(due), verb="woke", deed=deed, now=now, by_rule="the time is over"))


def close(conversations: Many, *, now: datetime, **who: Any) -> list[Conversation]:
    """Close them: the case is done. What the customer says within the custom's days opens them again."""
    staff = who.get("staff")

    def deed(row: Conversation) -> dict[str, Any] | None:
        if row.state in (State.CLOSED, State.MERGED):
            return None
        before, row.state = row.state, State.CLOSED
        row.closed_at, row.closed_by, row.snoozed_until = now, staff, None
        return {"from": before}

    return change(_listed(conversations), verb="closed", deed=deed, now=now, **who)


def reopen(conversations: Many, *, now: datetime, **who: Any) -> list[Conversation]:
    """Open closed or snoozed ones again."""

    def deed(row: Conversation) -> dict[str, Any] | None:
        if row.state in (State.OPEN, State.MERGED):
            return None
        before, row.state = row.state, State.OPEN
        row.n_reopened += before == State.CLOSED
        row.closed_at, row.closed_by, row.snoozed_until = None, None, None
        return {"from": before}

    return change(_listed(conversations), verb="opened again", deed=deed, now=now, **who)


def wait_for_customer(conversations: Many, *, now: datetime, **who: Any) -> list[Conversation]:
    """It is the customer's turn."""

    def deed(row: Conversation) -> dict[str, Any] | None:
        _require_in_work(row)
        if row.state == State.WAITING:
            return None
        before, row.state, row.snoozed_until = row.state, State.WAITING, None
        return {"from": before}

    return change(_listed(conversations), verb="waits for customer", deed=deed, now=now, **who)


def mark_spam(conversations: Many, *, now: datetime, **who: Any) -> list[Conversation]:
    """Close them as spam; what they brought is hidden among mentions. `reopen` and `not_spam` take it back."""

    def deed(row: Conversation) -> dict[str, Any] | None:
        Mention.objects.filter(message__conversation=row).update(verdict=Mention.Verdict.HIDDEN)
        row.state, row.closed_at, row.closed_by = State.CLOSED, now, who.get("staff")
        row.waiting_since = None
        row.tags = sorted({*row.tags, "spam"})
        return {}

    return change(_listed(conversations), verb="marked as spam", deed=deed, now=now, may="moderate", **who)


def not_spam(conversations: Many, *, now: datetime, **who: Any) -> list[Conversation]:
    """Take back that they were spam, and open them."""

    def deed(row: Conversation) -> dict[str, Any] | None:
        Mention.objects.filter(message__conversation=row).update(verdict=Mention.Verdict.GOOD)
        row.state, row.closed_at, row.closed_by = State.OPEN, None, None
        row.tags = sorted(set(row.tags) - {"spam"})
        row.waiting_since = row.waiting_since or (row.last_in_at if row.n_out == 0 else None)
        return {}

    return change(_listed(conversations), verb="not spam", deed=deed, now=now, may="moderate", **who)


def hand_over(
    conversation: Conversation, *, channel: str, number: str, note: str = "", now: datetime, **who: Any
) -> list[Conversation]:
    """Go on by phone or mail: where, and under which number there, is kept with the case. Raises CannotChange."""
    if channel not in ("phone", "mail") or not number.strip():
        raise CannotChange("Say how it goes on, and the number or address there.")
    told = {"channel": channel, "number": number.strip()[:120], "note": note.strip()[:300]}
    return change([conversation], verb="handed over", deed=lambda row: told, now=now, **who)


def clean_tag(text: str) -> str:
    return "-".join(text.strip().lstrip("#").casefold().split())[:LONGEST_TAG]


def _listed(conversations: Many) -> Sequence[Conversation]:
    return [conversations] if isinstance(conversations, Conversation) else conversations


def _setting(name: str, value: str | int) -> Callable[[Conversation], dict[str, Any] | None]:
    def deed(row: Conversation) -> dict[str, Any] | None:
        before = getattr(row, name)
        if before == value:
            return None
        setattr(row, name, value)
        return {"from": before, "to": value}

    return deed


def _require_in_work(row: Conversation) -> None:
    if row.state not in Conversation.IN_WORK:
        raise CannotChange(f"#{row.pk} is {row.get_state_display().lower()}: open it again first.")
