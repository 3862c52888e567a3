"""What benchmarks/inbox.py does in each database: fill, measure pages, and let a burst come in."""

import statistics
import sys
import threading
import time
from datetime import UTC, datetime

from benchmarks.inbox_fill import fill

RATE = 25_000 / 600
ROUNDS = 20
TEXTS = (
    "The fan of the notebook I bought in March is loud, order {}",
    "When does the order {} arrive? It was promised for Monday.",
    "The battery of model {} lasts two hours only. That is not what the page says.",
    "Does the docking station fit the old model {}, or only the new one?",
)
SEARCHES = {
    "a rare word": "text=w4711",
    "a frequent word": "text=w3",
    "two words and a branch": "text=w12+w40&branch=branch-3",
    "a frequent word, a rare branch, closed": "text=w5&branch=branch-23&tab=closed&language=pt",
    "words in a row": 'text="w1 w2"',
    "the beginning of a word": "text=w47*",
    "a word with a tag": "text=w9&tag=heat",
    "nothing fits": "text=w3+nowhere&branch=branch-3",
}
LISTS = {
    "what breaches next": "",
    "newest": "sort=newest",
    "mine": "tab=mine",
    "unowned of a country and kind": "tab=unowned&country=BR&kind=question",
    "closed of a branch": "tab=closed&branch=branch-3",
    "closed with a rare tag": "tab=closed&tag=heat",
    "in the middle of all closed": "tab=closed&after={middle}",
}


def measure(n_messages: int, n_burst: int, burst_seconds: float) -> dict[str, object]:
    start()
    from django.db import connection

    began = time.perf_counter()
    insert_per_s = fill(n_messages)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
    print(f"{connection.vendor}: filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    client = signed_in()
    figures: dict[str, object] = {"n_messages": n_messages, "insert_per_s": insert_per_s, "rate": RATE}
    middle = middle_key()
    figures["list"] = {
        name: timed(client, f"/inbox/?{query.format(middle=middle)}") for name, query in LISTS.items()
    }
    figures["search"] = {name: timed(client, f"/inbox/?{query}") for name, query in SEARCHES.items()}
    figures["case"] = {"beside its list": timed(client, f"/inbox/{busy_case()}/")}
    figures["opening_per_s"] = opening(5000)
    ages, pages = burst(client, min(n_burst, int(RATE * burst_seconds)))
    figures |= {"ages": ages, "pages_meanwhile": pages}
    return figures


def start() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)


def signed_in():  # type: ignore[no-untyped-def]  # Django is not loaded when this file is read
    from django.test import Client

    from livingroom.people.models import Staff

    client = Client()
    client.force_login(Staff.objects.get(email="agent3@example.com"))
    return client


def timed(client, address: str) -> tuple[list[float], list[float], list[float]]:  # type: ignore[no-untyped-def]  # as above
    """Milliseconds of the page as they passed and on our processor, and of the slowest of its statements alone."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    n_queries = len(queries)
    said = [one for one in queries.captured_queries if "inbox_" in one["sql"]]
    slowest = max(
        (one for one in said if one["sql"].startswith("SELECT")), key=lambda one: float(one["time"])
    )
    page, on_cpu, bare = [], [], []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        client.get(address)
        page.append((time.perf_counter() - began) * 1000)
        on_cpu.append((time.process_time() - worked) * 1000)
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(slowest["sql"])
            cursor.fetchall()
        bare.append((time.perf_counter() - began) * 1000)
    passed, worked, alone = (statistics.median(one) for one in (page, on_cpu, bare))
    print(
        f"{address}: {passed:.0f} ms, {worked:.0f} ms of processor, bare {alone:.1f} ms, {n_queries} queries",
        file=sys.stderr,
    )
    return page, on_cpu, bare


def middle_key() -> str:
    from livingroom.inbox.models import Conversation

    rows = Conversation.objects.filter(state="closed").order_by("-last_message_at", "-pk")
    row = rows[rows.count() // 2]
    return f"{row.last_message_at.timestamp():.6f}_{row.pk}"


def busy_case() -> int:
    from livingroom.inbox.models import Conversation

    return Conversation.objects.filter(state="open").latest("pk").pk


def mentions(n: int, first: int, *, understood: bool) -> list:  # type: ignore[type-arg]  # as above
    from livingroom.listening.models import Mention

    now = datetime.now(UTC)
    return [
        Mention(
            network="sandbox", key=f"m{first + one}", source="replies", branch_id=1 + one % 24, kind="reply", at=now,
            heard_at=now, author_id=f"burst{first + one}", author_name=f"Burst {first + one}", subject_id="our-post",
            text=TEXTS[(first + one) % len(TEXTS)].format(first + one),
            verdict="good" if understood else "", understood_at=now if understood else None,
        ) for one in range(n)
    ]  # fmt: skip


def opening(n: int) -> float:
    """Mentions a second that become conversations, routing included."""
    from livingroom.inbox.opening import open_for_mentions
    from livingroom.listening.models import Mention

    rows = Mention.objects.bulk_create(mentions(n, 10_000_000, understood=True), batch_size=1000)
    began = time.perf_counter()
    for place in range(0, n, 500):
        open_for_mentions(Mention, mentions=rows[place : place + 500], now=datetime.now(UTC))
    return n / (time.perf_counter() - began)


def burst(client, n: int) -> tuple[list[float], list[float]]:  # type: ignore[no-untyped-def]  # as above
    """Hear at the rate of the burst, understand, open; the stream's hub tells; the list is shown meanwhile."""
    from django.db import connections

    from livingroom.inbox.live.hub import Hub
    from livingroom.inbox.models import Message
    from livingroom.listening.models import Mention
    from livingroom.listening.understanding.work import understand_new

    done = threading.Event()

    def hear() -> None:
        began, heard = time.monotonic(), 0
        while heard < n:
            due = min(n, int((time.monotonic() - began) * RATE) + 1)
            Mention.objects.bulk_create(mentions(due - heard, 20_000_000 + heard, understood=False))
            heard = due
            time.sleep(0.2)
        connections.close_all()

    def understand() -> None:
        while not done.is_set():
            if not understand_new(datetime.now(UTC)):
                time.sleep(0.25)
        connections.close_all()

    # The first words load what understanding needs; a worker did that when it started.
    Mention.objects.bulk_create(mentions(1, 30_000_000, understood=False))
    while understand_new(datetime.now(UTC)):
        pass
    hub, moment = Hub(), time.time()
    hub.since(moment)
    threads = [threading.Thread(target=hear), threading.Thread(target=understand)]
    for thread in threads:
        thread.start()
    ages: dict[int, float] = {}
    pages: list[float] = []
    give_up_at = time.monotonic() + n / RATE * 3 + 30
    while len(ages) < n and time.monotonic() < give_up_at:
        moment, seen = hub.since(moment)
        at = {row.conversation_id: row.at for row in seen if row.is_new}
        rows = Message.objects.filter(conversation_id__in=at, mention__author_id__startswith="burst2")
        for number, heard_at in rows.values_list("conversation_id", "mention__heard_at"):
            ages[number] = at[number] - heard_at.timestamp()
        began = time.perf_counter()
        client.get("/inbox/?sort=newest")
        pages.append((time.perf_counter() - began) * 1000)
        time.sleep(0.3)
    done.set()
    for thread in threads:
        thread.join()
    print(
        f"burst: {len(ages)} of {n} seen, the oldest after {max(ages.values(), default=0):.1f} s",
        file=sys.stderr,
    )
    # What never came to the screen is as old as the waiting.
    return [*ages.values(), *[n / RATE * 3 + 30] * (n - len(ages))], pages
