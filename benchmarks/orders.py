"""How fast the till takes orders, against what the same PostgreSQL can do at all.

    python -m benchmarks.orders [--orders 100000] [--seconds 10] [--json]

A private PostgreSQL with the settings of a fresh installation (fsync on), the real pages' server with two workers, a
load generator and this script share the machine's cores.
"""

import argparse
import csv
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import digest
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))
from benchmarks.support.report import Line, show  # noqa: E402
from tests.support.postgres import free_port, private_postgres  # noqa: E402

WORKERS = 2
SEED = 20091122


def main() -> int:
    options = _options()
    home = Path(tempfile.mkdtemp(prefix="livingroom-bench-"))
    try:
        with private_postgres() as cluster:
            os.environ.update(
                LIVINGROOM_HOME=str(home),
                DATABASE_URL=cluster.url,
                DJANGO_SETTINGS_MODULE="livingroom.config.settings",
            )
            lines = _measure(cluster.url, home, options)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return show(lines, as_json=options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=100_000, help="orders in the file")
    parser.add_argument("--seconds", type=int, default=10, help="of load by webhooks")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _measure(url: str, home: Path, options: argparse.Namespace) -> list[Line]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    bare_batches = _bare_inserts(url, rows_at_once=1000, seconds=3)
    bare_commits = _bare_inserts(url, rows_at_once=1, seconds=3)
    return [*_files(home, options.orders, bare_batches), *_webhooks(home, options.seconds, bare_commits)]


def _bare_inserts(url: str, *, rows_at_once: int, seconds: float) -> float:
    """Rows a second of `INSERT …; COMMIT` in a loop, with a row of an order's width: what the server can do at all."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, key text UNIQUE, body text)"
        )
        connection.commit()
        body, n, began = "x" * 400, 0, time.perf_counter()
        values = ", ".join(["(%s, %s)"] * rows_at_once)
        while time.perf_counter() - began < seconds:
            parameters = [
                part for each in range(rows_at_once) for part in (f"{rows_at_once}-{n + each}", body)
            ]
            connection.execute(f"INSERT INTO bare (key, body) VALUES {values}", parameters)
            connection.commit()
            n += rows_at_once
        return n / (time.perf_counter() - began)


# Files


def _files(home: Path, n_orders: int, bare: float) -> list[Line]:
    from django.utils import timezone

    from livingroom.orders.actors import COMMAND_LINE
    from livingroom.orders.models import Order
    from livingroom.orders.operations import import_file
    from livingroom.orders.shops import make_shop

    shop, _ = make_shop(actor=COMMAND_LINE, name="Files", kind="csv", currency="USD", now=timezone.now())
    path = home / "orders_export.csv"
    _write_shopify_file(path, n_orders)
    memory_before = _peak_megabytes()
    began, cpu_began = time.perf_counter(), time.process_time()
    done = import_file(actor=COMMAND_LINE, shop=shop, path=path, now=timezone.now())
    seconds, cpu = time.perf_counter() - began, (time.process_time() - cpu_began) / n_orders * 1e6
    assert (done.state, done.n_new, done.n_dead) == ("done", n_orders, 0), (
        done.state,
        done.problem,
        done.n_new,
        done.n_dead,
    )
    assert Order.objects.filter(shop=shop).count() == n_orders
    rate, grown = n_orders / seconds, _peak_megabytes() - memory_before
    began = time.perf_counter()
    again = import_file(actor=COMMAND_LINE, shop=shop, path=path, now=timezone.now())
    rate_again = n_orders / (time.perf_counter() - began)
    assert (again.n_new, again.n_same) == (0, n_orders)
    loop = "bare INSERT of 1,000 rows; COMMIT"
    return [
        Line("orders by CSV", rate, "orders/s", rate / bare, loop, "2,000 orders/s", rate >= 2000),
        Line(
            "CPU of the reader an order", cpu, "µs", cpu / 500, "one core at 2,000 orders/s", "1 x", cpu < 500
        ),
        Line(
            "the same file again", rate_again, "orders/s", rate_again / rate, "the first time", "adds 0", True
        ),
        Line(
            "memory the file took",
            grown,
            "MB",
            grown / (path.stat().st_size / 1e6),
            "the file's size",
            "300 MB",
            grown < 300,
        ),
    ]


_SHOPIFY_COLUMNS = (
    "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,"
    "Lineitem quantity,Lineitem name,Lineitem price,Billing Country,Note Attributes,Cancelled at,Refunded Amount"
)


def _write_shopify_file(path: Path, n_orders: int) -> None:
    chance = random.Random(SEED)
    columns = _SHOPIFY_COLUMNS.split(",")
    start = datetime(2009, 1, 1, tzinfo=UTC)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        for number in range(n_orders):
            at = (start + timedelta(seconds=number * 300)).strftime("%Y-%m-%d %H:%M:%S +0000")
            price = f"{chance.randrange(20_000, 120_000) / 100:.2f}"
            code = f"CODE{chance.randrange(500)}" if number % 3 else ""
            note = f"lr: {chance.getrandbits(100):025x}" if number % 2 else ""
            mail = f"buyer{chance.randrange(n_orders)}@example.com"
            refunded = "25.00" if number % 20 == 0 else "0.00"
            currency = chance.choice(["USD", "EUR", "BRL", "CAD", "JPY"])
            if currency == "JPY":
                price, refunded = price.split(".")[0], refunded.split(".")[0]
            paid = [f"#{number}", mail, "paid", at, currency, price, "0", "0", price, code, "0", at]
            rows.writerow([*paid, 1, "Laptop", price, "US", note, "", refunded])
            if number % 4 == 0:
                rows.writerow([f"#{number}", *[""] * 11, 2, "Mouse", "9.00", *[""] * 4])


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# Webhooks


def _webhooks(home: Path, seconds: int, bare: float) -> list[Line]:
    from django.utils import timezone

    from livingroom.orders.actors import COMMAND_LINE
    from livingroom.orders.models import Intake, Order
    from livingroom.orders.shops import make_shop

    shop, secret = make_shop(
        actor=COMMAND_LINE, name="Webhooks", kind="generic", currency="USD", now=timezone.now()
    )
    for name, length in (("warm", 2), ("load", seconds)):
        _write_script(home, secret, name, n=length * 2000)
    not_applied = Intake.objects.filter(shop=shop).exclude(state=Intake.State.APPLIED)
    with _pages_server() as (address, server_pid):
        _send(home, address, secret, "warm", 2)
        _wait_until(lambda: not not_applied.exists())
        before = Order.objects.filter(shop=shop).count()
        began, cpu_before = time.perf_counter(), _cpu_seconds(server_pid)
        answered = _send(home, address, secret, "load", seconds)
        _wait_until(lambda: not not_applied.exists())
        elapsed, cpu = time.perf_counter() - began, _cpu_seconds(server_pid) - cpu_before
    orders = Order.objects.filter(shop=shop).count() - before
    assert orders >= answered, (orders, answered)
    rate = orders / elapsed
    against, bar = "bare INSERT; COMMIT, one connection", "300 orders/s"
    microseconds = cpu / orders * 1e6
    share = microseconds / (WORKERS * 1e6 / 300)
    limit = "what two cores have at 300 orders/s"
    return [
        Line("signed webhooks, until applied", rate, "orders/s", rate / bare, against, bar, rate >= 300),
        Line("CPU of the workers a webhook", microseconds, "µs", share, limit, "1 x", share < 1),
    ]


@contextmanager
def _pages_server() -> Iterator[tuple[str, int]]:
    port = free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", "4", "--no-access-log", "livingroom.config.wsgi:application",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/hooks/orders/nowhere/")
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _cpu_seconds(pid: int) -> float:
    """What a process and its children have used so far, by /proc."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(") ")
        except OSError:
            continue  # it ended meanwhile
        fields = rest.split()
        if int(name.split(" ", 1)[0]) == pid or int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            if httpx.post(url, timeout=2).status_code == 404:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the pages' server does not answer")


