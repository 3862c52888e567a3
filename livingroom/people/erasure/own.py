"""What this room itself holds of a person, and the event log, where anybody may have written their name."""

import json
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from livingroom.people.consents.models import Consent
from livingroom.people.erasure.registry import Done
from livingroom.people.erasure.scrubbing import GONE, Scrubber
from livingroom.people.identities import CustomerMerge, MovedRow
from livingroom.people.linking.models import LinkProposal
from livingroom.people.models import Customer, Handle
from livingroom.people.persons import Person
from livingroom.shared.models import Alarm, Event


def erase_in_people(person: Person, now: datetime) -> Done:
    """The customer's records themselves. Rows of other rooms that named them name nobody from here on."""
    numbers = person.customers
    merges = CustomerMerge.objects.filter(Q(kept__in=numbers) | Q(other__in=numbers))
    counts = {
        "handles": Handle.objects.filter(customer__in=numbers).count(),
        "consents": Consent.objects.filter(customer__in=numbers).count(),
        "merges": merges.count(),
        "proposed links": LinkProposal.objects.filter(Q(one__in=numbers) | Q(two__in=numbers)).count(),
        "customers": Customer.objects.filter(pk__in=numbers).count(),
    }
    MovedRow.objects.filter(merge__in=merges).delete()
    merges.delete()
    Customer.objects.filter(pk__in=numbers).delete()
    return Done(counts)


def erase_in_events(person: Person, now: datetime) -> Done:
    """That something was done stays; what was said, and who said it, goes. What rings for staff is read as well."""
    scrubber = Scrubber(
        [
            *person.texts("words"),
            *person.texts("mails"),
            *person.mail_hashes,
            *(name for _, name in person.names),
        ]
    )
    theirs = Event.objects.filter(subject__in=person.texts("subjects")).exclude(change={})
    n = theirs.update(change={})
    Event.objects.filter(actor__in=scrubber.words).update(actor=GONE)
    for event in _holding(scrubber.words):
        event.subject, event.change = scrubber.text(event.subject), scrubber.value(event.change)
        event.save(update_fields=["subject", "change"])
        n += 1
    alarms = 0
    for alarm in Alarm.objects.filter(_any("text", scrubber.words) | _any("subject", scrubber.words)):
        alarm.text, alarm.subject = scrubber.text(alarm.text), scrubber.text(alarm.subject)
        alarm.save(update_fields=["text", "subject"])
        alarms += 1
    return Done({"events": n, "alarms": alarms})


def _holding(words: list[str]) -> models.QuerySet[Event]:
    if not words:
        return Event.objects.none()
    rows = Event.objects.annotate(_change=Cast("change", models.TextField()))
    escaped = [json.dumps(word)[1:-1] for word in words]
    return rows.filter(_any("subject", words) | _any("_change", [*words, *escaped]))


def _any(column: str, words: list[str]) -> Q:
    wanted = Q(pk__in=[])
    for word in dict.fromkeys(words):
        wanted |= Q(**{f"{column}__icontains": word})
    return wanted
