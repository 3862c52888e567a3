"""Thirty agents at their screens while a burst comes in: how old a mention is when a screen shows it, and what that costs.

    python benchmarks/thirty_agents.py                        300,000 messages, SQLite and PostgreSQL, streams polled and held
    python benchmarks/thirty_agents.py --only sqlite --ways held --seconds 60
    python benchmarks/thirty_agents.py --agents 300 --only-listen     what three hundred streams alone cost
    python benchmarks/thirty_agents.py --json

The house runs as people start it: `livingroom up` with its pages and its worker, in processes of their own. The agents are plain
HTTP clients in one process: each has a stream, fetches its list again when the stream says so (as the page's script does),
opens lists and cases, keeps drafts and answers at a person's pace. The limit for ages is a reader that asks the table of
changes twenty times a second; the limit for pages is the same page for one agent before the burst.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.agents.house import Asked, Found, run_house
from benchmarks.support.report import Line, show
from benchmarks.support.shares import percentile

AGE_S, PAGE_MS = 5.0, 150.0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=300_000)
    parser.add_argument("--agents", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the burst lasts")
    parser.add_argument("--rate", type=float, default=25_000 / 600, help="mentions a second")
    parser.add_argument("--ways", default="poll,held", help="poll, held, or both")
    parser.add_argument(
        "--only-listen", action="store_true", help="streams alone: nobody opens or answers anything"
    )
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    lines: list[Line] = []
    for database in ("sqlite", "postgresql"):
        if options.only in (None, database):
            asked = Asked(
                database, options.messages, options.agents, options.seconds, options.rate, options.only_listen
            )
            for way, found in run_house(asked, options.ways.split(",")):
                lines += lines_of(f"{database}, {options.agents} agents, {way}", found)
    return show(lines, as_json=options.json)


def lines_of(name: str, found: Found) -> list[Line]:
    bare = percentile(found.bare, 95)
    told, shown = percentile(found.told, 95), percentile(found.shown, 95)
    of_told, of_shown = (
        f"p95 (p50 {percentile(one, 50):.2f}, p99 {percentile(one, 99):.2f})"
        for one in (found.told, found.shown)
    )
    known = f"a bare reader of the table, {bare:.2f} s"
    lines = [
        Line(f"{name}, mention heard to told to a screen, {of_told}",
             told, "s", told / bare, known, f"under {AGE_S:.0f} s", told < AGE_S),
        Line(f"{name}, mention heard to shown in a list, {of_shown}",
             shown, "s", shown / bare, known, f"under {AGE_S:.0f} s", shown < AGE_S),
        Line(f"{name}, mentions that some screen was not told of", found.missed, "", found.missed / max(1, len(found.told)),
             f"{len(found.told):,} told", "none", found.missed == 0),
    ]  # fmt: skip
    if not found.shown:
        del lines[1]  # nobody fetched a list
    for kind, times in found.pages.items():
        p95, quiet = percentile(times, 95), percentile(found.quiet[kind], 95)
        lines.append(Line(f"{name}, {kind}, p95 of {len(times):,} (p50 {percentile(times, 50):.0f})", p95, "ms", p95 / quiet,
                          f"one agent alone, {quiet:.0f} ms", f"under {PAGE_MS:.0f} ms", p95 < PAGE_MS))  # fmt: skip
    for part, share in found.processor.items():
        lines.append(Line(f"{name}, processor of the {part}", share * 100, "% of one core", share / found.n_cores,
                          f"{found.n_cores} cores", "none", True))  # fmt: skip
    lines.append(Line(f"{name}, streams asked for", found.n_streams, "", found.n_streams / max(1.0, found.seconds),
                      "a second", "none", True))  # fmt: skip
    return lines


if __name__ == "__main__":
    sys.exit(main())
