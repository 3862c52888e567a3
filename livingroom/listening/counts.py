"""Counts for pages, from the roll-ups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Sum
from django.db.models.functions import TruncDate

from livingroom.listening.models import HourCount, Topic
from livingroom.shared.places import language_name

LANGUAGES_SHOWN = 5


@dataclass(frozen=True)
class TopicRow:
    """A topic beside what it caught lately."""

    topic: Topic
    n: int
    n_before: int
    negative_mean: float | None


def between(first: date, last: date) -> dict[str, datetime]:
    return {
        "hour__gte": datetime.combine(first, time(), UTC),
        "hour__lt": datetime.combine(last + timedelta(days=1), time(), UTC),
    }


def days(first: date, last: date, *, topic: int = 0) -> list[tuple[date, int]]:
    rows = HourCount.objects.filter(topic_number=topic, **between(first, last)).order_by()
    found = dict(rows.values_list(TruncDate("hour", tzinfo=UTC)).annotate(all=Sum("n")))
    return [(on, int(found.get(on, 0))) for on in _days(first, last)]


def days_by_language(first: date, last: date, *, topic: int = 0) -> list[tuple[date, str, int]]:
    """Every day and language, the rarer ones together; nothing at all when nothing was said."""
    rows = HourCount.objects.filter(topic_number=topic, **between(first, last)).order_by()
    found: dict[tuple[date, str], int] = defaultdict(int)
    totals: dict[str, int] = defaultdict(int)
    for on, language, n in rows.values_list(TruncDate("hour", tzinfo=UTC), "language").annotate(all=Sum("n")):
        found[on, language] += n
        totals[language] += n
    shown = sorted(totals, key=lambda one: -totals[one])[:LANGUAGES_SHOWN]
    names = {language: language_name(language) or "not known" for language in shown}
    counts: dict[tuple[date, str], int] = defaultdict(int)
    for (on, language), n in found.items():
        counts[on, names.get(language, "others")] += n
    series = [*names.values(), *(["others"] if len(totals) > len(shown) else [])]
    return [(on, name, counts[on, name]) for name in series for on in _days(first, last)]


def total(first: date, last: date, *, topic: int = 0) -> int:
    return (
        HourCount.objects.filter(topic_number=topic, **between(first, last)).aggregate(n=Sum("n"))["n"] or 0
    )


def topic_rows(first: date, last: date) -> list[TopicRow]:
    """Every topic with its finds of the period and of the one before, the loudest first."""
    length = (last - first).days + 1
    now, before = _by_topic(first, last), _by_topic(first - timedelta(days=length), first - timedelta(days=1))
    rows = [
        TopicRow(
            topic,
            now.get(topic.pk, (0, None))[0],
            before.get(topic.pk, (0, None))[0],
            now.get(topic.pk, (0, None))[1],
        )
        for topic in Topic.objects.select_related("current")
    ]
    return sorted(rows, key=lambda row: (-row.n, row.topic.name))


def by(column: str, first: date, last: date, *, topic: int = 0) -> list[tuple[str | int, int]]:
    rows = HourCount.objects.filter(topic_number=topic, **between(first, last)).order_by()
    return sorted(rows.values_list(column).annotate(all=Sum("n")), key=lambda row: -row[1])


def _by_topic(first: date, last: date) -> dict[int, tuple[int, float | None]]:
    rows = HourCount.objects.filter(**between(first, last)).order_by().values("topic_number")
    found = rows.annotate(all=Sum("n"), judged=Sum("n_judged"), negative=Sum("negative_sum"))
    return {
        row["topic_number"]: (row["all"], row["negative"] / row["judged"] if row["judged"] else None)
        for row in found
    }


def _days(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=day) for day in range((last - first).days + 1)]


def newest_day() -> date | None:
    """The last day anything was said on: where pages of a house that rests look."""
    row = HourCount.objects.order_by("-hour").values_list("hour", flat=True).first()
    return row.astimezone(UTC).date() if row else None
