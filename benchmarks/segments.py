"""Size, members and overlap of segments among two million customers.

python benchmarks/segments.py                                   on PostgreSQL
python benchmarks/segments.py --people 200000 --only sqlite
python benchmarks/segments.py --json
"""

import argparse
import json
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.own_database import run_on
from benchmarks.support.report import Line, show

SIZE_MS, ROUNDS = 300.0, 9
COUNTRIES = ("US", "US", "US", "US", "GB", "DE", "BR", "BR", "CA", "FR", "JP", "IT", "ES", "MX", "AU", "IE")
INTERESTS = 30
NOW = datetime(2009, 11, 22, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=2_000_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.people)))
        return 0
    found = run_on(options.only, __file__, ["--measure", f"--people={options.people}"])
    where, bare = f"{options.only}, {options.people:,} people", "count(*) of the same table, in the same run"
    asked = (
        ("country, recency and money band, interest", "three"),
        ("the same three of the largest country", "large"),
        ("orders in a year, language, interest: no country", "broad"),
    )
    lines = [
        Line(f"{where}, size by {name}", found[f"{key}_ms"], "ms", found[f"{key}_ms"] / found["count_ms"], bare,
             f"under {SIZE_MS:.0f} ms", found[f"{key}_ms"] < SIZE_MS)
        for name, key in asked
    ]  # fmt: skip
    lines += [
        Line(f"{where}, five segments laid over each other", found["overlap_ms"], "ms",
             found["overlap_ms"] / found["count_ms"], bare, "none", True),
        Line(f"{where}, members streamed", found["members_per_s"], "members/s",
             found["members_per_s"] / found["bare_per_s"], "reading the same keys in one bare query", "none", True),
        Line(f"{where}, memory that {found['n_members']:,.0f} streamed members took", found["members_mb"], "MB",
             found["members_mb"] / max(found["list_mb"], 1e-9), "all of them as one list", "under 20 MB",
             found["members_mb"] < 20),
        Line(f"{where}, memberships of 1,000 people in five segments", found["which_ms"], "ms",
             found["which_ms"] / found["count_ms"], bare, "none", True),
    ]  # fmt: skip
    return show(lines, as_json=options.json)


