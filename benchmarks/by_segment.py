"""The report *By segment*: sixty segments of two million customers with their orders, on PostgreSQL.

python benchmarks/by_segment.py
python benchmarks/by_segment.py --people 200000 --only sqlite
python benchmarks/by_segment.py --json
"""

import argparse
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.segments import COUNTRIES, INTERESTS, fill, seconds, version
from benchmarks.support.own_database import run_on
from benchmarks.support.report import Line, show

SEGMENTS, PAGE_S = 60, 30.0
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
    where = f"{options.only}, {options.people:,} people, {found['n_orders']:,.0f} orders, {SEGMENTS} segments"
    bare = "adding up the same orders by customer in one bare query"
    lines = [
        Line(f"{where}: {name}", found[f"{key}_s"], "s", found[f"{key}_s"] / found["bare_s"], bare, bar, met)
        for name, key, bar, met in (
            ("first page, nothing kept", "first", f"under {PAGE_S:.0f} s", found["first_s"] < PAGE_S),
            ("second page", "second", "none", True),
            ("first page of one year", "year", "none", True),
            ("two segments beside each other", "pair", "none", True),
        )
    ]
    return show(lines, as_json=options.json)


def measure(n_people: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    fill(n_people)
    n_orders = fill_orders()
    versions = [version(_rule(number)) for number in range(SEGMENTS)]
    from livingroom.dashboards.by_segment import read_by_segment
    from livingroom.dashboards.period import Period
    from livingroom.dashboards.segment_pair import read_pair

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), sum(n) FROM (SELECT customer_id, count(*) AS n, sum(net_reporting_minor) AS net "
                "FROM orders_order WHERE customer_id IS NOT NULL GROUP BY customer_id) AS buyers"
            )

    bare()
    year = Period(date(2009, 1, 1), date(2009, 11, 1))
    pages: list[Any] = []
    figures = {
        "first_s": seconds(lambda: pages.append(read_by_segment(NOW))),
        "second_s": seconds(lambda: pages.append(read_by_segment(NOW, page=2))),
        "year_s": seconds(lambda: pages.append(read_by_segment(NOW, period=year))),
        "pair_s": seconds(lambda: read_pair(versions[0], versions[1], NOW)),
        "bare_s": sorted(seconds(bare) for _ in range(3))[1],
        "n_orders": float(n_orders),
    }
    assert [len(page.rows) for page in pages] == [30, 30, 30]
    assert (
        sum(row.n_orders or 0 for row in pages[0].rows) > sum(row.n_orders or 0 for row in pages[2].rows) > 0
    )
    return figures


def _rule(number: int) -> list[dict[str, Any]]:
    countries = sorted(set(COUNTRIES))
    kinds = (
        ("interest", "is", [f"interest {number % INTERESTS}"]),
        ("country", "is", [countries[number % len(countries)]]),
        ("orders", "at_least", 1 + number % 8),
    )
    chosen = [kinds[number % 3], kinds[(number // 3) % 3]] if number % 4 else [kinds[number % 3]]
    return [{"fact": fact, "operator": operator, "value": value} for fact, operator, value in chosen]


def fill_orders() -> int:
    """Three in five people bought once, every fifth of them with evidence; by the database itself, by a fixed rule."""
    from django.db import connection, transaction

    from livingroom.orders.models import Order, Shop

    shop = Shop.objects.create(slug="outlet", name="Outlet", kind="csv", currency="USD")
    is_postgres = connection.vendor == "postgresql"
    at = (
        "TIMESTAMPTZ '2007-06-01 00:00:00+00' + (id * 7919 % 900) * INTERVAL '1 day'"
        if is_postgres
        else "datetime('2007-06-01', '+' || (id * 7919 % 900) || ' days')"
    )
    known = {
        "shop_id": str(shop.pk), "external_id": "CAST(id AS TEXT)", "placed_at": at, "customer_id": "id", "currency": "'USD'",
        "is_first_order": "TRUE", "codes": "'[]'", "quantity": "1", "net_reporting_minor": "id * 31 % 100000",
        "changed_at": at,
    }  # fmt: skip
    columns = [str(field.column) for field in Order._meta.concrete_fields]
    names = [name for name in columns if name not in ("id", "said_at")]
    texts = {
        field.column for field in Order._meta.concrete_fields if field.get_internal_type() == "CharField"
    }
    values = [known.get(name, "''" if name in texts else "0") for name in names]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO orders_order ({', '.join(names)}) SELECT {', '.join(values)} FROM people_customer WHERE id % 5 < 3"
        )
        cursor.execute(
            "INSERT INTO attribution_evidence "
            "(order_id, grade, kind, touch_id, reason, rule_version, placed_at, country, currency) "
            "SELECT id, CASE WHEN id % 2 = 0 THEN 'A' ELSE 'C' END, '', '', '', '1', placed_at, '', 'USD' "
            "FROM orders_order WHERE id % 5 = 0"
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if is_postgres else "ANALYZE")
    return Order.objects.count()


if __name__ == "__main__":
    sys.exit(main())
