"""Who may still listen, and to what: asked again each time before something is told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from livingroom.branches.models import Branch
from livingroom.inbox.live.seen import Seen
from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff
from livingroom.people.policy import may


@dataclass(frozen=True)
class Pass:
    """By what somebody was let in: their session, and what it proves (it changes with the password)."""

    staff_id: int
    session_key: str
    proof: str


def pass_of(staff: Staff, session_key: str | None) -> Pass:
    return Pass(staff.pk, session_key or "", staff.get_session_auth_hash())


def still_in(passes: Collection[Pass], now: datetime) -> dict[Pass, Staff]:
    """Who is signed in still, and may look. Two questions to the tables, however many listen."""
    sessions = set(
        Session.objects.filter(
            session_key__in={one.session_key for one in passes}, expire_date__gt=now
        ).values_list("session_key", flat=True)
    )
    people = Staff.objects.prefetch_related("scopes").in_bulk({one.staff_id for one in passes})
    return {
        one: people[one.staff_id]
        for one in passes
        if one.session_key in sessions and _stands(people.get(one.staff_id), one)
    }


def branches_of(seen: Iterable[Seen]) -> Mapping[int, Branch | None]:
    """Whose conversations these are, asked once for all who listen."""
    numbers = {one.conversation_id for one in seen}
    rows = list(Conversation.objects.filter(pk__in=numbers).values_list("pk", "branch_id"))
    branches = Branch.objects.in_bulk({branch_id for _, branch_id in rows if branch_id})
    return {pk: branches.get(branch_id) for pk, branch_id in rows}


def told_to(staff: Staff, seen: Sequence[Seen], branches: Mapping[int, Branch | None]) -> list[Seen]:
    """Leave out what belongs to branches that this person may not look at."""
    allowed = {branch: may(staff, "look", branch) for branch in set(branches.values())}
    return [one for one in seen if allowed.get(branches.get(one.conversation_id), may(staff, "look"))]


def _stands(staff: Staff | None, one: Pass) -> bool:
    return (
        staff is not None
        and may(staff, "look")
        and constant_time_compare(staff.get_session_auth_hash(), one.proof)
    )
