"""What benchmarks/ideas.py does in each database: fill, read every rank, vote, bring ranks up."""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.ideas_fill import N_MEMBERS, fill

ROUNDS, VOTES = 30, 300
Timed = tuple[list[float], list[float], list[float]]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


def measure(n_votes: int, n_ideas: int) -> dict[str, Any]:
    start()
    from django.db import connection

    began = time.perf_counter()
    figures: dict[str, Any] = {"n_votes": n_votes, **fill(n_votes, n_ideas)}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
    note(f"{connection.vendor}: filled in {time.perf_counter() - began:.0f} s, {figures}")
    figures["upkeep"] = upkeep()
    figures["function"], figures["narrowed"] = functions()
    figures["management"] = management()
    figures["page"] = pages()
    figures["votes"] = {"a vote on ideas as people choose them": votes(famous=False),
                        "a vote on the most famous idea": votes(famous=True)}  # fmt: skip
    figures["n_off"] = two_at_once()
    return figures


def start() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)


def note(words: str) -> None:
    print(words, file=sys.stderr)


def upkeep() -> dict[str, tuple[float, float]]:
    """What the task does every three minutes; the first time for all, then with what is new."""
    from livingroom.ideas.models import Board
    from livingroom.ideas.showing import note_showing
    from livingroom.ideas.tasks import renew_ranks
    from livingroom.people.models import Member

    now, rng, board = datetime.now(UTC), np.random.default_rng(1), Board.objects.get()
    renew_ranks(now, rng)
    members = list(Member.objects.order_by("pk")[:250])
    for page in range(2000):
        ideas = rng.integers(1, 90_000, 20).tolist()
        note_showing(
            board, f"visitor {page % 500}", ideas, now, member=members[page % 250] if page % 2 else None
        )
    began = time.perf_counter()
    renew_ranks(now + timedelta(minutes=3), rng)
    return {
        "bringing ranks up every three minutes, with 2,000 pages shown, half of them to members": (
            time.perf_counter() - began,
            60.0,
        )
    }


def functions() -> tuple[dict[str, Timed], dict[str, Timed]]:
    from livingroom.ideas.listing import page_of
    from livingroom.ideas.models import Board, Category
    from livingroom.ideas.ranks import RANKS

    board, now = Board.objects.get(), datetime.now(UTC)
    rare = Category.objects.order_by("-slug").get(slug="c11")

    def reading(rank: str, **how: Any) -> Callable[[], object]:
        return lambda: page_of(board, rank, rng=np.random.default_rng(time.perf_counter_ns()), now=now, **how)

    first = {rank: timed(reading(rank)) for rank in RANKS}
    after = ""
    for _ in range(50):
        after = page_of(board, "now", after=after, rng=np.random.default_rng(1), now=now).after
    narrowed = {
        "page 51 of now": timed(reading("now", after=after)),
        "a rare category by now": timed(reading("now", category=rare)),
        "a rare category by most votes": timed(reading("most_wanted", category=rare)),
        "what is being built by now": timed(reading("now", state="building")),
        "one language by popular": timed(reading("popular", language="de")),
        "a language nobody writes, by new": timed(reading("new", language="xx")),
    }
    return first, narrowed


def management() -> dict[str, Timed]:
    from livingroom.ideas.management import management_list
    from livingroom.ideas.models import Board

    board, now = Board.objects.get(), datetime.now(UTC)
    return {"fifty places": timed(lambda: management_list(board, 50, now))}


def pages() -> dict[str, Timed]:
    from django.test import Client

    from livingroom.ideas.ranks import RANKS

    client = Client(headers={"User-Agent": BROWSER})

    def reading(rank: str) -> Callable[[], object]:
        def read() -> None:
            assert client.get(f"/ideas/?rank={rank}").status_code == 200

        return read

    return {rank: timed(reading(rank)) for rank in RANKS}


