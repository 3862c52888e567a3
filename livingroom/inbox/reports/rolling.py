"""Pack whole days from their rows, as often as one likes; a day that changed is packed anew."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from django.db import transaction

from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.reports.events import events_of
from livingroom.inbox.reports.models import ServiceDay, StaleDay, Subject
from livingroom.inbox.reports.packing import CASE, CLOSE, KINDS, NEVER, WAIT, Packed, pack
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service import events as measure
from livingroom.measure.service.community import first_answer
from livingroom.measure.service.outcomes import RECONTACT_DAYS
from livingroom.measure.service.waits import Wait, answer_waits, resolution_wait

DAYS_AT_ONCE = 30
FIELDS = ("pk", "opened_at", "author_id", "branch_id", "team_id", "about", "language", "country")


def mark_stale(days: Iterable[date]) -> None:
    StaleDay.objects.bulk_create([StaleDay(on=day) for day in sorted(set(days))], ignore_conflicts=True)


def day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def roll_stale(now: datetime, *, at_most: int = DAYS_AT_ONCE) -> int:
    """Pack anew what changed, the latest days first. Returns how many days were packed."""
    days = list(StaleDay.objects.order_by("-on").values_list("on", flat=True)[:at_most])
    for day in days:
        with transaction.atomic():
            # Forgotten first: what changes while we read marks the day again.
            StaleDay.objects.filter(on=day).delete()
            roll_day(day, now)
    return len(days)


def roll_day(day: date, now: datetime) -> None:
    """Pack one day from its rows, in place of what was there."""
    packed = pack_day(day)
    rows = []
    for branch, part in packed.items():
        cases, waits, closes = pack(part)
        rows.append(
            ServiceDay(
                on=day,
                branch_number=branch,
                n=len(part.cases),
                cases=cases,
                waits=waits,
                closes=closes,
                made_at=now,
            )
        )
    with transaction.atomic():
        ServiceDay.objects.filter(on=day).delete()
        ServiceDay.objects.bulk_create(rows)


def pack_day(day: date) -> dict[int, Packed]:
    """Return what began on a day by branch, without storing it."""
    start = datetime.combine(day, time(), UTC)
    rows = list(
        Conversation.objects.filter(opened_at__gte=start, opened_at__lt=start + timedelta(days=1))
        .exclude(state=Conversation.State.MERGED)
        .order_by("pk")
        .values_list(*FIELDS)
    )
    talks = {int(talk.id): talk for talk in measure.conversations(events_of([row[0] for row in rows]))}
    later = _words_after_closes(rows, talks)
    subjects = _subject_numbers({row[5] for row in rows})
    branches: dict[int, list[tuple[object, ...]]] = {}
    for row in rows:
        branches.setdefault(row[3] or 0, []).append(row)
    return {branch: _pack(found, talks, later, subjects) for branch, found in branches.items()}


def _pack(
    rows: list[tuple[object, ...]],
    talks: dict[int, measure.Conversation],
    later: dict[int, list[int]],
    subjects: dict[str, int],
) -> Packed:
    cases = np.zeros(len(rows), CASE)
    waits: list[tuple[int, ...]] = []
    closes: list[tuple[int, ...]] = []
    for place, (pk, opened_at, author, branch, team, about, language, country) in enumerate(rows):
        assert isinstance(pk, int)
        assert isinstance(opened_at, datetime)
        assert isinstance(author, int)
        talk = talks.get(pk) or measure.Conversation(str(pk), (), "")
        ratings = [int(event.value) for event in talk.events if event.kind == "rating"]
        was_asked = bool(ratings) or any(event.kind == "ask" for event in talk.events)
        first = first_answer(talk)
        cases[place] = (
            pk, as_microseconds(opened_at), author, branch or 0, team or 0, subjects.get(str(about), 0),
            str(language)[:2].encode(), str(country)[:2].encode(), ratings[-1] if ratings else 0, was_asked,
            NEVER if first is None else first.author_kind in measure.PEOPLE,
        )  # fmt: skip
        resolution = resolution_wait(talk)
        waits += [_wait(place, wait) for wait in [*answer_waits(talk), *([resolution] if resolution else [])]]
        closes += [(place, at, again) for at, again in _closes(talk, later.get(author, []))]
    return Packed(cases, np.array(waits, WAIT), np.array(closes, CLOSE))


def _wait(place: int, wait: Wait) -> tuple[int, ...]:
    ended = [(low, high) for low, high in wait.pauses if high is not None]
    standing = [low for low, high in wait.pauses if high is None]
    end = NEVER if wait.end is None else wait.end
    stood = sum(
        min(high, end if end != NEVER else high) - low for low, high in ended if end == NEVER or low < end
    )
    by = int(wait.by[1:]) if wait.by[:1] == "s" and wait.by[1:].isdigit() else 0
    return place, KINDS.index(wait.kind), by, wait.start, end, stood, standing[0] if standing else NEVER


def _closes(talk: measure.Conversation, written: list[int]) -> list[tuple[int, int]]:
    days = RECONTACT_DAYS * measure.DAY
    return [
        (event.at, int(any(0 < at - event.at <= days for at in written)))
        for event in talk.events
        if event.kind == "close" and event.author_kind != "bot" and talk.asker
    ]


def _words_after_closes(
    rows: list[tuple[object, ...]], talks: dict[int, measure.Conversation]
) -> dict[int, list[int]]:
    """When those whose conversations were closed wrote anywhere, by author."""
    closed = [row for row in rows if any(event.kind == "close" for event in _events(talks, row[0]))]
    authors = {row[2] for row in closed if isinstance(row[2], int)}
    found: dict[int, list[int]] = {}
    words = Message.objects.filter(author__in=authors, direction=Message.Direction.IN, gone_at=None)
    for author, at, asker in words.values_list("author_id", "at", "conversation__author_id"):
        if author == asker:
            found.setdefault(author, []).append(as_microseconds(at))
    return found


def _events(talks: dict[int, measure.Conversation], number: object) -> tuple[measure.Event, ...]:
    talk = talks.get(number) if isinstance(number, int) else None
    return talk.events if talk else ()


def _subject_numbers(names: set[str]) -> dict[str, int]:
    wanted = {name for name in names if name}
    Subject.objects.bulk_create([Subject(name=name) for name in sorted(wanted)], ignore_conflicts=True)
    return dict(Subject.objects.filter(name__in=wanted).values_list("name", "pk"))
