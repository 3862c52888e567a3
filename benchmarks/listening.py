"""Listening: matching topics, understanding with the database, and a burst at the rate of 25,000 mentions in ten minutes.

python benchmarks/listening.py                     both databases, about four minutes
python benchmarks/listening.py --only sqlite
python benchmarks/listening.py --mentions 2000 --burst-seconds 20 --json
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.report import Line, show

N_TOPICS, RATE_BAR, MATCH_BAR, AGE_BAR = 200, 500.0, 1000.0, 3.0
BURST_RATE = 25_000 / 600
PLAIN = "my new notebook is great but the battery of it gets hot and nobody of support answers me please help"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mentions", type=int, default=5_000)
    parser.add_argument("--burst-seconds", type=float, default=60.0)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.mentions, options.burst_seconds)))
        return 0
    lines: list[Line] = []
    for database in ("sqlite", "postgresql"):
        if options.only in (None, database):
            lines += lines_of(database, run(database, options))
    return show(lines, as_json=options.json)


def run(database: str, options: argparse.Namespace) -> dict[str, float]:
    """In a process of its own, on a database of its own."""
    arguments = [
        sys.executable,
        __file__,
        "--measure",
        f"--mentions={options.mentions}",
        f"--burst-seconds={options.burst_seconds}",
    ]
    with tempfile.TemporaryDirectory(prefix="livingroom-listening-") as home:
        variables = {
            **os.environ,
            "LIVINGROOM_HOME": home,
            "DATABASE_URL": "",
            "LAKE_URL": "",
            "RATES_URL": "",
        }
        variables["DJANGO_SETTINGS_MODULE"] = "livingroom.config.settings"
        if database == "sqlite":
            return call(arguments, variables)
        from tests.support.postgres import private_postgres

        with private_postgres() as cluster:
            return call(arguments, variables | {"DATABASE_URL": cluster.url})


def call(arguments: list[str], variables: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(arguments, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def lines_of(database: str, figures: dict[str, float]) -> list[Line]:
    matched, alone, whole, cpu, bare, age = (
        figures[name]
        for name in ("matched", "matched_all", "understood", "understood_cpu", "bare", "age_p95")
    )
    return [
        Line(f"{database}, {N_TOPICS} topics matched", matched, "mentions/s", matched / alone,
             "looking at every topic", f"≥ {MATCH_BAR:,.0f}/s", matched >= MATCH_BAR),
        Line(f"{database}, understood and written ({cpu:,.0f}/s of our processor's time)", whole, "mentions/s", whole / bare,
             "the guesses alone, without a database", f"≥ {RATE_BAR:,.0f}/s", whole >= RATE_BAR),
        Line(f"{database}, burst of {figures['n_burst']:,.0f} at 25,000 in ten minutes, age when understood, p95", age, "s",
             age / AGE_BAR, "the bar", f"< {AGE_BAR:g} s", age < AGE_BAR),
    ]  # fmt: skip


def measure(n: int, burst_seconds: float) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    words = vocabulary()
    make_topics(words)
    texts = [sentence(words, number) for number in range(n)]
    figures = matching(texts) | understanding(texts)
    return figures | burst(words, burst_seconds)


def vocabulary() -> list[str]:
    chosen = random.Random(7)
    return [
        "".join(chosen.choice("abcdefghijklmnoprstuv") for _ in range(chosen.randint(3, 9)))
        for _ in range(4000)
    ]


def sentence(words: list[str], number: int) -> str:
    """Some plain English, so that guesses have something to weigh, and some words that topics ask for."""
    chosen = random.Random(number)
    plain = PLAIN.split()
    return " ".join([*chosen.sample(plain, 9), *(chosen.choice(words) for _ in range(9))])


def make_topics(words: list[str]) -> None:
    from livingroom.listening.topics.operations import save_topic
    from livingroom.people.models import Staff

    staff = Staff.objects.create(email="maya@brand.example", name="Maya", role="admin")
    chosen = random.Random(3)
    for number in range(N_TOPICS):
        a, b, c, d = chosen.sample(words, 4)
        query = (
            f"({a} OR {b}*) NEAR/8 ({c} OR battery) -{d} lang:en"
            if number % 2
            else f'{a} OR "{b} {c}" OR {d}'
        )
        save_topic(staff=staff, name=f"Topic {number}", query=query, now=datetime.now(UTC))


def matching(texts: list[str]) -> dict[str, float]:
    from livingroom.listening.models import Topic
    from livingroom.listening.topics.live import live_matcher
    from livingroom.listening.topics.parsing import parse
    from livingroom.listening.topics.tree import Said

    matcher, trees = (
        live_matcher(),
        [parse(query) for query in Topic.objects.values_list("current__query", flat=True)],
    )
    began = time.perf_counter()
    for text in texts:
        matcher.match(Said(text, language="en"))
    quick = time.perf_counter() - began
    some = texts[: max(len(texts) // 10, 1)]
    began = time.perf_counter()
    for text in some:
        said = Said(text, language="en")
        for tree in trees:
            tree.matches(said)
    return {"matched": len(texts) / quick, "matched_all": len(some) / (time.perf_counter() - began)}


def understanding(texts: list[str]) -> dict[str, float]:
    from livingroom.listening.understanding.judge import judge
    from livingroom.listening.understanding.work import understand_new

    hear(texts, "u")
    understand_new(datetime.now(UTC), limit=100)  # the first call reads the weights
    began, worked, done = time.perf_counter(), time.process_time(), 0
    while found := understand_new(datetime.now(UTC)):
        done += found
    passed, worked = time.perf_counter() - began, time.process_time() - worked
    began = time.perf_counter()
    judge().understanding.understand(texts)
    return {
        "understood": done / passed,
        "understood_cpu": done / worked,
        "bare": len(texts) / (time.perf_counter() - began),
    }


def hear(texts: list[str], name: str) -> None:
    from livingroom.listening.taking import Heard, take_in

    now = datetime.now(UTC)
    at = now - timedelta(seconds=2)
    take_in(
        [
            Heard("bench", f"{name}{number}", "bench", "found", at, f"a{number % 997}", text)
            for number, text in enumerate(texts)
        ],
        now=now,
    )


def burst(words: list[str], seconds: float) -> dict[str, float]:
    """One thread hears twice a second, this one understands as the worker does, once a second when it has caught up."""
    from livingroom.listening.models import Mention
    from livingroom.listening.understanding.work import BATCH, understand

    n, stop = int(BURST_RATE * seconds), threading.Event()

    def bring() -> None:
        from django.db import connection

        began, brought = time.monotonic(), 0
        while brought < n:
            due = min(int((time.monotonic() - began) * BURST_RATE) + 1, n)
            hear([sentence(words, 10**6 + number) for number in range(brought, due)], f"b{brought}-")
            brought = due
            time.sleep(0.5)
        connection.close()
        stop.set()

    thread = threading.Thread(target=bring)
    thread.start()
    ages: list[float] = []
    while not stop.is_set() or Mention.objects.to_understand().exists():
        mentions = list(Mention.objects.to_understand()[:BATCH])
        if mentions:
            understand(mentions, now=datetime.now(UTC))
            done = datetime.now(UTC)
            ages += [(done - mention.heard_at).total_seconds() for mention in mentions]
        if len(mentions) < BATCH:
            time.sleep(1.0)
    thread.join()
    ages.sort()
    return {"age_p95": ages[int(len(ages) * 0.95)], "n_burst": float(len(ages))}


if __name__ == "__main__":
    sys.exit(main())
