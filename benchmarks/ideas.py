"""A portal with a million votes on a hundred thousand ideas: the first page of every rank, and votes, on SQLite and PostgreSQL.

python benchmarks/ideas.py                      fills a million votes (two minutes for each database), then measures
python benchmarks/ideas.py --votes 100000 --ideas 10000
python benchmarks/ideas.py --only postgresql
python benchmarks/ideas.py --json
"""

import argparse
import json
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.own_database import run_on
from benchmarks.support.report import Line, show

LIST_MS, VOTE_MS = 50.0, 20.0
MANAGEMENT_MS = 200.0  # all open ideas are weighed for it
NARROWED_MS = 100.0  # what is narrowed to one category or language has no index of its own
LISTS = {
    "function": ("first page of", "the bare SQL of its slowest question"),
    "page": ("whole public page of", "the bare SQL of its slowest question"),
    "narrowed": ("narrowed or deep,", "the bare SQL of its slowest question"),
    "management": ("list for management,", "the bare SQL of its slowest question"),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--ideas", type=int, default=100_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        from benchmarks.ideas_load import measure

        print(json.dumps(measure(options.votes, options.ideas)))
        return 0
    how = ["--measure", f"--votes={options.votes}", f"--ideas={options.ideas}"]
    lines: list[Line] = []
    for database in ("sqlite", "postgresql"):
        if options.only in (None, database):
            lines += lines_of(database, run_on(database, __file__, how))
    return show(lines, as_json=options.json)


def lines_of(database: str, figures: dict[str, Any]) -> list[Line]:
    told = []
    for kind, (what, against) in LISTS.items():
        bar = {"narrowed": NARROWED_MS, "management": MANAGEMENT_MS}.get(kind, LIST_MS)
        for name, (took, on_cpu, bare) in figures[kind].items():
            p95 = percentile(took, 95)
            cpu = f"{percentile(on_cpu, 50):.0f} ms of our processor"
            words = f"{database}, {figures['n_votes']:,} votes, {what} {name}, p95 ({cpu})"
            ratio = p95 / max(percentile(bare, 95), 0.01)
            told.append(Line(words, p95, "ms", ratio, against, f"under {bar:.0f} ms", p95 < bar))
    for name, (took, on_cpu, bare) in figures["votes"].items():
        p95 = percentile(took, 95)
        cpu = f"median {percentile(took, 50):.1f} ms, {percentile(on_cpu, 50):.1f} ms of our processor"
        told.append(
            Line(f"{database}, {name}, commit included, p95 ({cpu})", p95, "ms",
                 p95 / percentile(bare, 95), "one bare insert and one bare update, committed", f"under {VOTE_MS:.0f} ms",
                 p95 < VOTE_MS)
        )  # fmt: skip
    recount = figures["recount_s"]
    told.append(
        Line(f"{database}, all counters and keys anew, as when the half-life changes", figures["n_votes"] / recount,
             "votes a second", figures["n_votes"] / recount / figures["insert_per_s"], "bare inserts of as many votes",
             "a million within five minutes", figures["n_votes"] / recount >= 1_000_000 / 300)
    )  # fmt: skip
    for name, (seconds, bar) in figures["upkeep"].items():
        told.append(
            Line(
                f"{database}, {name}",
                seconds,
                "s",
                seconds / bar,
                f"{bar:.0f} s",
                f"under {bar:.0f} s",
                seconds < bar,
            )
        )
    off = figures["n_off"]
    told.append(
        Line(f"{database}, counters that a recount found wrong after votes by two at once", off, "ideas", float(off),
             "none", "none", off == 0)
    )  # fmt: skip
    return told


def percentile(values: list[float], share: int) -> float:
    return (
        values[0] if len(values) == 1 else statistics.quantiles(values, n=100, method="inclusive")[share - 1]
    )


if __name__ == "__main__":
    sys.exit(main())
