"""Merge two conversations, split one, and take either back: messages move, and it is written down which and whence."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from livingroom.inbox.changing import CannotChange
from livingroom.inbox.counting import count_anew
from livingroom.inbox.joining.models import Joining
from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Conversation, Message, Step
from livingroom.inbox.signals import conversations_changed
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

State = Conversation.State


def merge(*, staff: Staff, source: Conversation, target: Conversation, now: datetime) -> Joining:
    """Put all messages of `source` into `target`; what comes for either goes there. Raises CannotChange, PermissionDenied."""
    with transaction.atomic():
        source, target = _locked(staff, source, target)
        if source.pk == target.pk:
            raise CannotChange("This is one conversation already.")
        if State.MERGED in (source.state, target.state):
            raise CannotChange("One of them was merged into another already: open that one.")
        joining = Joining.objects.create(
            kind=Joining.Kind.MERGE,
            source=source,
            target=target,
            message_ids=list(source.messages.values_list("pk", flat=True)),
            source_state=source.state,
            staff=staff,
            at=now,
        )
        source.messages.update(conversation=target)
        source.state, source.merged_into = State.MERGED, target
        _wake_for(target, source)
        _finish(staff, source, target, ("merged away", "merged"), joining, now)
    return joining


def split(*, staff: Staff, source: Conversation, message_ids: Collection[int], now: datetime) -> Joining:
    """Take some messages out as a conversation of their own. Answers to them go there. Raises CannotChange, PermissionDenied."""
    with transaction.atomic():
        source, _ = _locked(staff, source, source)
        moved = list(source.messages.filter(pk__in=message_ids).select_related("author").order_by("at", "pk"))
        first = next((row for row in moved if row.direction == Message.Direction.IN), None)
        if first is None or first.author is None:
            raise CannotChange("Choose at least one message of the customer.")
        if len(moved) == source.messages.count():
            raise CannotChange("Leave at least one message where it is.")
        target = _part_of(source, first)
        joining = Joining.objects.create(
            kind=Joining.Kind.SPLIT,
            source=source,
            target=target,
            message_ids=[row.pk for row in moved],
            source_state=source.state,
            staff=staff,
            at=now,
        )
        source.messages.filter(pk__in=joining.message_ids).update(conversation=target)
        _finish(staff, source, target, ("split off", "split from"), joining, now)
    return joining


def undo(*, staff: Staff, joining: Joining, now: datetime) -> Joining:
    """Put every message back where it was; what was said since stays where it was said. Raises CannotChange, PermissionDenied."""
    with transaction.atomic():
        if not Joining.objects.filter(pk=joining.pk, undone_at=None).update(undone_at=now, undone_by=staff):
            raise CannotChange("This was taken back already.")
        source, target = _locked(staff, joining.source, joining.target)
        target.messages.filter(pk__in=joining.message_ids).update(conversation=source)
        if joining.kind == Joining.Kind.MERGE:
            source.state, source.merged_into = joining.source_state, None
        elif not target.messages.exists():
            target.state, target.merged_into = State.MERGED, source
        verb = f"undid {joining.kind}"
        _finish(staff, source, target, (verb, verb), joining, now)
    joining.refresh_from_db()
    return joining


def _locked(staff: Staff, source: Conversation, target: Conversation) -> tuple[Conversation, Conversation]:
    rows = Conversation.objects.select_for_update(of=("self",), no_key=True).select_related("branch")
    found = {row.pk: row for row in rows.filter(pk__in=[source.pk, target.pk]).order_by("pk")}
    for row in found.values():
        require(staff, "answer", row.branch)
    return found[source.pk], found[target.pk]


def _part_of(source: Conversation, first: Message) -> Conversation:
    assert first.author is not None
    return Conversation.objects.create(
        network=source.network,
        connection_id=source.connection_id,
        thread_key=f"split {source.pk} {secrets.token_hex(8)}",
        root=source.root,
        author=first.author,
        is_public=first.is_public,
        subject=source.subject,
        language=first.language or source.language,
        country=source.country,
        about=source.about,
        branch_id=source.branch_id,
        team_id=source.team_id,
        owner_id=source.owner_id,
        kind=source.kind,
        priority=source.priority,
        opened_at=first.at,
        last_message_at=first.at,
    )


def _wake_for(target: Conversation, source: Conversation) -> None:
    """Somebody who waits for us in the one waits in the other."""
    if source.waiting_since is not None and target.state != State.OPEN:
        target.state, target.snoozed_until, target.closed_at, target.closed_by = State.OPEN, None, None, None


def _finish(
    staff: Staff,
    source: Conversation,
    target: Conversation,
    verbs: tuple[str, str],
    joining: Joining,
    now: datetime,
) -> None:
    """Count both anew and write down what was done, on both."""
    for row, other, verb in ((source, target, verbs[0]), (target, source, verbs[1])):
        count_anew(row)
        row.version += 1
        row.save()
        told = {"other": other.pk, "n": len(joining.message_ids), "joining": joining.pk}
        Step.objects.create(conversation=row, at=now, staff=staff, verb=verb, change=told)
        record_event(actor=staff, verb=f"{verb} conversation", subject=row, now=now, **told)
    tell([source.pk, target.pk], now)
    conversations_changed.send(
        sender=Conversation, conversations=[source, target], verb=verbs[0], staff=staff, by_rule="", now=now
    )
