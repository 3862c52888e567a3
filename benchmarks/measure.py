"""How long `livingroom measure` takes on 1 and 10 million touches, how much memory, and how both grow.

    python benchmarks/measure.py                 the whole table
    python benchmarks/measure.py --touches 200000 2000000 --json

The files are made anew, the real commands run as processes of their own, one after another. The limit beside the times
is DuckDB itself: reading the same files, parting them by a hash of the customer, sorting each part by customer and time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

REPOSITORY = Path(__file__).resolve().parent.parent
MEMORY = "2GB"
BAR_SECONDS, BAR_BYTES, BAR_GROWTH = 30, 3 * 10**9, 12

# Ten touches a customer over ninety days, one order each in the mean; nine channels of twelve have branches.
# A twelfth of the touches is made by machines, and every tenth order redeems the code of its latest click's post.
TOUCHES = """
    SELECT 't' || i AS touch_id, 'c' || CAST(floor(random() * {people}) AS BIGINT) AS customer_id,
        1230768000000000 + CAST(random() * 90 * 86400000000 AS BIGINT) AS at,
        ['x', 'bluesky', 'facebook', 'youtube', 'forum', 'blog', 'flickr', 'wiki', 'mastodon', 'mail', 'search', 'ad']
            [1 + i % 12] AS channel,
        CASE WHEN i % 12 < 9 THEN i % 35 END AS branch_id, CASE WHEN i % 12 < 9 THEN i % 22000 END AS placement_id,
        CASE WHEN i % 12 < 9 THEN 'click' ELSE ['mail', 'search', 'ad'][i % 12 - 8] END AS kind,
        CASE WHEN random() < 1 / 12 THEN 'bot' ELSE 'human' END AS class, CAST(NULL AS VARCHAR) AS code
    FROM range({touches}) AS r (i)
"""
ORDERS = """
    SELECT 'o' || i AS order_id, 'c' || CAST(floor(random() * {people}) AS BIGINT) AS customer_id,
        1230768000000000 + CAST(random() * 90 * 86400000000 AS BIGINT) AS at,
        CAST(random() * 900 AS DECIMAL(9, 2)) AS revenue, ['USD', 'USD', 'BRL', 'JPY'][1 + i % 4] AS currency
    FROM range({orders}) AS r (i)
"""
CODES = """
    SELECT 'r' || o.order_id, o.customer_id, o.at, 'x', hash(o.order_id) % 35, hash(o.order_id) % 22000, 'code',
        'human', 'CODE' || hash(o.order_id) % 22000
    FROM orders AS o WHERE hash(o.order_id) % 10 = 0
"""
LIMIT = """
import duckdb, sys
folder, memory = sys.argv[1:]
con = duckdb.connect(config={"memory_limit": memory, "temp_directory": folder + "/spill"})
for table in ("touches", "orders"):
    con.execute(f"COPY (SELECT t.*, hash(t.customer_id) % 6 AS shard FROM '{folder}/{table}.parquet' AS t) "
                f"TO '{folder}/parts_{table}' (FORMAT parquet, PARTITION_BY (shard), OVERWRITE_OR_IGNORE)")
    for shard in range(6):
        con.execute(f"CREATE OR REPLACE TEMP TABLE sorted AS SELECT * FROM '{folder}/parts_{table}/shard={shard}/*.parquet' AS t "
                    "ORDER BY t.customer_id, t.at")
"""


@dataclass(frozen=True)
class Run:
    seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    ratio: float
    against: str
    bar: str

    def __str__(self) -> str:
        return f"{self.name}: {self.value:,.2f} {self.unit}, ratio {self.ratio:.2f} x against {self.against} (bar: {self.bar})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--touches", type=int, nargs=2, default=[1_000_000, 10_000_000], metavar=("SMALL", "LARGE")
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(*options.touches)
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))
        return
    print("\n".join(str(figure) for figure in figures))
    print(f"(load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")


def measure(small: int, large: int) -> list[Figure]:
    figures: list[Figure] = []
    before: dict[str, Run] = {}
    for n_touches in (small, large):
        with tempfile.TemporaryDirectory(prefix="livingroom-bench-") as name:
            folder = Path(name)
            make_files(folder, n_touches)
            limit = run([sys.executable, "-c", LIMIT, name, MEMORY])
            for command in ("credit", "evidence"):
                done = run(command_line(command, folder))
                title = f"{command}, {n_touches / 1e6:g} M touches"
                figures += figures_of(title, done, limit, is_large=n_touches == large)
                if n_touches == large:
                    growth = done.seconds / before[command].seconds
                    against = f"{large / small:g} x the touches"
                    bar = f"growth <= {BAR_GROWTH} x"
                    figures.append(
                        Figure(f"{command}, growth", growth, "x", growth / (large / small), against, bar)
                    )
                before[command] = done
    return figures


def figures_of(title: str, done: Run, limit: Run, *, is_large: bool) -> list[Figure]:
    time_bar = f"<= {BAR_SECONDS} s, <= 3 x" if is_large else "none"
    memory_bar = f"<= {BAR_BYTES / 1e9:g} GB" if is_large else "none"
    peer = f"DuckDB's reading, parting and sorting of the same files in {limit.seconds:.2f} s"
    peer_cpu = f"the same in {limit.cpu_seconds:.2f} s"
    return [
        Figure(f"{title}, time", done.seconds, "s", done.seconds / limit.seconds, peer, time_bar),
        Figure(
            f"{title}, cpu", done.cpu_seconds, "s", done.cpu_seconds / limit.cpu_seconds, peer_cpu, "none"
        ),
        Figure(
            f"{title}, peak memory",
            done.peak_bytes / 1e9,
            "GB",
            done.peak_bytes / BAR_BYTES,
            "3 GB",
            memory_bar,
        ),
    ]


def make_files(folder: Path, n_touches: int, n_orders: int | None = None) -> None:
    sizes = {"touches": n_touches, "orders": n_orders or n_touches // 10, "people": n_touches // 10}
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1; SELECT setseed(0.42)")
        connection.execute(f"CREATE TABLE orders AS {ORDERS.format(**sizes)}")
        connection.execute(f"COPY orders TO '{folder}/orders.parquet'")
        connection.execute(
            f"COPY ({TOUCHES.format(**sizes)} UNION ALL {CODES}) TO '{folder}/touches.parquet'"
        )


def command_line(command: str, folder: Path) -> list[str]:
    files = [f"--{table}={folder}/{table}.parquet" for table in ("touches", "orders")]
    return [
        sys.executable,
        "-m",
        "livingroom.measure",
        command,
        *files,
        f"--out={folder}/{command}.parquet",
        "--json",
        f"--memory={MEMORY}",
    ]


def run(arguments: list[str]) -> Run:
    """Run a process to its end; the kernel says what it took at its peak."""
    started = time.perf_counter()
    process = subprocess.Popen(arguments, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status != 0:
        errors = process.stderr.read().decode() if process.stderr else ""
        raise SystemExit(f"{' '.join(arguments[:5])} failed: {errors[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


if __name__ == "__main__":
    main()
