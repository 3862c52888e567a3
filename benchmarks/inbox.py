"""The inbox with a million messages: list, search and one conversation, on SQLite and PostgreSQL; and a burst of mentions.

python benchmarks/inbox.py                      fills a million messages (two minutes for each database), then measures
python benchmarks/inbox.py --messages 100000    fewer
python benchmarks/inbox.py --only postgresql
python benchmarks/inbox.py --json
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.own_database import run_on
from benchmarks.support.report import Line, show

LIST_MS, SEARCH_MS, AGE_S = 150.0, 300.0, 5.0
PAGES_S = "the bare SQL that brings the same rows"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--burst", type=int, default=25_000, help="mentions in the burst")
    parser.add_argument(
        "--burst-seconds", type=float, default=60.0, help="how long it lasts, at the rate of ten minutes"
    )
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        from benchmarks.inbox_load import measure

        print(json.dumps(measure(options.messages, options.burst, options.burst_seconds)))
        return 0
    lines: list[Line] = []
    for database in ("sqlite", "postgresql"):
        if options.only in (None, database):
            lines += lines_of(database, run(database, options))
    return show(lines, as_json=options.json)


def run(database: str, options: argparse.Namespace) -> dict[str, object]:
    how = [
        f"--messages={options.messages}",
        f"--burst={options.burst}",
        f"--burst-seconds={options.burst_seconds}",
    ]
    return run_on(database, __file__, ["--measure", *how])


def lines_of(database: str, figures: dict) -> list[Line]:
    told = []
    for kind, bar in (("list", LIST_MS), ("search", SEARCH_MS), ("case", LIST_MS)):
        for name, (page, on_cpu, bare) in figures[kind].items():
            p95 = percentile(page, 95)
            told.append(
                Line(
                    f"{database}, {figures['n_messages']:,} messages, {kind} {name}, p95 "
                    f"({percentile(on_cpu, 50):.0f} ms of our processor)",
                    p95,
                    "ms",
                    p95 / max(percentile(bare, 95), 0.01),
                    PAGES_S,
                    f"under {bar:.0f} ms",
                    p95 < bar,
                )
            )
    opening = figures["opening_per_s"]
    told.append(
        Line(f"{database}, mentions opened in bulk", opening, "a second", opening / figures["insert_per_s"],
             "bare inserts of as many messages", "at least 1,000 a second", opening >= 1000)
    )  # fmt: skip
    age = percentile(figures["ages"], 95)
    told.append(
        Line(f"{database}, burst of {len(figures['ages']):,} at {figures['rate']:.0f} a second, heard to told to screens, p95",
             age, "s", age / AGE_S, f"{AGE_S:.0f} s", f"under {AGE_S:.0f} s", age < AGE_S)
    )  # fmt: skip
    told.append(
        Line(f"{database}, list page meanwhile, p95", percentile(figures["pages_meanwhile"], 95), "ms",
             percentile(figures["pages_meanwhile"], 95) / LIST_MS, f"{LIST_MS:.0f} ms", f"under {LIST_MS:.0f} ms",
             percentile(figures["pages_meanwhile"], 95) < LIST_MS)
    )  # fmt: skip
    return told


def percentile(values: list[float], share: int) -> float:
    return (
        values[0] if len(values) == 1 else statistics.quantiles(values, n=100, method="inclusive")[share - 1]
    )


if __name__ == "__main__":
    sys.exit(main())
