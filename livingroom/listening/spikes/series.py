"""Hourly counts of the trailing weeks, by scope: a topic as a whole, in one language, or at one branch."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Min
from numpy.typing import NDArray

from livingroom.listening.counting import HOUR, hour_of
from livingroom.listening.models import HourCount, Mention, Topic, TopicMatch

EVERYTHING = 0


@dataclass(frozen=True, order=True)
class Scope:
    """What is watched together. Topic 0 is all that is said; no language or branch (0) means every one."""

    topic: int
    language: str = ""
    branch: int = 0

    @property
    def name(self) -> str:
        return f"{self.topic}/{self.language}/{self.branch}"

    @property
    def is_whole(self) -> bool:
        return not self.language and not self.branch

    @classmethod
    def named(cls, name: str) -> "Scope":
        """The scope of a name, as an alarm's row holds it."""
        topic, language, branch = name.split("/")
        return cls(int(topic), language, int(branch))

    def covers(self, other: "Scope") -> bool:
        """Whether all that is counted there is counted here, too."""
        return (
            self.topic in {other.topic, EVERYTHING}
            and self.language in {"", other.language}
            and self.branch in {0, other.branch}
        )


@dataclass(frozen=True)
class Series:
    """Counts of consecutive hours, the newest last; the hours before `known_from` are not known to be empty."""

    last_hour: datetime
    n: NDArray[np.float64]
    known_from: datetime

    @property
    def known(self) -> NDArray[np.float64]:
        first = self.last_hour - (len(self.n) - 1) * HOUR
        skipped = max(int((self.known_from - first) / HOUR), 0)
        return self.n[skipped:]


def read_series(last_hour: datetime, n_hours: int) -> dict[Scope, Series]:
    """Return the counts of every scope in which anything was said within these hours."""
    last_hour = hour_of(last_hour)
    first = last_hour - (n_hours - 1) * HOUR
    counts: dict[Scope, NDArray[np.float64]] = defaultdict(lambda: np.zeros(n_hours))
    rows = HourCount.objects.filter(hour__gte=first, hour__lte=last_hour)
    for hour, topic, language, branch, n in rows.values_list(
        "hour", "topic_number", "language", "branch_number", "n"
    ).iterator(chunk_size=5000):
        place = int((hour - first) / HOUR)
        for scope in scopes_of(topic, language, branch):
            counts[scope][place] += n
    began = beginnings(first)
    return {
        scope: Series(last_hour, n, began.get(scope.topic, first))
        for scope, n in counts.items()
        if scope.topic in began
    }


def scopes_of(topic: int, language: str, branch: int) -> Iterable[Scope]:
    yield Scope(topic)
    if language:
        yield Scope(topic, language)
    if branch:
        yield Scope(topic, "", branch)


def beginnings(first: datetime) -> Mapping[int, datetime]:
    """Since when each running topic, and everything, is known: before, an empty hour says nothing."""
    oldest = Mention.objects.aggregate(at=Min("at"))["at"]
    found = {EVERYTHING: max(hour_of(oldest), first)} if oldest else {}
    matched = dict(
        TopicMatch.objects.filter(mention__at__lt=first + timedelta(days=1))
        .values_list("topic_id")
        .annotate(at=Min("mention__at"))
        .values_list("topic_id", "at")
    )
    for topic in Topic.objects.running():
        since = min(topic.made_at, matched.get(topic.pk, topic.made_at))
        found[topic.pk] = max(hour_of(since), first)
    return found
