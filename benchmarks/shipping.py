"""How fast clicks go from the journal into the lake and the counts, on one core, and what a replay adds.

    python -m benchmarks.shipping [--clicks 300000] [--sqlite] [--json]

Real segments of made-up clicks: a thousand links, some thousands of different agents, a hundred thousand networks. The
shipper and PostgreSQL share one core. The limit it is held against is the same clicks, read and written to Parquet by the
same code without class, country, bursts, unique visitors or counts.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.report import Line, show
from tests.support.postgres import private_postgres

CORE = 0
N_LINKS = 1000
CLICKS_A_SEGMENT = 20_000
SEED = 20091122


def main() -> int:
    options = _options()
    os.sched_setaffinity(0, {CORE})  # PostgreSQL inherits it
    with tempfile.TemporaryDirectory(prefix="livingroom-bench-") as folder:
        home = Path(folder)
        with nullcontext() if options.sqlite else private_postgres() as cluster:
            url = cluster.url if cluster else f"sqlite:///{home / 'bench.sqlite3'}"
            links = _prepare(home, url)
            _write_segments(home, links, options.clicks)
            return show(_run(home, options.clicks), as_json=options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clicks", type=int, default=300_000)
    parser.add_argument("--sqlite", action="store_true", help="count in SQLite instead of PostgreSQL")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _run(home: Path, clicks: int) -> list[Line]:
    from livingroom.lake import Lake
    from livingroom.links.shipping import Shipper
    from livingroom.links.shipping.countries import country_of

    country_of("8.8.8.0")  # the table is loaded once in a worker's life, not once a batch
    shutil.copytree(home / "clicks" / "segments", home / "copy")
    bare = clicks / _seconds_of_bare_copy(home)
    shipper = Shipper(home, Lake(home / "lake"))
    with _timing() as shipping:
        shipped = shipper.ship(_now()).clicks
    per_second = clicks / shipping[0]
    in_lake, counted = _totals(home)
    shutil.copytree(home / "copy", home / "clicks" / "segments", dirs_exist_ok=True)
    with _timing() as replaying:
        again = shipper.ship(_now())
    added = again.clicks + _totals(home)[0] - in_lake + _totals(home)[1] - counted
    wrong = abs(shipped - clicks) + abs(in_lake - clicks) + abs(counted - clicks)
    bar = per_second / 15_000
    name = f"replay of {again.already_shipped} segments"
    return [
        Line("bare copy to Parquet", bare, "rows/s", 1.0, "itself", "none", True),
        Line("shipping", per_second, "rows/s", per_second / bare, "a bare copy", "none", True),
        Line("shipping, against the bar", per_second, "rows/s", bar, "15,000 rows/s", ">= 1", bar >= 1),
        Line(
            "rows wrong in lake or counts",
            wrong,
            "rows",
            wrong / clicks,
            f"{clicks:,} clicks",
            "0",
            wrong == 0,
        ),
        Line(f"{name}: added", added, "rows", added / clicks, f"{clicks:,} clicks", "0", added == 0),
        Line(f"{name}: took", replaying[0], "s", replaying[0] / shipping[0], "shipping them", "none", True),
    ]


def _prepare(home: Path, database_url: str) -> list[int]:
    os.environ.update(
        DATABASE_URL=database_url,
        LIVINGROOM_HOME=str(home),
        DJANGO_SETTINGS_MODULE="livingroom.config.settings",
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from livingroom.links.models import Link

    made = Link.objects.bulk_create(
        Link(
            slug=f"s{number}",
            destination="https://shop.example/",
            channel="bench",
            created_at=_now(),
            updated_at=_now(),
        )
        for number in range(N_LINKS)
    )
    return [link.pk for link in made]


def _write_segments(home: Path, links: list[int], clicks: int) -> None:
    from livingroom.links.redirector.click_id import ClickIds
    from livingroom.links.redirector.clicks import JournalClick, encode
    from livingroom.links.redirector.places import Places
    from livingroom.links.redirector.segments import MAGIC, SegmentName, frame

    chance, ids, agents = random.Random(SEED), ClickIds(), _agents()
    places = Places(home)
    places.make()
    at = time.time_ns() // 1000
    for sequence, start in enumerate(range(0, clicks, CLICKS_A_SEGMENT), 1):
        records = [MAGIC]
        for _ in range(min(CLICKS_A_SEGMENT, clicks - start)):
            at += chance.randrange(500)
            prefix = f"{chance.randrange(1, 224)}.{chance.randrange(256)}.{chance.randrange(2)}.0"
            visitor = f"d:{chance.randrange(clicks // 3):024x}"
            agent = chance.choice(agents)
            click = JournalClick(
                ids.new(at // 1000),
                at,
                chance.choice(links),
                False,
                visitor,
                prefix,
                "GET",
                "",
                "t.co",
                agent,
            )
            records.append(frame(encode(click)))
        SegmentName("w0-bench", sequence).path(places.segments, "sealed").write_bytes(b"".join(records))


def _agents() -> list[str]:
    from tests.links.known_agents import BOTS, HUMANS, PREVIEWS

    versions = [
        f"Mozilla/5.0 (Linux; Android {android}; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{chrome}.0.{build}.0 Mobile Safari/537.36"
        for android in range(9, 15)
        for chrome in range(100, 125)
        for build in range(20)
    ]
    return versions + (BOTS + HUMANS + PREVIEWS) * 10


def _seconds_of_bare_copy(home: Path) -> float:
    import pyarrow as pa

    from livingroom.lake.places import write_parquet
    from livingroom.links.redirector.clicks import JournalClick, decode
    from livingroom.links.redirector.segments import read_segment

    with _timing() as copying:
        for path in sorted((home / "copy").iterdir()):
            columns = zip(*map(decode, read_segment(path)), strict=True)
            table = pa.table([pa.array(column) for column in columns], names=list(JournalClick._fields))
            write_parquet(table, home / "bare" / f"{path.stem}.parquet")
    return copying[0]


def _totals(home: Path) -> tuple[int, int]:
    from django.db.models import Sum

    from livingroom.lake import Lake
    from livingroom.links.models import ClickCount

    in_lake = int(Lake(home / "lake").rows("SELECT count(DISTINCT click_id) FROM clicks")[0][0])
    return in_lake, int(ClickCount.objects.aggregate(n=Sum("n"))["n"])


@contextmanager
def _timing() -> Iterator[list[float]]:
    took: list[float] = []
    began = time.perf_counter()
    yield took
    took.append(time.perf_counter() - began)


def _now() -> datetime:
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    sys.exit(main())
