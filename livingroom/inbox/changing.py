"""Every change of a conversation goes this way: locked, permitted, counted in its version, written down, told to screens."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Conversation, Step
from livingroom.inbox.signals import conversations_changed
from livingroom.people.models import Staff
from livingroom.people.policy import Deed, require
from livingroom.shared.events import record_event

Deeds = Callable[[Conversation], dict[str, Any] | None]
"""What is done to one conversation; returns what changed, or None where nothing did."""


class ChangedMeanwhile(Exception):
    """Somebody else, or the customer, changed it since the page was shown."""


class CannotChange(ValueError):
    """The words say why."""


def change(
    conversations: Sequence[Conversation],
    *,
    verb: str,
    deed: Deeds,
    now: datetime,
    staff: Staff | None = None,
    by_rule: str = "",
    version: int | None = None,
    may: Deed = "answer",
) -> list[Conversation]:
    """Do `deed` to each, in one transaction; returns those it changed.

    A person needs the right on the branch of each; a rule has it. Raises PermissionDenied, ChangedMeanwhile.
    """
    with transaction.atomic():
        rows = _locked(conversations)
        _require(rows, staff, by_rule, may)
        if version is not None and any(row.version != version for row in rows):
            raise ChangedMeanwhile
        done = []
        for row in rows:
            changed = deed(row)
            if changed is None:
                continue
            row.version += 1
            row.save()
            done.append(row)
            Step.objects.create(
                conversation=row, at=now, staff=staff, by_rule=by_rule[:80], verb=verb, change=changed
            )
            record_event(actor=staff or by_rule, verb=f"{verb} conversation", subject=row, now=now, **changed)
        tell([row.pk for row in done], now)
        if done:
            conversations_changed.send(
                sender=Conversation, conversations=done, verb=verb, staff=staff, by_rule=by_rule, now=now
            )
    return done


def bump(numbers: Iterable[int]) -> None:
    """Say that they changed by words that came or were written: who wrote to what stood before is told at sending."""
    Conversation.objects.filter(pk__in=list(numbers)).update(version=F("version") + 1)


def _locked(conversations: Sequence[Conversation]) -> list[Conversation]:
    """In the order of their numbers, so that two who change the same ones wait for each other."""
    rows = Conversation.objects.select_for_update(of=("self",), no_key=True)
    return list(
        rows.select_related("branch", "owner", "team")
        .filter(pk__in=[row.pk for row in conversations])
        .order_by("pk")
    )


def _require(rows: Sequence[Conversation], staff: Staff | None, by_rule: str, may: Deed) -> None:
    if staff is None:
        if not by_rule:
            raise CannotChange("Say which rule does it, where no person does.")
        return
    require(staff, may)
    for row in rows:
        require(staff, may, row.branch)
