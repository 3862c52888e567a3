"""What networks bring goes into one table, each thing once, quickly; understanding it comes later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from livingroom.branches.models import Branch
from livingroom.listening.models import Mention, Poison
from livingroom.listening.taking import Heard, forget, take_in
from livingroom.networks.interface import Event
from livingroom.networks.models import Connection
from livingroom.networks.reactions.models import Reaction

Kind = Mention.Kind
KINDS = {
    "reply": Kind.REPLY, "comment": Kind.COMMENT, "quote": Kind.QUOTE, "mention": Kind.MENTION, "message": Kind.MESSAGE,
    "link": Kind.LINK, "pingback": Kind.LINK, "trackback": Kind.LINK, "found": Kind.FOUND,
}  # fmt: skip
# What a feed says is said by whose feed it is: one that is a branch of ours says nothing about us.
OUR_OWN_WORDS = {"feeds", "rss"}
TAKEN_BACK = {"gone", "deleted", "delete"}


def hear_events(
    sender: object, *, connection: Connection, events: Sequence[Event], now: datetime, **rest: object
) -> None:
    """Keep what people said, in the transaction that moves the reader's place."""
    gone = [name for event in events if event.kind in TAKEN_BACK for name in _names(event)]
    if gone:
        forget(connection.network, gone, now=now)
    said = [event for event in events if _is_said(event) and event.actor.id != connection.account_id]
    if not said:
        return
    branch = Branch.objects.filter(connection=connection).order_by("pk").first()
    if branch is not None and connection.network in OUR_OWN_WORDS:
        return
    heard: list[Heard] = []
    for event in said:
        try:
            heard.append(heard_of(event, connection, branch))
        except (AttributeError, TypeError, ValueError) as problem:
            _set_apart(connection, event, problem, now)
    take_in(heard, now=now)


def follow_deletions(sender: object, *, instance: Reaction, created: bool, **rest: Any) -> None:
    """What the conversation under a post shows to be gone is gone as a mention, too."""
    if created or instance.gone_at is None or not instance.ref_id:
        return
    forget(instance.connection.network, [instance.ref_id], now=timezone.now())


def heard_of(event: Event, connection: Connection, branch: Branch | None) -> Heard:
    """One event as a mention. A find of a search was said to nobody of ours."""
    ref, subject = event.ref, event.subject
    kind = KINDS.get(event.kind, Kind.FOUND) if event.is_public else Kind.MESSAGE
    is_found = event.stream == "search" and event.is_public
    return Heard(
        network=connection.network,
        key=ref.id if ref else event.id,
        source=event.stream,
        kind=Kind.FOUND if is_found else kind,
        at=event.at,
        author_id=event.actor.id,
        author_handle=event.actor.handle,
        author_name=event.actor.name,
        text=event.text,
        is_public=event.is_public,
        url=ref.url if ref else "",
        ref_version=ref.version if ref else "",
        subject_id=subject.id if subject else "",
        connection_id=connection.pk,
        branch_id=None if is_found or branch is None else branch.pk,
    )


def _is_said(event: Event) -> bool:
    """Words to us or about us; finds of a search have kinds of their own, such as a feed's entry."""
    return event.kind in KINDS or (
        event.stream == "search" and event.kind not in TAKEN_BACK and bool(event.text)
    )


def _names(event: Event) -> list[str]:
    return [
        name
        for name in (event.ref.id if event.ref else "", event.subject.id if event.subject else "", event.id)
        if name
    ]


def _set_apart(connection: Connection, event: Event, problem: Exception, now: datetime) -> None:
    content = {"event": repr(event)[:4000].replace("\0", "�")}
    source = f"{connection.network}, {connection.account_id}"[:80]
    Poison.objects.create(
        source=source, content=content, reason=f"It cannot be read: {problem}"[:300], at=now
    )
