"""What people did in conversations shows who they are as customers: they wrote from the address they bought with, or used a code
that we had given to them alone."""

import re
from collections.abc import Iterator
from datetime import datetime

from livingroom.inbox.joining.identities import customer_of
from livingroom.inbox.models import Author, Message
from livingroom.inbox.persons.naming import MAIL
from livingroom.links.models import Code
from livingroom.orders.models import Order
from livingroom.people.clientele import SAME_MAIL
from livingroom.people.linking.proposing import Find
from livingroom.people.models import Handle
from livingroom.shared.addresses import mail_hash

AT_ONCE = 500
OUR_CODE = "code we gave them"
_CODE = re.compile(r"\b[A-Z0-9][A-Z0-9-]{4,23}\b")


def by_mail(now: datetime) -> Iterator[Find]:
    """Who wrote before they bought is nobody's author yet: give them their customer. Two customers of one address are one."""
    for authors in _parts():
        hashes = {mail_hash(author.author_id): author for author in authors}
        owners = Handle.objects.filter(kind=Handle.Kind.MAIL, value__in=hashes).values_list(
            "value", "customer"
        )
        for value, owner in owners:
            author = hashes[value]
            if author.customer_id is None:
                Author.objects.filter(pk=author.pk, customer=None).update(customer=owner)
            elif author.customer_id != owner:
                evidence = f"{author} wrote to us from the address that customer {owner} bought with."
                yield Find(owner, author.customer_id, SAME_MAIL, evidence, is_certain=True)


def by_codes(now: datetime) -> Iterator[Find]:
    """An order redeemed a single-use code that we had sent to one author, in an answer to them alone: they may be who bought."""
    given = _codes_given()
    if not given:
        return
    orders = Order.objects.exclude(codes=[]).exclude(customer=None)
    columns = ("external_id", "placed_at", "customer", "codes")
    for number, placed_at, customer, codes in orders.values_list(*columns).iterator(chunk_size=AT_ONCE):
        for code in given.keys() & set(codes):
            author, told_at = given[code]
            if told_at <= placed_at:
                sent, used = f"{told_at:%Y-%m-%d}", f"{placed_at:%Y-%m-%d}"
                evidence = (
                    f"We sent code {code} to {author} alone on {sent}; order {number} used it on {used}."
                )
                yield Find(customer, customer_of(author, now).pk, OUR_CODE, evidence)


def _codes_given() -> dict[str, tuple[Author, datetime]]:
    """Single-use codes that stand in our private answers, with whom they were given to and when."""
    answers = Message.objects.filter(direction=Message.Direction.OUT, is_public=False).exclude(text="")
    found: dict[str, tuple[Author, datetime]] = {}
    part: dict[str, tuple[Author, datetime]] = {}
    for answer in answers.select_related("conversation__author__customer").iterator(chunk_size=AT_ONCE):
        for word in _CODE.findall(answer.text):
            part.setdefault(word, (answer.conversation.author, answer.at))
        if len(part) >= AT_ONCE:
            found |= _single(part)
            part = {}
    return found | _single(part)


def _single(words: dict[str, tuple[Author, datetime]]) -> dict[str, tuple[Author, datetime]]:
    rows = Code.objects.filter(kind=Code.Kind.SINGLE, text__in=words).values_list("text", flat=True)
    return {code: words[code] for code in rows}


def _parts() -> Iterator[list[Author]]:
    authors = Author.objects.filter(network=MAIL).exclude(author_id__startswith="erased ").order_by("pk")
    part: list[Author] = []
    for author in authors.iterator(chunk_size=AT_ONCE):
        part.append(author)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part
