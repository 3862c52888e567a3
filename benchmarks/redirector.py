"""The redirector against itself without click writing, against a plain Django view on PostgreSQL, and against crashes.

    python -m benchmarks.redirector [--seconds 4] [--repeats 3] [--rounds 20] [--outage-seconds 60] [--json]

Whatever answers has one core, and wrk the other. The plain view is what `startproject` gives, and PostgreSQL, which does a
good part of its work, shares its core; the bare view has no middleware and PostgreSQL works for it on wrk's core.
Everything is on loopback. Needs wrk and PostgreSQL (Debian packages).
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.redirect.servers import LOAD_CORE, pin
from benchmarks.redirect.speed import postmaster, speed
from benchmarks.support.report import show
from tests.support.postgres import Cluster, private_postgres

N_LINKS = 1000


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="livingroom-bench-") as folder, private_postgres() as cluster:
        home = Path(folder)
        pin(postmaster(cluster), LOAD_CORE)
        _prepare(home, cluster)
        from benchmarks.redirect import failures  # needs Django, which is ready now

        lines = [
            *speed(home, cluster, options.seconds, options.repeats),
            failures.seconds_until_seen(home),
            *failures.outage(home, cluster, options.outage_seconds),
            *failures.crashes(home, options.rounds),
        ]
    return show(lines, as_json=options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=4.0, help="of load for each speed")
    parser.add_argument(
        "--repeats", type=int, default=3, help="of each speed, taking turns; the median counts"
    )
    parser.add_argument("--rounds", type=int, default=20, help="of kill -9")
    parser.add_argument("--outage-seconds", type=float, default=60.0, help="that PostgreSQL is stopped")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _prepare(home: Path, cluster: Cluster) -> None:
    """The house's own tables with a thousand links, and the plain view's with the same."""
    os.environ.update(
        DATABASE_URL=cluster.url,
        LIVINGROOM_HOME=str(home),
        BENCH_PG_PORT=str(cluster.port),
        DJANGO_SETTINGS_MODULE="livingroom.config.settings",
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from livingroom.links.models import Link

    now = timezone.now()
    Link.objects.bulk_create(
        Link(
            slug=f"s{number}",
            destination=f"https://shop.example/p/{number}?utm_source=bench",
            channel="bench",
            created_at=now,
            updated_at=now,
        )
        for number in range(N_LINKS)
    )
    subprocess.run(
        [sys.executable, "-m", "benchmarks.redirect.plain_view"], check=True, stdout=subprocess.DEVNULL
    )


if __name__ == "__main__":
    sys.exit(main())