def timed(deed: Callable[[], object]) -> Timed:
    """Milliseconds as they passed, those on our processor, and those of the slowest of its questions alone."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    deed()
    with CaptureQueriesContext(connection) as queries:
        deed()
    reads = [one for one in queries.captured_queries if one["sql"].startswith("SELECT")]
    slowest = max(reads, key=lambda one: float(one["time"]))["sql"]
    took, on_cpu, bare = [], [], []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        deed()
        took.append((time.perf_counter() - began) * 1000)
        on_cpu.append((time.process_time() - worked) * 1000)
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(slowest)
            cursor.fetchall()
        bare.append((time.perf_counter() - began) * 1000)
    passed, alone = statistics.median(took), statistics.median(bare)
    note(f"  {passed:.1f} ms, bare {alone:.2f} ms, {len(queries)} questions: {slowest[:60]}")
    return took, on_cpu, bare


def votes(*, famous: bool) -> Timed:
    """Votes through the operation, each in its own transaction; beside them the bare rows."""
    from livingroom.ideas import operations
    from livingroom.ideas.models import Idea, Vote
    from livingroom.people.models import Member

    rng, now = np.random.default_rng(3 + famous), datetime.now(UTC)
    open_ideas = Idea.objects.public().filter(state__in=Idea.VOTABLE)
    if famous:
        chosen = [open_ideas.order_by("-n_for").values_list("pk", flat=True)[0]] * VOTES
    else:
        # As people choose: what has votes gets votes.
        known = list(
            Vote.objects.filter(pk__in=rng.integers(1, 900_000, VOTES * 3).tolist()).values_list(
                "root", flat=True
            )
        )
        chosen = [one for one in known if open_ideas.filter(pk=one).exists()][:VOTES]
    took, on_cpu, bare = [], [], []
    for number in chosen:
        idea, member = Idea.objects.get(pk=number), newcomer(number, rng)
        began, worked = time.perf_counter(), time.process_time()
        operations.cast(member=member, idea=idea, now=now)
        took.append((time.perf_counter() - began) * 1000)
        on_cpu.append((time.process_time() - worked) * 1000)
        bare.append(bare_vote(number, newcomer(number, rng).pk, now))
    assert Member.objects.count() == N_MEMBERS
    return took, on_cpu, bare


def newcomer(number: int, rng: np.random.Generator) -> Any:
    """A member who did not vote on it yet."""
    from livingroom.ideas.models import Vote
    from livingroom.people.models import Member

    while True:
        member = int(rng.integers(1, N_MEMBERS))
        if not Vote.objects.filter(root=number, member=member).exists():
            return Member.objects.get(pk=member)


def bare_vote(idea: int, member: int, now: datetime) -> float:
    """The least that a vote can be: one row and one counter. It is taken away again, untimed."""
    from django.db import connection, transaction

    at = now if connection.vendor == "postgresql" else str(now.replace(tzinfo=None))
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ideas_vote (idea_id, root_id, member_id, sign, at, stands, network, agent) "
            "VALUES (%s, %s, %s, 1, %s, %s, '', '')",
            [idea, idea, member, at, True],
        )
        cursor.execute("UPDATE ideas_idea SET n_for = n_for + 1 WHERE id = %s", [idea])
    passed = (time.perf_counter() - began) * 1000
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ideas_vote WHERE root_id = %s AND member_id = %s", [idea, member])
        cursor.execute("UPDATE ideas_idea SET n_for = n_for - 1 WHERE id = %s", [idea])
    return passed


def two_at_once() -> int:
    """Two threads vote on the same few ideas, change sides and withdraw; returns how many counters were wrong after that."""
    from django.db import connections

    from livingroom.ideas import operations
    from livingroom.ideas.counting import recount
    from livingroom.ideas.models import Idea
    from livingroom.people.models import Member

    now = datetime.now(UTC)
    ideas = list(Idea.objects.public().filter(state__in=Idea.VOTABLE).order_by("-n_for")[:3])
    members = list(Member.objects.order_by("-pk")[:25])

    def run() -> None:
        for member in members:
            for idea in ideas:
                operations.cast(member=member, idea=idea, now=now)
            operations.withdraw_vote(member=member, idea=ideas[0], now=now)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = ("n_for", "n_against", "n_withheld", "n_recent")
    rows = Idea.objects.filter(pk__in=[idea.pk for idea in ideas])
    before = {row["pk"]: row for row in rows.values("pk", "now_at", *names)}
    for number, row in before.items():
        recount([number], row["now_at"])
    after = {row["pk"]: row for row in rows.values("pk", "now_at", *names)}
    return sum(before[number] != after[number] for number in before)
