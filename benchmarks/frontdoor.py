"""How long the front door takes with 500 branches, and the finder and the check beside it.

python benchmarks/frontdoor.py
python benchmarks/frontdoor.py --json

Every figure is the median of what the server needs for one page, templates and database included, against the bar or
against the smallest page of the same house measured in the same run (/health), so that a busy machine slows both.
"""

import argparse
import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

N_BRANCHES = 500
ROUNDS = 40
BAR_MS = 50
PAGES = {
    "front door": "/",
    "front door, in Portuguese, page 5": "/?lang=pt&page=5",
    "front door, narrowed and searched": "/?purpose=service&q=laptops",
    "front door, all on one page": "/?page=all",
    "finder": "/find/?q=Onde+posso+comprar+um+laptop%3F",
    "check, ours": "/check/?account=https%3A%2F%2Fx.com%2Fcorner_250",
    "check, a lookalike": "/check/?account=https%3A%2F%2Fx.com%2Fcorner_25O",
    "verify (API)": "/api/verify?url=https%3A%2F%2Fx.com%2Fcorner_250",
    "signed directory": "/directory.json",
}
# These are no landing page: they stand without a bar.
NO_BAR = {"front door, all on one page", "signed directory"}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="livingroom-frontdoor-") as home:
        os.environ |= {"LIVINGROOM_HOME": home, "DATABASE_URL": "", "RATES_URL": ""}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livingroom.config.settings")
        build_house()
        from benchmarks.support.report import show

        return show(measure(), as_json=options.json)


def build_house() -> None:
    """500 branches in 25 countries and 8 languages with two hosts each; every one has said something."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from livingroom.branches.models import Branch, Host
    from livingroom.posts.models import Placement, Post

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    countries = "US GB BR PT DE AT CH FR BE ES MX AR CO IT JP CA AU IE NL SE NO DK PL IN".split()  # noqa: SIM905  # reads better
    countries.append("")
    languages, purposes = ["en", "pt", "de", "fr", "es", "it", "ja", "nl"], Branch.Purpose.values
    hosts = Host.objects.bulk_create(Host(name=f"Host {n}", initials=f"H{n % 100}") for n in range(200))
    branches = Branch.objects.bulk_create(
        Branch(
            slug=f"corner-{n}", name=f"Corner {n}", network="x", handle=f"corner_{n}", url=f"https://x.com/corner_{n}",
            purpose=purposes[n % 4], country=countries[n % 25], language=languages[n % 8], division=f"Division {n % 6}",
            interests=["laptops", "students", f"topic {n % 40}"], followers=n * 37, opened_on=date(2007, 6, 1),
        )
        for n in range(N_BRANCHES)
    )  # fmt: skip
    pairs = [(branch, hosts[(n * 7 + k) % 200]) for n, branch in enumerate(branches) for k in (0, 1)]
    through = Branch.hosts.through
    through.objects.bulk_create(through(branch_id=branch.pk, host_id=host.pk) for branch, host in pairs)
    now = timezone.now()
    post = Post.objects.create(title="Hello", text="Hello", created_at=now, updated_at=now)
    Placement.objects.bulk_create(
        Placement(
            post=post,
            branch=branch,
            state="sent",
            sent_text=f"Fresh on the shelf at {branch}: come and look.",
            sent_at=now,
        )
        for branch in branches
    )


def measure() -> list[Any]:
    from django.test import Client

    from benchmarks.support.answering import median_ms
    from benchmarks.support.report import Line

    client = Client()
    smallest, smallest_cpu = median_ms(client, "/health", ROUNDS)
    lines = []
    for name, path in PAGES.items():
        took, on_cpu = median_ms(client, path, ROUNDS)
        has_bar = name not in NO_BAR
        bar, met = (f"under {BAR_MS} ms", took < BAR_MS) if has_bar else ("none", True)
        lines.append(Line(f"{name}, {N_BRANCHES} branches", took, "ms", took / smallest, "/health", bar, met))
        lines.append(Line(f"{name}, processor", on_cpu, "ms", on_cpu / smallest_cpu, "/health", "none", True))
    return lines


if __name__ == "__main__":
    sys.exit(main())
