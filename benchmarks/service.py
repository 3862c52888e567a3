"""How fast business hours are counted and service figures worked out.

    python benchmarks/service.py            the whole table
    python benchmarks/service.py --json

The calendar has split shifts, a holiday and a zone with two changes of clocks a year. The limit is the subtraction of two times
as Python does it, without any calendar.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.report import Line, show
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.calendars import Calendar, add_business_time, business_seconds
from livingroom.measure.service.events import SECOND, Event
from livingroom.measure.service.figures import service_figures
from livingroom.measure.service.many import business_seconds_many

SHIFTS = ((540, 750), (840, 1080))
OFFICE = Calendar("Europe/Berlin", (SHIFTS,) * 5 + ((), ()), frozenset({date(2026, 5, 1)}))
CALENDAR_BAR, EVENTS_BAR = 50_000.0, 10_000.0
N_TIMES, N_CONVERSATIONS = 50_000, 10_000


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    return show([*calendars(), figures()], as_json=options.json)


def calendars() -> list[Line]:
    random = np.random.default_rng(1)
    first = datetime(2026, 1, 5, tzinfo=UTC)
    starts = [first + timedelta(seconds=int(number)) for number in random.integers(0, 30_000_000, N_TIMES)]
    later = timedelta(hours=50)
    at = np.array([as_microseconds(start) for start in starts])
    bare = rate(lambda: [(start + later - start).total_seconds() for start in starts])
    against = f"plain subtraction, {bare:,.0f}/s"
    runs: dict[str, Callable[[], object]] = {
        "business seconds between, one by one": lambda: [
            business_seconds(s, s + later, OFFICE) for s in starts
        ],
        "business time added, one by one": lambda: [
            add_business_time(start, 7200, OFFICE) for start in starts
        ],
        "business seconds between, many at once": lambda: business_seconds_many(
            at, at + 180_000 * SECOND, OFFICE
        ),
    }
    lines = []
    for name, run in runs.items():
        run()
        found = rate(run)
        met = found >= CALENDAR_BAR
        lines.append(Line(name, found, "per s", found / bare, against, f">= {CALENDAR_BAR:,.0f}/s", met))
    return lines


def rate(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return N_TIMES / (time.perf_counter() - started)


def figures() -> Line:
    random = np.random.default_rng(2)
    events = []
    for number, start in enumerate(random.integers(0, 10**13, N_CONVERSATIONS).tolist()):
        wait = int(random.exponential(3600)) * SECOND
        name, who = str(number), f"c{number % 4000}"
        events += [
            Event(name, start, who, "customer"),
            Event(name, start + wait, f"s{number % 30}", "staff"),
            Event(name, start + wait + 60 * SECOND, who, "customer"),
            Event(name, start + 2 * wait + 90 * SECOND, f"s{number % 30}", "staff", "close"),
        ]
    started = time.perf_counter()
    service_figures(events, 2 * 10**13)
    taken = time.perf_counter() - started
    started = time.perf_counter()
    sorted(events, key=lambda event: (event.conversation, event.at))
    bare = len(events) / (time.perf_counter() - started)
    found = len(events) / taken
    against = f"sorting the rows, {bare:,.0f}/s"
    return Line(
        "all service figures",
        found,
        "rows/s",
        found / bare,
        against,
        f">= {EVENTS_BAR:,.0f}/s",
        found >= EVENTS_BAR,
    )


if __name__ == "__main__":
    raise SystemExit(main())
