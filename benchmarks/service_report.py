"""A year of service figures from a million messages: the page, and the same figures from the rows.

python benchmarks/service_report.py                      on PostgreSQL
python benchmarks/service_report.py --messages 100000 --only sqlite
python benchmarks/service_report.py --json
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.own_database import run_on
from benchmarks.support.report import Line, show

if TYPE_CHECKING:
    from livingroom.people.models import Staff

REPORT_MS = 300.0
PER_CONVERSATION, N_BRANCHES, N_AGENTS, DAYS, ROUNDS = 4, 20, 50, 365, 9
N_SEGMENTS, KNOWN_SHARE = 30, 0.5  # of those who write, so many are known as customers
COUNTRIES, LANGUAGES = ("US", "CA", "BR", "DE", "MX", "GB"), ("en", "fr", "pt", "de", "es")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.messages)))
        return 0
    found = run_on(options.only, __file__, ["--measure", f"--messages={options.messages}"])
    where = f"{options.only}, {options.messages:,} messages, {N_AGENTS} agents, twelve months"
    bar = f"under {REPORT_MS:.0f} ms"

    def line(what: str, name: str, is_held: bool) -> Line:
        ms = found[name]
        return Line(f"{where}, {what}", ms, "ms", found["rows_ms"] / ms, "the same figures from the rows, in the same run",
                    bar if is_held else "none", ms < REPORT_MS or not is_held)  # fmt: skip

    lines = [
        line("the figures", "figures_ms", True),
        line("the whole page", "page_ms", True),
        line("the page after a day was packed anew", "repacked_ms", True),
        line("the page of a process that keeps no month yet", "unkept_ms", False),
        line("the very first page of a process", "first_ms", False),
        line("the conversations behind a figure", "cases_ms", True),
        line(f"the page split by {N_SEGMENTS} segments", "split_ms", True),
        line("the same page when nobody asked within a minute", "unkept_split_ms", False),
        line("the page of one segment, split by branch", "segment_ms", True),
        line("the page of one segment, split by segment", "both_ms", True),
        line("the conversations behind a figure of a segment", "segment_cases_ms", True),
        Line(f"{options.only}, packing", found["packed_per_s"], "messages/s", found["packed_per_s"] / found["read_per_s"],
             "reading the same rows, and no more", "none", True),
    ]  # fmt: skip
    return show(lines, as_json=options.json)


def measure(n_messages: int) -> dict[str, float]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    from livingroom.inbox.models import Conversation
    from livingroom.inbox.reports.checking import different
    from livingroom.inbox.reports.events import events_of
    from livingroom.inbox.reports.keeping import kept
    from livingroom.inbox.reports.reading import Service, read_days
    from livingroom.inbox.reports.rolling import mark_stale, roll_day, roll_stale
    from livingroom.measure.moments import as_microseconds
    from livingroom.measure.service.figures import service_figures
    from livingroom.people.models import Staff

    now = datetime.now(UTC)
    first = now.date() - timedelta(days=DAYS - 1)
    fill(n_messages, now)
    numbers = list(Conversation.objects.values_list("pk", flat=True))
    mark_stale(first + timedelta(days=n) for n in range(DAYS))
    packing = seconds(lambda: all_of(lambda: roll_stale(now)))
    reading = seconds(lambda: [events_of(numbers[at : at + 2000]) for at in range(0, len(numbers), 2000)])
    events = [event for at in range(0, len(numbers), 2000) for event in events_of(numbers[at : at + 2000])]
    began = time.perf_counter()
    figures = service_figures(events, as_microseconds(now))
    from_rows = reading + time.perf_counter() - began
    del events
    packed = Service(read_days(first, now.date()), now)
    assert packed.n == len(numbers)
    found = different(figures, packed)
    assert found == [], found
    kept.forget()
    client, boss = Client(), Staff.objects.create_user("boss@example.com", None, name="Boss", role="manager")
    client.force_login(boss)
    define_segments(boss, now)

    def page(more: str = "") -> None:
        assert client.get(f"/service/?days=365{more}").status_code == 200

    first_page = seconds(page)
    return {
        "figures_ms": 1000 * middle(lambda: everything(Service(read_days(first, now.date()), now))),
        "page_ms": 1000 * middle(page),
        "repacked_ms": 1000 * middle(page, lambda: roll_day(now.date() - timedelta(days=1), now)),
        "unkept_ms": 1000 * middle(page, kept.forget),
        "first_ms": 1000 * first_page,
        "cases_ms": 1000 * middle(lambda: client.get("/service/cases/?days=365&figure=late_1h")),
        "split_ms": 1000 * middle(lambda: page("&split=segment")),
        "unkept_split_ms": 1000 * middle(lambda: page("&split=segment"), cache.clear),
        "segment_ms": 1000 * middle(lambda: page("&segment=segment-1")),
        "both_ms": 1000 * middle(lambda: page("&segment=segment-1&split=segment")),
        "segment_cases_ms": 1000
        * middle(lambda: client.get("/service/cases/?days=365&figure=late_1h&segment=segment-1")),
        "rows_ms": 1000 * from_rows,
        "packed_per_s": n_messages / packing,
        "read_per_s": n_messages / reading,
    }


def fill(n_messages: int, now: datetime) -> None:
    from django.db import transaction

    from livingroom.branches.models import Branch
    from livingroom.inbox.models import Author, Conversation, Message, Step
    from livingroom.people.models import Staff
    from livingroom.world.loading.bulk import insert

    rng = np.random.default_rng(2008)
    agents = [
        Staff.objects.create_user(f"a{n}@example.com", None, name=f"A{n}", role="agent").pk
        for n in range(N_AGENTS)
    ]
    places = [
        Branch.objects.create(slug=f"b{n}", name=f"B{n}", network="sandbox", handle=f"b{n}", purpose="service",
                              opened_on="2007-01-01").pk for n in range(N_BRANCHES)
    ]  # fmt: skip
    n = n_messages // PER_CONVERSATION
    asker = (rng.integers(0, n // 2, n) + 1).tolist()
    opened = [
        now - timedelta(seconds=float(s)) for s in np.sort(rng.uniform(0, (DAYS - 1) * 86_400, n))[::-1]
    ]
    waits = np.minimum(rng.lognormal(4, 1.2, n), 20_000).round(2)
    # Nothing of it lies in the future.
    waits = np.minimum(waits, [max((now - at).total_seconds() / 60 - 61, 0.1) for at in opened])
    is_answered = (rng.random(n) < 0.93) & (waits > 0.1)
    by = rng.choice(agents, n).tolist()
    with transaction.atomic():
        insert(Author, {"id": range(1, n // 2 + 1), "network": ["x"] * (n // 2), "author_id": [str(k) for k in range(n // 2)],
                        "first_seen_at": [now] * (n // 2)})  # fmt: skip
        insert(Conversation, {
            "id": range(1, n + 1), "network": ["x"] * n, "thread_key": [str(k) for k in range(n)], "author_id": asker,
            "branch_id": rng.choice(places, n).tolist(), "about": rng.choice(["repair", "price", "delivery"], n).tolist(),
            "state": ["closed"] * n, "language": ["en"] * n, "opened_at": opened, "last_message_at": opened,
        })  # fmt: skip
    for start in range(0, n, 25_000):
        rows = range(start, min(start + 25_000, n))
        said = [
            (k, minutes, way, state, staff)
            for k in rows
            for minutes, way, state, staff in (
                (0.0, "in", "", None),
                (float(waits[k]), "out", "sent", by[k] if is_answered[k] else None),
                (float(waits[k]) + 30, "in", "", None),
                (float(waits[k]) + 45, "out", "sent", by[k] if is_answered[k] else None),
            )
            if opened[k] + timedelta(minutes=minutes) <= now
        ]
        ended = [k for k in rows if is_answered[k]]
        with transaction.atomic():
            insert(Message, {
                "conversation_id": [one[0] + 1 for one in said], "direction": [one[2] for one in said],
                "at": [opened[one[0]] + timedelta(minutes=one[1]) for one in said], "state": [one[3] for one in said],
                "staff_id": [one[4] for one in said], "author_id": [asker[one[0]] if one[2] == "in" else None for one in said],
                "is_automatic": [one[2] == "out" and one[4] is None for one in said], "text": ["words"] * len(said),
                "delivery_key": [f"{start}-{at}" for at in range(len(said))],
            })  # fmt: skip
            insert(Step, {
                "conversation_id": [k + 1 for k in ended], "verb": ["closed"] * len(ended), "staff_id": [by[k] for k in ended],
                "at": [opened[k] + timedelta(minutes=float(waits[k]) + 60) for k in ended],
            })  # fmt: skip


def define_segments(boss: "Staff", now: datetime) -> None:
    """Customers behind half of those who write, and segments of one or two countries and languages."""
    from django.db.models import F

    from livingroom.inbox.models import Author
    from livingroom.people.models import Customer
    from livingroom.segments.models import PersonFacts
    from livingroom.segments.operations import save_segment
    from livingroom.world.loading.bulk import insert

    rng = np.random.default_rng(2009)
    n = int(Author.objects.count() * KNOWN_SHARE)
    facts = {"country": rng.choice(COUNTRIES, n).tolist(), "language": rng.choice(LANGUAGES, n).tolist()}
    insert(Customer, {"id": range(1, n + 1), **facts, "first_seen_at": [now] * n})
    insert(PersonFacts, {"customer_id": range(1, n + 1), **facts})
    Author.objects.filter(pk__lte=n).update(customer_id=F("pk"))
    for number in range(N_SEGMENTS):
        wide, one = COUNTRIES[: 1 + number % len(COUNTRIES)], LANGUAGES[number % len(LANGUAGES)]
        rule = [{"fact": "country", "operator": "is", "value": list(wide)}]
        rule += [{"fact": "language", "operator": "is", "value": [one]}] if number % 2 else []
        save_segment(
            staff=boss, name=f"Segment {number}", rule={"all": rule}, purpose="service", ground="interest", now=now
        )  # fmt: skip


def everything(service: object) -> list[object]:
    """Every figure, for each is worked out only when it is asked for."""
    from livingroom.inbox.reports.checking import NAMES

    return [getattr(service, name) for name in NAMES.values()]


def seconds(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def middle(deed: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    """The median of some rounds; what comes before each is not counted."""
    return sorted((before(), seconds(deed))[1] for _ in range(ROUNDS))[ROUNDS // 2]


def all_of(deed: Callable[[], int]) -> None:
    while deed():
        pass


if __name__ == "__main__":
    sys.exit(main())
