"""Who spoke: one row for each name on a network or mail address, and the customer behind it where one is known."""

from collections.abc import Iterable
from datetime import datetime

from livingroom.inbox.models import Author
from livingroom.inbox.threads import author_of
from livingroom.listening.models import Mention
from livingroom.people.models import Handle
from livingroom.shared.addresses import mail_hash

Identity = tuple[str, str]


def authors_for(mentions: Iterable[Mention], now: datetime) -> dict[Identity, Author]:
    """Find or make the authors; what the network says of them now is kept."""
    latest: dict[Identity, Mention] = {author_of(mention): mention for mention in mentions}
    known = _find(latest)
    customers = _customers(latest.keys() - known.keys())
    new = [
        _author(identity, latest[identity], customers.get(identity), now)
        for identity in sorted(latest.keys() - known.keys())
    ]
    if new:
        Author.objects.bulk_create(new, ignore_conflicts=True)
        known = _find(latest)
    changed = [row for identity, row in known.items() if _renew(row, latest[identity])]
    if changed:
        Author.objects.bulk_update(changed, ["handle", "name", "followers", "language", "country"])
    return known


def handle_of(identity: Identity) -> tuple[str, str]:
    """The handle of people by which a customer may be known: a mail address only as its keyed hash."""
    network, name = identity
    if network == "mail":
        return Handle.Kind.MAIL.value, mail_hash(name)
    return Handle.Kind.NETWORK.value, f"{network}:{name}"[:160]


def _find(wanted: Iterable[Identity]) -> dict[Identity, Author]:
    networks: dict[str, list[str]] = {}
    for network, name in wanted:
        networks.setdefault(network, []).append(name)
    return {
        (row.network, row.author_id): row
        for network, names in networks.items()
        for row in Author.objects.filter(network=network, author_id__in=names)
    }


def _customers(identities: Iterable[Identity]) -> dict[Identity, int]:
    handles = {handle_of(identity): identity for identity in identities}
    rows = Handle.objects.filter(
        kind__in={kind for kind, _ in handles}, value__in=[value for _, value in handles]
    ).values_list("kind", "value", "customer_id")
    return {handles[kind, value]: customer for kind, value, customer in rows if (kind, value) in handles}


def _author(identity: Identity, mention: Mention, customer: int | None, now: datetime) -> Author:
    return Author(
        network=identity[0],
        author_id=identity[1],
        handle=mention.author_handle,
        name=mention.author_name,
        followers=mention.author_followers,
        language=mention.language,
        country=mention.country,
        customer_id=customer,
        first_seen_at=min(mention.at, now),
    )


def _renew(author: Author, mention: Mention) -> bool:
    fresh = (
        mention.author_handle or author.handle,
        mention.author_name or author.name,
        author.followers if mention.author_followers is None else mention.author_followers,
        author.language or mention.language,
        author.country or mention.country,
    )
    if fresh == (author.handle, author.name, author.followers, author.language, author.country):
        return False
    author.handle, author.name, author.followers, author.language, author.country = fresh
    return True
