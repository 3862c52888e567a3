"""Keep mentions that arrive, look whether they are true, and say so to others whom our pages link to."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from livingroom.networks.errors import Gone, Invalid, NetworkError, RateLimited, Unavailable
from livingroom.networks.models import Connection
from livingroom.networks.public_pages import PageReader
from livingroom.networks.webmention.models import ReceivedMention
from livingroom.networks.webmention.verifying import Mention, read_mention, same_address
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

State = ReceivedMention.State
LONGEST_ADDRESS = 1000
# Nobody has so much to say about us at once; more of one host wait outside.
MOST_WAITING_OF_A_HOST = 200
REST = timedelta(minutes=10)
LOOK_AGAIN_AFTER = timedelta(days=30)
MOST_LOOKS = 5


class NotOurs(Invalid):
    """The target is not a page of ours."""


def open_reader() -> PageReader:
    return PageReader(allow_private=settings.ALLOW_PRIVATE_NETWORKS)


def accept_mention(*, source: str, target: str, protocol: str, now: datetime) -> ReceivedMention:
    """Keep what somebody says; a worker reads the page before anybody believes it. The same pair again means: look again.

    Raises Invalid with the field that is wrong, NotOurs, RateLimited.
    """
    source, target = source.strip(), target.strip()
    host = _host(source, "source")
    _host(target, "target")
    if same_address(source, target):
        raise Invalid("A page cannot mention itself.", "source")
    if not is_ours(target):
        raise NotOurs("This address is not ours.", "target")
    if ReceivedMention.objects.waiting().filter(source_host=host).count() >= MOST_WAITING_OF_A_HOST:
        raise RateLimited(f"{MOST_WAITING_OF_A_HOST} mentions of {host} wait already.", now + REST)
    mention, created = ReceivedMention.objects.get_or_create(
        pair=pair_of(source, target),
        defaults={
            "source": source,
            "target": target,
            "source_host": host,
            "protocol": protocol,
            "received_at": now,
            "look_after": now,
        },
    )
    if not created:
        # Said again: it was changed, or taken back, or its page is there again.
        state = mention.state if mention.state == State.VERIFIED else State.WAITING
        ReceivedMention.objects.filter(pk=mention.pk).update(state=state, look_after=now, n_looks=0)
        mention.refresh_from_db()
    return mention


def look_at(mention: ReceivedMention, *, reader: PageReader, now: datetime) -> ReceivedMention:
    """Read the source and believe what it says: a mention, a changed one, or none any more."""
    try:
        found = read_mention(reader.get(mention.source), mention.target)
    except Unavailable as error:
        _look_later(mention, error, now)
    except (Gone, Invalid) as error:
        was_there = mention.state == State.VERIFIED
        _settle(
            mention,
            State.GONE if was_there else State.REFUSED,
            now,
            problem=error.text[:300],
            counts=was_there,
        )
    except NetworkError as error:
        _settle(mention, State.REFUSED, now, problem=error.text[:300], counts=False)
    else:
        _believe(mention, found, now)
    mention.refresh_from_db()
    return mention


def hide_mention(*, staff: Staff, mention: ReceivedMention, now: datetime) -> None:
    """Show it no more, whatever its page says. Raises PermissionDenied."""
    require(staff, "publish")
    with transaction.atomic():
        put_out_of_sight(mention, now)
        record_event(actor=staff, verb="hid", subject=mention, now=now, source=mention.source)


def put_out_of_sight(mention: ReceivedMention, now: datetime) -> None:
    ReceivedMention.objects.filter(pk=mention.pk, hidden_at=None).update(
        hidden_at=now, change=change_number(now)
    )


def is_ours(address: str) -> bool:
    """Does the address lie on this house, its short links, or a site whose mentions we keep?"""
    return any(lies_under(address, base) for base in our_places(("webmention",)))


def our_places(networks: Sequence[str]) -> list[str]:
    sites = Connection.objects.connected().filter(network__in=networks).values_list("server_url", flat=True)
    return [base for base in (settings.PUBLIC_URL, settings.SHORT_URL, *sites) if base]


def lies_under(address: str, base: str) -> bool:
    try:
        here, there = urlsplit(address), urlsplit(base)
        same_host = (here.hostname, here.port) == (there.hostname, there.port)
    except ValueError:
        return False
    folder = there.path.rstrip("/")
    return same_host and (here.path == folder or here.path.startswith(f"{folder}/") or not folder)


def pair_of(source: str, target: str) -> str:
    return hashlib.sha256(f"{source}\n{target}".encode()).hexdigest()


def change_number(now: datetime) -> int:
    """Microseconds: grows with every change, so that readers can go on behind the last one they saw."""
    return int(now.timestamp() * 1_000_000)


def _host(address: str, field: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or len(address) > LONGEST_ADDRESS:
        raise Invalid(f"The {field} must be a web address of at most {LONGEST_ADDRESS} letters.", field)
    return host.lower()


def _believe(mention: ReceivedMention, found: Mention, now: datetime) -> None:
    said = {
        "kind": found.kind,
        "author_name": found.author_name,
        "author_url": found.author_url,
        "title": found.title,
        "text": found.text,
        "said_at": found.said_at,
    }
    is_news = mention.state != State.VERIFIED or any(
        getattr(mention, name) != value for name, value in said.items()
    )
    _settle(mention, State.VERIFIED, now, problem="", counts=is_news, **said)


def _settle(
    mention: ReceivedMention, state: ReceivedMention.State, now: datetime, *, counts: bool, **changes: object
) -> None:
    numbered = {"change": change_number(now)} if counts else {}
    ReceivedMention.objects.filter(pk=mention.pk).update(
        state=state, looked_at=now, look_after=now + LOOK_AGAIN_AFTER, n_looks=0, **numbered, **changes
    )


def _look_later(mention: ReceivedMention, error: Unavailable, now: datetime) -> None:
    """A page that cannot be reached says nothing; after some looks we stop waiting for a new one, and keep an old one."""
    n_looks = mention.n_looks + 1
    if n_looks >= MOST_LOOKS and mention.state == State.WAITING:
        _settle(mention, State.REFUSED, now, problem=error.text[:300], counts=False)
        return
    wait = LOOK_AGAIN_AFTER if n_looks >= MOST_LOOKS else timedelta(minutes=4**n_looks)
    ReceivedMention.objects.filter(pk=mention.pk).update(
        n_looks=n_looks, look_after=now + wait, problem=error.text[:300]
    )
