"""How long the pages of figures take on the demo, and with ten times the orders; and how long measuring takes.

python benchmarks/pages.py                    builds the demo in a temporary folder (about a minute), then measures
python benchmarks/pages.py --home var/demo    measures a copy of a demo that is built already
python benchmarks/pages.py --json
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TIMES = 10
ROUNDS = 25
LIMIT_MS, LIMIT_QUERIES, LIMIT_GROWTH, LIMIT_RUN_S, LIMIT_REFUND_S = 100, 15, 1.5, 10, 3
PAGES = {
    "overview": "/overview/",
    "overview, one year by country": "/overview/?from=2009-01&to=2009-12&by=country&show=monthly",
    "ledger": "/ledger/",
    "ledger, floor": "/ledger/?grade=floor",
    "ledger, ceiling of one country in a year": "/ledger/?grade=ceiling&country=BR&from=2009-01&to=2009-12",
    "ledger, in the middle": "/ledger/?after={middle}",
    "receipt": "/ledger/{order}/",
    "clicks by people": "/clicks/?class=human",
    "credit": "/credit/",
    "leaks": "/leaks/",
    "leaks, every code": "/leaks/?show=all",
    "one leaking code": "/leaks/{code}/",
    "return by branch": "/returns/",
    "return by offer in another currency": "/returns/?by=offer&currency=EUR",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, help="the data folder of a built demo")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=["pages", "multiply", "attribution"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part]()))
        return
    with tempfile.TemporaryDirectory(prefix="livingroom-pages-") as folder:
        home = Path(folder) / "demo"
        if options.home:
            shutil.copytree(options.home, home)
        else:
            build_demo(home)
        figures = measure(home)
    print(json.dumps(figures, indent=2) if options.json else "\n".join(lines(figures)))


def build_demo(home: Path) -> None:
    variables = {**os.environ, "LIVINGROOM_HOME": str(home.parent)}
    command = [sys.executable, "-m", "livingroom", "demo", "--build-only"]
    subprocess.run(command, env=variables, check=True, stdout=sys.stderr)


def measure(home: Path) -> dict[str, object]:
    attribution = run_part("attribution", home)
    once = run_part("pages", home)
    multiplied = run_part("multiply", home)
    many = run_part("pages", home)
    return {"attribution": attribution, "orders": multiplied, "pages": once, "pages_with_more": many}


def run_part(part: str, home: Path) -> dict[str, object]:
    """Each part in a process of its own: Django knows one database per process."""
    variables = {
        **os.environ,
        "LIVINGROOM_HOME": str(home),
        "DATABASE_URL": "",
        "LAKE_URL": "",
        "DJANGO_SETTINGS_MODULE": "livingroom.config.settings",
    }
    command = [sys.executable, __file__, "--part", part]
    done = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def lines(figures: dict) -> list[str]:
    attribution, orders = figures["attribution"], figures["orders"]
    told = [
        f"attribution, first run on {attribution['n_orders']:,} orders and {attribution['n_clicks']:,} clicks: "
        f"{attribution['first_s']:.2f} s ({attribution['first_cpu_s']:.2f} s of processor), "
        f"ratio {attribution['first_s'] / LIMIT_RUN_S:.2f} x against {LIMIT_RUN_S} s "
        "(bar: at most 1)",
        f"attribution, after one refund: {attribution['refund_s']:.2f} s, ratio "
        f"{attribution['refund_s'] / LIMIT_REFUND_S:.2f} x against {LIMIT_REFUND_S} s (bar: below 1)",
        f"credit by channel, overlap and leaks of the whole house: {attribution['whole_s']:.2f} s, ratio "
        f"{attribution['whole_s'] / attribution['first_s']:.2f} x against the first run (bar: none; it waits for quiet)",
    ]
    for name, page in figures["pages"].items():
        more = figures["pages_with_more"][name]
        told += [
            f"{name}: {page['ms']:.0f} ms ({page['cpu_ms']:.0f} ms of processor), ratio "
            f"{page['ms'] / LIMIT_MS:.2f} x against {LIMIT_MS} ms (bar: below 1)",
            f"{name}: {page['queries']} queries, ratio {page['queries'] / LIMIT_QUERIES:.2f} x against "
            f"{LIMIT_QUERIES} (bar: below 1)",
            f"{name}, {orders['after']:,} orders instead of {orders['before']:,}: {more['ms']:.0f} ms "
            f"({more['cpu_ms']:.0f} ms of processor), ratio {more['ms'] / page['ms']:.2f} x "
            f"against the same page before (bar: at most {LIMIT_GROWTH})",
        ]
    return told


def attribution_part() -> dict[str, float]:
    """The first run from nothing, and the run after one refund."""
    start_django()
    from django.utils import timezone

    from livingroom.attribution.models import (
        BranchMonth,
        Credit,
        DailyFigure,
        Evidence,
        MonthFigure,
        ReturnMonth,
        Run,
        Touch,
    )
    from livingroom.attribution.operations import run_attribution
    from livingroom.attribution.whole import measure_whole
    from livingroom.links.models import ClickSegment
    from livingroom.orders.models import Order

    for model in (Evidence, Touch, Credit, DailyFigure, MonthFigure, ReturnMonth, BranchMonth, Run):
        model.objects.all().delete()
    began, worked = time.perf_counter(), time.process_time()
    run = run_attribution(timezone.now())
    first, first_cpu = time.perf_counter() - began, time.process_time() - worked
    order = Order.objects.filter(evidence__grade="A").latest("placed_at")
    order.net_minor -= 100
    order.net_reporting_minor -= 100
    order.changed_at = timezone.now()
    order.save()
    began = time.perf_counter()
    assert run_attribution(timezone.now()).n_people == 1
    refund = time.perf_counter() - began
    began = time.perf_counter()
    assert measure_whole(timezone.now(), full=True) is not None
    whole = time.perf_counter() - began
    n_clicks = sum(ClickSegment.objects.values_list("n_clicks", flat=True))
    return {
        "first_s": first,
        "first_cpu_s": first_cpu,
        "refund_s": refund,
        "whole_s": whole,
        "n_orders": run.n_orders,
        "n_clicks": n_clicks,
    }


def pages_part() -> dict[str, dict[str, float]]:
    """The median time of each page as the server sees it, sign-in and template included."""
    start_django()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.support.answering import median_ms
    from livingroom.attribution.models import Evidence, Leak
    from livingroom.dashboards.ledger import key_of
    from livingroom.people.models import Staff

    staff, _ = Staff.objects.get_or_create(email="benchmark@example.com", defaults={"name": "Benchmark"})
    client = Client()
    client.force_login(staff)
    newest = Evidence.objects.order_by("-placed_at")
    middle = key_of(newest[newest.count() // 2])
    order = newest.filter(grade="A").first().order_id
    code = Leak.objects.order_by("-leaked_minor", "-n_redeemed").first().code.text
    figures = {}
    for name, path in PAGES.items():
        address = path.format(middle=middle, order=order, code=code)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        n_queries = len(queries)  # before the next request clears them
        passed, on_cpu = median_ms(client, address, ROUNDS)
        figures[name] = {"ms": passed, "cpu_ms": on_cpu, "queries": n_queries}
    return figures


def multiply_part() -> dict[str, int]:
    """Copy every order with its entries, evidence, path and credit nine times, a little later each, and roll up."""
    start_django()
    import duckdb
    from django.db import transaction
    from django.utils import timezone

    from livingroom.attribution.inputs import read_orders
    from livingroom.attribution.models import Credit, Evidence, Touch
    from livingroom.attribution.rollups import roll_up
    from livingroom.orders.models import LedgerEntry, Order
    from livingroom.shared.models import Brand

    before = Order.objects.count()
    step = Order.objects.latest("pk").pk
    with transaction.atomic():
        for copy in range(1, TIMES):
            later = f"strftime('%Y-%m-%d %H:%M:%S', placed_at, '+{copy * 7} minutes')"
            renamed = f"external_id || '-{copy}'"
            order_id = f"order_id + {copy * step}"
            copy_rows(Order, copy, step, id=f"id + {copy * step}", external_id=renamed, placed_at=later)
            copy_rows(LedgerEntry, copy, step, order_id=order_id, external_id=renamed)
            copy_rows(Evidence, copy, step, order_id=order_id, placed_at=later)
            copy_rows(Touch, copy, step, order_id=order_id)
            copy_rows(Credit, copy, step, order_id=order_id)
        with duckdb.connect() as duck:
            duck.register("orders", read_orders())
            roll_up(duck, currency=Brand.current().reporting_currency, now=timezone.now())
    return {"before": before, "after": Order.objects.count()}


def copy_rows(model, copy: int, step: int, **changes: str) -> None:  # type: ignore[no-untyped-def]  # as above
    """INSERT … SELECT of the rows of the first copy, with some columns changed; other ids are given by the database."""
    from django.db import connection

    own = ("id", "order_id")
    columns = [
        field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in changes
    ]
    listed = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changes.get(column, f'"{column}"') for column in columns)
    owner = next(column for column in own if column in changes)
    sql = f"INSERT INTO {model._meta.db_table} ({listed}) SELECT {values} FROM {model._meta.db_table} WHERE {owner} <= {step}"
    with connection.cursor() as cursor:
        cursor.execute(sql)


def start_django() -> None:
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]


PARTS = {"pages": pages_part, "multiply": multiply_part, "attribution": attribution_part}

if __name__ == "__main__":
    main()
