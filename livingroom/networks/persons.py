"""Reactions of one person, and what people said in places that tell us by webhook: for their export and their erasure."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from livingroom.networks.models import OptOut, PlaceEvent, Reaction, ReceivedMention
from livingroom.networks.reactions.keeping import names_of as names_in_reaction
from livingroom.people.erasure.registry import Done, add_eraser
from livingroom.people.erasure.suppression import suppress
from livingroom.people.export.registry import Sheet, add_exporter
from livingroom.people.persons import Found, Person, add_namer, handle_of
from livingroom.people.retention.kinds import Kind, add_kind

GONE = "erased"
BLANK = {
    "actor_id": GONE, "actor_handle": "", "actor_name": "", "text": "", "ref_id": "", "ref_version": "", "ref_url": "",
    "subject_id": "",
}  # fmt: skip


def take_part() -> None:
    """Called once, when the house starts."""
    add_namer(names_of)
    add_exporter("reactions", "What you said about our posts", sheets_of)
    add_eraser("reactions", erase, position=30)
    add_kind(
        Kind(
            "reactions",
            "networks",
            "Replies, likes and reposts under our posts, as networks told them",
            frozenset({"blank", "erase"}),
            lambda before, then: _old(before, blank=then == "blank").count(),
            lambda before, then, now: (
                blank(_old(before, blank=True)) if then == "blank" else _old(before, blank=False).delete()[0]
            ),
            least_days=30,
        )
    )


def names_of(person: Person) -> Found:
    rows = reactions_of(person).values_list("pk", "actor_handle", "actor_name")
    return {
        "words": [word for _, handle, name in rows for word in (handle, name) if word],
        "subjects": [f"reaction {pk}" for pk, _, _ in rows],
    }


def reactions_of(person: Person) -> QuerySet[Reaction]:
    theirs = Q(pk__in=[])
    for network, name in person.names:
        theirs |= Q(connection__network=network, actor_id=name)
    return Reaction.objects.filter(theirs)


def sheets_of(person: Person) -> Sequence[Sheet]:
    rows = reactions_of(person).order_by("at")
    said = rows.values(
        "kind", "at", "actor_handle", "actor_name", "text", "ref_url", network=F("connection__network")
    )
    return [Sheet("reactions", "Reactions", said), Sheet("places", "Said in other places", _in_places(person).values(
        "kind", "at", "person_handle", "person_name", "text"))]  # fmt: skip


def erase(person: Person, now: datetime) -> Done:
    """Words and names go, and what was brought to our own pages is taken back; that there was a reaction stays counted."""
    rows = reactions_of(person)
    urls = list(rows.exclude(ref_url="").values_list("ref_url", flat=True))
    for _, name in person.names:
        rows.filter(under_id__contains=name).update(under_id="")
    counts = {
        "wishes to be left out": _seal_opt_outs(person),
        "places": _in_places(person).update(person_id=GONE, person_handle="", person_name="", text=""),
        "pages that linked to us": ReceivedMention.objects.filter(source__in=urls).delete()[0],
        "reactions": blank(rows, gone_at=now),
    }
    return Done(counts)


def blank(rows: QuerySet[Reaction], **more: object) -> int:
    """Take who and what out of reactions. Their own names on the network would lead back, so they get ours."""
    numbers = list(rows.values_list("pk", flat=True))
    n = 0
    for start in range(0, len(numbers), 500):
        some = Reaction.objects.filter(pk__in=numbers[start : start + 500])
        own_name = Concat(Value(f"{GONE} "), Cast("pk", CharField()))
        n += some.update(event_id=own_name, **BLANK, **more)
    return n


def _in_places(person: Person) -> QuerySet[PlaceEvent]:
    return PlaceEvent.objects.filter(person_id__in=[name for _, name in person.names]).exclude(person_id="")


def _seal_opt_outs(person: Person) -> int:
    """Who asked us to keep nothing of theirs is still left out, but by a hash instead of the name."""
    n = 0
    for network, name in person.names:
        for out in OptOut.objects.of(network, names_in_reaction(name, "", "")):
            suppress([handle_of(network, name)], None)
            out.delete()
            n += 1
    handles = [word.casefold().lstrip("@") for word in person.texts("words")]
    return n + OptOut.objects.filter(who__in=handles).delete()[0]


def _old(before: datetime, *, blank: bool) -> QuerySet[Reaction]:
    rows = Reaction.objects.filter(at__lt=before)
    return rows.exclude(actor_id=GONE) if blank else rows
