"""What a query would have caught in the history we keep, beside what the running one caught, and what reading would cost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from livingroom.branches.models import Branch
from livingroom.listening.models import Mention, Topic
from livingroom.listening.topics.matching import Asked, Matcher
from livingroom.listening.topics.parsing import parse
from livingroom.listening.topics.searching import searchable
from livingroom.listening.understanding.work import said_of
from livingroom.networks.registry import find_network

LOOK_BACK_DAYS = 30
MOST_ROWS = 200_000
EXAMPLES = 20
_COLUMNS = ("pk", "at", "title", "text", "language", "country", "network", "author_handle", "author_name", "author_id",
            "branch_id", "kind", "url")  # fmt: skip


@dataclass(frozen=True)
class ReadingCost:
    """What one network would have taken for as many finds."""

    network: str
    n: int
    amount: Decimal
    currency: str
    why: str


@dataclass
class Tested:
    first: date
    last: date
    n_looked_at: int = 0
    n: int = 0
    by_day: Counter[date] = field(default_factory=Counter)
    by_language: Counter[str] = field(default_factory=Counter)
    by_network: Counter[str] = field(default_factory=Counter)
    by_branch: Counter[str] = field(default_factory=Counter)
    examples: list[Mention] = field(default_factory=list)
    # Beside the running version: what only one of the two catches.
    n_both: int = 0
    only_new: list[Mention] = field(default_factory=list)
    only_old: list[Mention] = field(default_factory=list)
    n_only_new: int = 0
    n_only_old: int = 0
    has_old: bool = False
    costs: list[ReadingCost] = field(default_factory=list)
    is_cut: bool = False

    @property
    def parts(self) -> dict[str, list[tuple[str, int]]]:
        """Languages, networks and branches, the most first."""
        counted = {"languages": self.by_language, "networks": self.by_network, "branches": self.by_branch}
        return {name: counter.most_common() for name, counter in counted.items()}

    @property
    def days(self) -> list[tuple[date, int]]:
        n_days = (self.last - self.first).days + 1
        every = [self.first + timedelta(days=day) for day in range(n_days)]
        return [(day, self.by_day[day]) for day in every]


def try_query(query: str, *, topic: Topic | None = None, now: datetime, days: int = LOOK_BACK_DAYS) -> Tested:
    """Run a query over the last days of what is kept. Raises QueryProblem."""
    parse(query)
    since = now - timedelta(days=days)
    tested = Tested(first=since.date(), last=now.date(), has_old=bool(topic and topic.current))
    asked = [Asked(1, 0, query)]
    if topic is not None and topic.current is not None:
        asked.append(Asked(2, 0, topic.current.query))
    matcher = Matcher(asked)
    branches = {
        pk: (name, language, country)
        for pk, name, language, country in Branch.objects.values_list("pk", "name", "language", "country")
    }
    places = {pk: (language, country) for pk, (_, language, country) in branches.items()}
    for mention in _history(since, now):
        tested.n_looked_at += 1
        caught = {each.topic for each in matcher.match(said_of(mention, places))}
        if 1 in caught:
            _count(tested, mention, branches)
        if tested.has_old:
            _compare(tested, mention, caught)
    tested.is_cut = tested.n_looked_at >= MOST_ROWS
    tested.costs = reading_costs(tested.n)
    return tested


def reading_costs(n: int) -> list[ReadingCost]:
    """What each connected network that searches would take for so many finds."""
    found: dict[str, ReadingCost] = {}
    for connection in searchable():
        cost = find_network(connection.network).estimate_read("search", n)
        found[connection.network] = ReadingCost(connection.network, n, cost.amount, cost.currency, cost.why)
    return list(found.values())


def _history(since: datetime, now: datetime) -> Iterator[Mention]:
    rows = Mention.objects.heard().filter(at__gte=since, at__lte=now).order_by("-at", "-pk")
    return rows.only(*_COLUMNS)[:MOST_ROWS].iterator(chunk_size=2000)


def _count(tested: Tested, mention: Mention, branches: dict[int, tuple[str, str, str]]) -> None:
    tested.n += 1
    tested.by_day[mention.at.date()] += 1
    tested.by_language[mention.language] += 1
    tested.by_network[mention.network] += 1
    tested.by_branch[branches[mention.branch_id][0] if mention.branch_id in branches else ""] += 1
    if len(tested.examples) < EXAMPLES:
        tested.examples.append(mention)


def _compare(tested: Tested, mention: Mention, caught: set[int]) -> None:
    if caught == {1, 2}:
        tested.n_both += 1
    elif caught == {1}:
        tested.n_only_new += 1
        tested.only_new.append(mention) if len(tested.only_new) < EXAMPLES else None
    elif caught == {2}:
        tested.n_only_old += 1
        tested.only_old.append(mention) if len(tested.only_old) < EXAMPLES else None
