"""Keep what streams bring: each thing once, whatever way and however often it comes."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from livingroom.networks.interface import Event
from livingroom.networks.models import Connection
from livingroom.networks.reactions.models import OptOut, Reaction
from livingroom.networks.signals import events_heard
from livingroom.people.erasure.suppression import is_left_out, suppressed
from livingroom.people.persons import handle_of

Kind = Reaction.Kind
KINDS = {
    "reply": Kind.REPLY, "comment": Kind.REPLY, "quote": Kind.QUOTE, "mention": Kind.MENTION,
    "like": Kind.LIKE, "favourite": Kind.LIKE, "fave": Kind.LIKE, "repost": Kind.REPOST, "reblog": Kind.REPOST,
    "link": Kind.LINK, "pingback": Kind.LINK, "trackback": Kind.LINK, "bookmark": Kind.LINK,
}  # fmt: skip
LONGEST_ID, LONGEST_URL = 300, 1000


def keep_events(connection: Connection, events: Iterable[Event], now: datetime, *, under_id: str = "") -> int:
    """Store events that concern us; those of people who opted out, and our own, are not kept. Returns how many are new.

    Rooms above hear of all of them, and leave out for themselves who opted out.
    """
    heard = list(events)
    events_heard.send(sender=Reaction, connection=connection, events=heard, now=now)
    return sum(keep_event(connection, event, now, under_id=under_id) is not None for event in heard)


def keep_event(connection: Connection, event: Event, now: datetime, *, under_id: str = "") -> Reaction | None:
    """Store one event. None where it was known, or is not to be kept.

    `under_id` is what the conversation stands under, where the conversation itself was read.
    """
    kind = KINDS.get(event.kind)
    if kind is None or not event.is_public or event.actor.id == connection.account_id:
        return None
    if opted_out(connection.network, event) or was_erased(connection.network, event):
        return None
    known = _known(connection, event)
    if known is not None:
        update_words(known, event.text, now)
        return None
    ref, subject = event.ref, event.subject.id[:LONGEST_URL] if event.subject else ""
    reaction = Reaction.objects.create(
        connection=connection,
        event_id=event.id[:LONGEST_ID],
        kind=kind,
        at=event.at,
        actor_id=event.actor.id[:LONGEST_ID],
        actor_handle=event.actor.handle[:200],
        actor_name=event.actor.name[:200],
        text=event.text,
        ref_id=ref.id[:LONGEST_ID] if ref else "",
        ref_version=ref.version[:200] if ref else "",
        ref_url=ref.url[:LONGEST_URL] if ref else "",
        subject_id=subject,
        under_id=under_id or _top_of(connection, subject),
        same_as=_came_before(connection, event),
        seen_at=now,
    )
    _lift_answers(reaction)
    return reaction


def update_words(reaction: Reaction, text: str, now: datetime) -> None:
    """Follow an edit at the source; what was gone and is there again stands again."""
    changed = []
    if reaction.kind in Reaction.SAID and text and text != reaction.text:
        reaction.text, reaction.edited_at = text, now
        changed += ["text", "edited_at"]
    if reaction.gone_at or reaction.n_missed:
        reaction.gone_at, reaction.n_missed = None, 0
        changed += ["gone_at", "n_missed"]
    if changed:
        reaction.save(update_fields=changed)


def names_of(actor_id: str, handle: str, url: str) -> set[str]:
    """By what somebody may have opted out."""
    host = urlsplit(url).hostname or ""
    parts = host.split(".")
    hosts = {".".join(parts[at:]) for at in range(len(parts) - 1)}
    return {name for name in {actor_id.casefold(), handle.casefold().lstrip("@"), *hosts} if name}


def opted_out(network: str, event: Event) -> bool:
    names = names_of(event.actor.id, event.actor.handle, event.ref.url if event.ref else "")
    return OptOut.objects.of(network, names).exists()


def was_erased(network: str, event: Event) -> bool:
    """Whether it was said by somebody who was erased since: hearing it again does not bring them back."""
    pair = handle_of(network, event.actor.id)
    return is_left_out(suppressed([pair]), pair, event.at)


def _known(connection: Connection, event: Event) -> Reaction | None:
    """The same event, or the same words that a look at the conversation brought before."""
    rows = Reaction.objects.filter(connection=connection)
    found = rows.filter(event_id=event.id[:LONGEST_ID]).first()
    if found is None and event.ref is not None:
        found = rows.filter(ref_id=event.ref.id[:LONGEST_ID], kind__in=Reaction.SAID).first()
    return found


def _came_before(connection: Connection, event: Event) -> Reaction | None:
    """The same words on another of our accounts, or by another road, such as a Webmention of a post we also read."""
    if event.ref is None:
        return None
    rows = Reaction.objects.filter(same_as=None).exclude(connection=connection)
    on_network = rows.filter(connection__network=connection.network, ref_id=event.ref.id[:LONGEST_ID])
    if found := on_network.first():
        return found
    url = event.ref.url[:LONGEST_URL]
    return rows.filter(ref_url=url).first() if url else None


def _top_of(connection: Connection, subject_id: str) -> str:
    """An answer to an answer stands under what the first one stands under."""
    if not subject_id:
        return ""
    above = Reaction.objects.filter(connection=connection, ref_id=subject_id[:LONGEST_ID]).first()
    return above.under_id if above and above.under_id else subject_id


def _lift_answers(reaction: Reaction) -> None:
    """Answers may arrive before what they answer."""
    if reaction.ref_id and reaction.under_id:
        below = Reaction.objects.filter(connection=reaction.connection, under_id=reaction.ref_id)
        below.exclude(pk=reaction.pk).update(under_id=reaction.under_id)