def _wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("not all deliveries were applied")


def _send(home: Path, address: str, secret: str, name: str, seconds: int) -> int:
    """Send as many different orders as will go in `seconds`, each signed on its own; all must be answered 200."""
    done = subprocess.run(
        [
            "wrk",
            "-t1",
            "-c8",
            f"-d{seconds}s",
            "-s",
            str(home / f"{name}.lua"),
            f"{address}/hooks/orders/webhooks/",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    counted = json.loads(done.stdout.strip().splitlines()[-1])
    assert counted["wrong"] == 0, done.stdout
    n_answered: int = counted["requests"]
    return n_answered


def _write_script(home: Path, secret: str, name: str, n: int) -> None:
    _write_requests(home / f"{name}.txt", secret, name, n)
    (home / f"{name}.lua").write_text(_WRK.replace("REQUESTS", str(home / f"{name}.txt")))


def _write_requests(path: Path, secret: str, name: str, n: int) -> None:
    key = b64decode(secret.removeprefix("whsec_"))
    chance = random.Random(SEED)
    at = int(time.time())
    with path.open("w") as file:
        for number in range(n):
            data = {
                "order_id": f"{name}-{number}", "placed_at": "2009-11-20T10:00:00Z", "currency": chance.choice(["USD", "EUR"]),
                "total": f"{chance.randrange(20_000, 90_000) / 100:.2f}", "discount": "10.00", "country": "US",
                "email": f"{name}{chance.randrange(n)}@example.com", "codes": ["CODE77"], "product": "Laptop",
            }  # fmt: skip
            body = json.dumps({"type": "order.paid", "timestamp": "2009-11-20T10:00:00Z", "data": data})
            signed = digest(key, f"{name}-{number}.{at}.{body}".encode(), sha256)
            file.write(f"{name}-{number}\t{at}\tv1,{b64encode(signed).decode()}\t{body}\n")


_WRK = """
local requests, place = {}, 0
function init(args)
  for line in io.lines("REQUESTS") do
    local id, at, signature, body = line:match("^([^\\t]*)\\t([^\\t]*)\\t([^\\t]*)\\t(.*)$")
    requests[#requests + 1] = wrk.format("POST", nil, {["webhook-id"] = id, ["webhook-timestamp"] = at,
      ["webhook-signature"] = signature, ["content-type"] = "application/json"}, body)
  end
end
function request()
  place = place + 1
  return requests[place]
end
function done(summary, latency, request_times)
  local e = summary.errors
  io.write(string.format('\\n{"requests": %d, "microseconds": %d, "wrong": %d}\\n', summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


if __name__ == "__main__":
    sys.exit(main())
