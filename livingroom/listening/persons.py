"""What one person said that we heard: for their export and their erasure; and how long strangers' words are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat

from livingroom.listening.models import Mention, Poison
from livingroom.people.erasure.registry import Done, add_eraser
from livingroom.people.export.registry import Sheet, add_exporter
from livingroom.people.models import Handle
from livingroom.people.persons import Found, Person, add_namer
from livingroom.people.retention.kinds import Kind, add_kind

GONE = "erased"
BY_MAIL = ("mail", "form")
BLANK: dict[str, Any] = {
    "author_id": GONE, "author_handle": "", "author_name": "", "author_followers": None, "title": "", "text": "",
    "url": "", "ref_version": "", "subject_id": "", "under_id": "", "terms": [], "reasons": {}, "like": None,
}  # fmt: skip


def take_part() -> None:
    """Called once, when the house starts."""
    add_namer(names_of)
    add_exporter("mentions", "What you said that we heard", sheets_of)
    add_eraser("listening", erase, position=30)
    add_kind(
        Kind(
            "strangers' mentions",
            "listening",
            "What people said about us of whom we know no customer",
            frozenset({"blank"}),
            lambda before, then: by_strangers(before).count(),
            lambda before, then, now: blank(by_strangers(before)),
            least_days=30,
        )
    )
    add_kind(
        Kind(
            "unreadable mentions",
            "listening",
            "What came in and could not be kept as a mention, settled or not",
            frozenset({"erase"}),
            lambda before, then: Poison.objects.filter(at__lt=before).count(),
            lambda before, then, now: Poison.objects.filter(at__lt=before).delete()[0],
        )
    )


def names_of(person: Person) -> Found:
    rows = mentions_of(person).values_list("pk", "author_handle", "author_name", "network", "author_id")
    mails = [name for _, _, _, network, name in rows if network in BY_MAIL]
    return {
        "words": [
            word for _, handle, name, _, _ in rows for word in (handle, name) if word and "@" not in word
        ],
        "mails": mails,
        "subjects": [f"mention {pk}" for pk, *_ in rows],
    }


def mentions_of(person: Person) -> QuerySet[Mention]:
    theirs = Q(network__in=BY_MAIL, author_id__in=person.texts("mails"))
    for network in {network for network, _ in person.names}:
        theirs |= Q(network=network, author_id__in=person.names_on(network))
    return Mention.objects.filter(theirs)


def sheets_of(person: Person) -> Sequence[Sheet]:
    rows = mentions_of(person).order_by("at")
    columns = (
        "network",
        "kind",
        "at",
        "author_handle",
        "author_name",
        "country",
        "language",
        "title",
        "text",
        "url",
    )
    believed = ("sentiment", "subject", "verdict")
    return [Sheet("mentions", "Mentions, and what we believe they say", rows.values(*columns, *believed))]


def erase(person: Person, now: datetime) -> Done:
    """Their words, names and addresses go; that something was said, and what kind of thing, stays counted."""
    n = blank(mentions_of(person))
    names = [*person.texts("mails"), *(name for _, name in person.names)]
    about = Q(pk__in=[])
    for name in names:
        about |= Q(content__icontains=name)
    return Done({"mentions": n, "unreadable mentions": Poison.objects.filter(about).delete()[0]})


def blank(rows: QuerySet[Mention]) -> int:
    """Take who and what out of mentions. The key leads back to the words on the network, so they get a name of ours."""
    numbers = list(rows.values_list("pk", flat=True))
    n = 0
    for start in range(0, len(numbers), 500):
        some = Mention.objects.filter(pk__in=numbers[start : start + 500])
        own_name = Concat(Value(f"{GONE} "), Cast("pk", CharField()))
        n += some.update(
            key=own_name, edited_at=None, understood_at=Coalesce("understood_at", "heard_at"), **BLANK
        )
    return n


def by_strangers(before: datetime) -> QuerySet[Mention]:
    """Said by nobody whom we know as a customer. Mail and the form are conversations: the inbox has a rule of its own."""
    known = Handle.objects.filter(
        kind=Handle.Kind.NETWORK, value=Concat(OuterRef("network"), Value(":"), OuterRef("author_id"))
    )
    rows = Mention.objects.filter(at__lt=before).exclude(author_id=GONE).exclude(network__in=BY_MAIL)
    return rows.exclude(Exists(known))