def measure(n_people: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    fill(n_people)
    from livingroom.segments.asking import members_of, overlap_of, people_in, size_of, which
    from livingroom.segments.models import PersonFacts

    def part(*told: tuple[str, str, Any]) -> Any:
        return version(
            [{"fact": fact, "operator": operator, "value": value} for fact, operator, value in told]
        )

    bands = (("recency", "is", [4, 5]), ("money", "is", [4, 5]))
    three = part(("country", "is", ["CA", "BR"]), *bands, ("interest", "is", ["interest 3"]))
    large = part(("country", "is", ["US"]), *bands, ("interest", "is", ["interest 0", "interest 3"]))
    broad = part(
        ("orders_year", "at_least", 2), ("language", "is", ["en", "pt"]), ("interest", "is", ["interest 1"])
    )
    everybody = part(("orders", "at_least", 1))
    green = part(("interest", "is", ["interest 5", "interest 6"]))
    five = [three, large, broad, everybody, green]
    assert 0 < size_of(three, NOW) < size_of(large, NOW) < size_of(everybody, NOW)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM segments_personfacts")

    streamed_mb = peak_mb(lambda: sum(1 for _ in members_of(green, NOW)))
    streaming = seconds(lambda: sum(1 for _ in members_of(green, NOW)))
    n_members = size_of(green, NOW)
    keys = people_in(green, NOW).values_list("pk", flat=True)
    reading = seconds(lambda: list(keys.all()))
    listed_mb = peak_mb(lambda: list(keys.all()))
    some = list(PersonFacts.objects.values_list("pk", flat=True)[: 1000 * 7 : 7])
    return {
        "count_ms": middle(bare),
        "three_ms": middle(lambda: size_of(three, NOW)),
        "large_ms": middle(lambda: size_of(large, NOW)),
        "broad_ms": middle(lambda: size_of(broad, NOW)),
        "overlap_ms": middle(lambda: overlap_of(five, NOW)),
        "which_ms": middle(lambda: which(some, five, NOW)),
        "n_members": n_members,
        "members_per_s": n_members / streaming,
        "bare_per_s": n_members / reading,
        "members_mb": streamed_mb,
        "list_mb": listed_mb,
    }


def version(parts: list[dict[str, Any]]) -> Any:
    from livingroom.people.models import Staff
    from livingroom.segments.models import Segment
    from livingroom.segments.operations import save_segment

    staff = Staff.objects.filter(email="boss@example.com").first() or Staff.objects.create_user(
        "boss@example.com", None, name="Boss", role="manager"
    )
    name = f"Segment {Segment.objects.count()}"
    return save_segment(
        staff=staff, name=name, rule={"all": parts}, purpose="offers", ground="interest", now=NOW
    ).current


def fill(n_people: int) -> None:
    """Customers and their facts, by the database itself; scattered by a fixed rule, so that every run has the same."""
    from django.db import connection, transaction

    from livingroom.segments.tags import tags_for

    tags = tags_for([("interest", f"interest {n}") for n in range(INTERESTS)] + [("withdrawn", "offers")])
    bits = [tags["interest", f"interest {n}"].bit or 0 for n in range(INTERESTS)]
    out = 1 << (tags["withdrawn", "offers"].bit or 0)
    is_postgres = connection.vendor == "postgresql"
    numbers = (
        f"SELECT CAST(i AS BIGINT) AS i FROM generate_series(1, {n_people}) AS i"
        if is_postgres
        else f"WITH RECURSIVE up(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM up WHERE i < {n_people}) SELECT i FROM up"
    )

    def scattered(salt: int, n: int) -> str:
        return f"((i * {2_654_435_761 + 2 * salt} + {salt * 7_919}) % 4294967296 / 65536 % {n})"

    def choice(salt: int, values: tuple[str, ...]) -> str:
        whens = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values))
        return f"CASE {scattered(salt, len(values))} {whens} END"

    interests = " + ".join(
        f"CASE WHEN {scattered(20 + n, 100)} < {3 + n % 12} THEN {1 << bit} ELSE 0 END"
        for n, bit in enumerate(bits)
    )
    day = (
        "DATE '2007-01-01' + CAST({} AS INTEGER)"
        if is_postgres
        else "date('2007-01-01', '+' || {} || ' days')"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_customer (id, country, language, first_seen_at) "
            f"SELECT i, '', '', '2007-01-01 00:00:00+00:00' FROM ({numbers}) AS n"
        )
        cursor.execute(
            f"""
            INSERT INTO segments_personfacts (customer_id, country, language, n_orders, n_orders_year, net_minor,
                net_year_minor, first_on, last_on, bits_0, bits_1, bits_2)
            SELECT i, {choice(1, COUNTRIES)}, {choice(2, ("en", "en", "de", "pt", "fr"))}, 1 + {scattered(3, 9)},
                {scattered(4, 4)}, {scattered(5, 4000)} * 100 + 100, {scattered(6, 1000)} * 100,
                {day.format(scattered(7, 500))}, {day.format(f"(500 + {scattered(8, 556)})")},
                {interests} + CASE WHEN {scattered(60, 50)} = 0 THEN {out} ELSE 0 END, 0, 0
            FROM ({numbers}) AS n
            """
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE segments_personfacts" if is_postgres else "ANALYZE")


def peak_mb(deed: Callable[[], object]) -> float:
    """What Python held at most while it was done."""
    tracemalloc.start()
    deed()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def seconds(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


def middle(deed: Callable[[], object]) -> float:
    """Milliseconds, the median."""
    return 1000 * sorted(seconds(deed) for _ in range(ROUNDS))[ROUNDS // 2]


if __name__ == "__main__":
    sys.exit(main())
