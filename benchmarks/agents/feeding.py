"""Inside the house's database: fill it, sign the agents in, and at each word "go" let a burst of mentions come in.

Talks in lines of JSON: first the sessions, then for each burst when each conversation was heard and how soon a bare
reader saw it.
"""

import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.inbox_fill import fill
from benchmarks.inbox_load import TEXTS

if TYPE_CHECKING:  # Django is not set up when this file is read
    from livingroom.listening.models import Mention

BARE_SECONDS = 0.05
FIRST = 20_000_000


def main() -> None:
    n_messages, n_agents, seconds, rate = (float(one) for one in sys.argv[1:])
    _start(int(n_messages))
    print(json.dumps({"sessions": _sessions(int(n_agents))}), flush=True)
    for round_, _ in enumerate(sys.stdin):
        print(json.dumps(_burst(int(seconds * rate), rate, FIRST * (1 + round_))), flush=True)


def _start(n_messages: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    fill(n_messages)
    _connect_branches()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
    # The first words load what understanding needs.
    from livingroom.listening.understanding.work import understand_new

    understand_new(timezone.now())


def _connect_branches() -> None:
    from django.utils import timezone

    from livingroom.branches.models import Branch
    from livingroom.branches.operations import connect_branch
    from livingroom.people.models import Staff

    owner = Staff.objects.create_user("owner@example.com", None, name="Owner", role="admin")
    for branch in Branch.objects.all():
        connect_branch(staff=owner, branch=branch, answers={"handle": branch.handle}, now=timezone.now())


def _sessions(n: int) -> list[str]:
    from django.test import Client

    from livingroom.people.models import Staff

    sessions = []
    for number in range(n):
        email = f"agent{number}@example.com"
        facts = {"name": f"Agent {number}", "role": "agent"}
        staff = Staff.objects.filter(email=email).first() or Staff.objects.create_user(email, None, **facts)
        client = Client()
        client.force_login(staff)
        sessions.append(client.cookies["livingroom_session"].value)
    return sessions


def _burst(n: int, rate: float, first: int) -> dict[str, object]:
    from django.db import connections

    from livingroom.inbox.models import Message
    from livingroom.listening.models import Mention

    ready = _said(n, first)
    seen: dict[int, float] = {}
    done = threading.Event()
    reader = threading.Thread(target=_read_bare, args=(seen, done))
    reader.start()
    began, heard = time.monotonic(), 0
    while heard < n:
        due = min(n, int((time.monotonic() - began) * rate) + 1)
        now = datetime.now(UTC)
        for mention in ready[heard:due]:
            mention.at = mention.heard_at = now
        Mention.objects.bulk_create(ready[heard:due])
        heard = due
        time.sleep(0.2)
    until = time.monotonic() + 30
    rows = Message.objects.filter(mention__author_handle__startswith=f"burst{first}")
    while rows.count() < n and time.monotonic() < until:
        time.sleep(0.5)
    time.sleep(2 * BARE_SECONDS + 0.5)
    done.set()
    reader.join()
    at = {
        number: heard_at.timestamp()
        for number, heard_at in rows.values_list("conversation_id", "mention__heard_at")
    }
    connections.close_all()
    print(f"{len(at)} of {n} mentions became conversations", file=sys.stderr)
    return {"heard": at, "bare": [seen[number] - one for number, one in at.items() if number in seen]}


def _said(n: int, first: int) -> list["Mention"]:
    """Each by its own person, with words on the sandbox that can be answered."""
    from livingroom.branches.models import Branch
    from livingroom.listening.models import Mention
    from livingroom.networks.models import SandboxAccount, SandboxPost

    now = datetime.now(UTC) - timedelta(seconds=1)
    handles = [f"burst{first}-{one}" for one in range(n)]
    people = SandboxAccount.objects.bulk_create(
        SandboxAccount(handle=handle, name=handle, created_at=now) for handle in handles
    )
    texts = [TEXTS[one % len(TEXTS)].format(first + one) for one in range(n)]
    posts = SandboxPost.objects.bulk_create(
        SandboxPost(author=people[one], text=texts[one], created_at=now, key=handles[one]) for one in range(n)
    )
    branches = list(Branch.objects.order_by("pk"))
    return [
        Mention(
            network="sandbox", key=str(posts[one].pk), source="replies", branch=branches[one % len(branches)],
            connection=branches[one % len(branches)].connection, kind="reply", at=now, heard_at=now,
            author_id=str(people[one].pk), author_handle=handles[one], author_name=handles[one], subject_id="our-post",
            text=texts[one],
        ) for one in range(n)
    ]  # fmt: skip


def _read_bare(seen: dict[int, float], done: threading.Event) -> None:
    """The limit: somebody who does nothing but ask the table of changes."""
    from django.db import connections

    from livingroom.inbox.models import Change

    last = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    while not done.is_set():
        for pk, number in (
            Change.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "conversation_id")
        ):
            last = max(last, pk)
            seen.setdefault(number, time.time())
        done.wait(BARE_SECONDS)
    connections.close_all()


if __name__ == "__main__":
    main()
