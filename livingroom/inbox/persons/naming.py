"""By which names the inbox knows one person: as the customer's authors, and as authors with one of their handles."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from livingroom.inbox.joining.identities import customer_of
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.people.models import Customer
from livingroom.people.persons import Found, Person
from livingroom.shared.addresses import mail_hash

MAIL = "mail"


def names_of(person: Person) -> Found:
    authors = authors_of(person)
    numbers = [author.pk for author in authors]
    mails = [author.author_id for author in authors if author.network == MAIL]
    cases = Conversation.objects.filter(author__in=numbers).values_list("pk", flat=True)
    said = Message.objects.filter(author__in=numbers).values_list("pk", flat=True)
    words = [word for author in authors for word in (author.handle, author.name) if word and "@" not in word]
    return {
        "authors": numbers,
        "names": [(author.network, author.author_id) for author in authors if author.network != MAIL],
        "mails": mails,
        "words": words,
        "subjects": [
            *(f"author {pk}" for pk in numbers),
            *(f"conversation {pk}" for pk in cases),
            *(f"message {pk}" for pk in said),
        ],
    }


def authors_of(person: Person) -> list[Author]:
    """Authors who are one of these customers, or have one of their handles without anybody having said so."""
    theirs = Q(customer__in=person.customers) | Q(network=MAIL, author_id__in=person.texts("mails"))
    for network in {network for network, _ in person.names}:
        theirs |= Q(network=network, author_id__in=person.names_on(network))
    found = {author.pk: author for author in Author.objects.filter(theirs)}
    hashes = set(person.mail_hashes)
    if hashes:
        for author in Author.objects.filter(network=MAIL, customer=None).iterator():
            if mail_hash(author.author_id) in hashes:
                found[author.pk] = author
    return [found[pk] for pk in sorted(found)]


def adopt(mail: str, now: datetime) -> Customer | None:
    """Who wrote from this address becomes a customer, so that they can be shown, exported and erased."""
    author = Author.objects.filter(network=MAIL, author_id=mail.strip().lower()).first()
    return customer_of(author, now) if author else None


def find(searched: str) -> Iterable[int]:
    """Whose author has this handle or id."""
    bare = searched.lstrip("@")
    rows = (
        Author.objects.filter(Q(handle__in=[bare, f"@{bare}"]) | Q(author_id=bare))
        if bare
        else Author.objects.none()
    )
    return list(rows.exclude(customer=None).values_list("customer", flat=True)[:50])
