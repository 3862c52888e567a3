"""Three years of conversations for benchmarks/inbox.py, written in bulk."""

import time
from datetime import UTC, datetime, timedelta

import numpy as np

PER_CONVERSATION, PER_AUTHOR = 4, 8


def fill(n_messages: int) -> float:
    """Three years of conversations in bulk; returns how many messages a second the bare insert took."""
    from django.db import transaction

    from livingroom.branches.models import Branch
    from livingroom.inbox.models import Author, Conversation, Message
    from livingroom.people.models import Staff
    from livingroom.world.loading.bulk import insert

    rng = np.random.default_rng(2007)
    people = [
        Staff.objects.create_user(f"agent{n}@example.com", None, name=f"Agent {n}", role="agent")
        for n in range(30)
    ]
    branches = [
        Branch.objects.create(
            slug=f"branch-{n}", name=f"Branch {n}", network="sandbox", handle=f"branch{n}", purpose="service",
            country=("US", "BR", "DE")[n % 3], language=("en", "pt", "de")[n % 3], opened_on="2007-01-01",
        ) for n in range(24)
    ]  # fmt: skip
    n_cases, n_authors = n_messages // PER_CONVERSATION, n_messages // PER_AUTHOR
    now = datetime.now(UTC)
    opened = np.sort(rng.uniform(0, 3 * 365 * 86_400, n_cases))[::-1]
    at = [now - timedelta(seconds=float(one)) for one in opened]
    # Branches are of very different size; what is open is of the last days.
    of_branch = np.minimum(rng.geometric(0.15, n_cases) - 1, 23)
    is_open = np.arange(n_cases) >= n_cases - max(1000, n_cases // 50)
    state = np.where(
        is_open, rng.choice(["open", "waiting", "snoozed"], n_cases, p=[0.6, 0.3, 0.1]), "closed"
    )
    owner = np.where(rng.uniform(size=n_cases) < 0.7, rng.integers(0, 30, n_cases), -1)
    ids = range(1, n_cases + 1)
    lang = [("en", "pt", "de")[one % 3] for one in of_branch]
    with transaction.atomic():
        insert(Author, {
            "id": range(1, n_authors + 1), "network": ["sandbox"] * n_authors, "author_id": [f"a{n}" for n in range(n_authors)],
            "name": [f"Person {n}" for n in range(n_authors)], "first_seen_at": [now] * n_authors,
        })  # fmt: skip
        insert(Conversation, {
            "id": ids, "network": ["sandbox"] * n_cases, "thread_key": [f"t{n}" for n in ids],
            "author_id": (rng.integers(0, n_authors, n_cases) + 1).tolist(),
            "branch_id": [branches[one].pk for one in of_branch], "language": lang,
            "country": [("US", "BR", "DE")[one % 3] for one in of_branch],
            "owner_id": [people[one].pk if one >= 0 else None for one in owner], "state": state.tolist(),
            "tags": [["heat"] if n % 997 == 0 else [] for n in ids], "preview": ["w1 w2 w3"] * n_cases,
            "opened_at": at, "last_message_at": at, "last_in_at": at,
            "due_at": [at[n] + timedelta(days=1) if is_open[n] and n % 3 else None for n in range(n_cases)],
            "closed_at": [None if is_open[n] else at[n] for n in range(n_cases)], "n_messages": [PER_CONVERSATION] * n_cases,
        })  # fmt: skip
    began = time.perf_counter()
    for first in range(0, n_cases, 25_000):
        rows = range(first, min(first + 25_000, n_cases))
        size = len(rows) * PER_CONVERSATION
        lengths = rng.integers(6, 24, size)
        words = np.minimum(rng.zipf(1.25, int(lengths.sum())), 20_000)
        said = np.char.add("w", words.astype(str)).tolist()
        ends = np.cumsum(lengths)
        texts = [" ".join(said[end - length : end]) for end, length in zip(ends, lengths, strict=True)]
        with transaction.atomic():
            insert(Message, {
                "id": range(first * PER_CONVERSATION + 1, first * PER_CONVERSATION + size + 1),
                "conversation_id": np.repeat(np.array(rows) + 1, PER_CONVERSATION).tolist(),
                "direction": ["in", "out", "in", "out"] * len(rows), "state": ["", "sent", "", "sent"] * len(rows),
                "at": [at[row] for row in rows for _ in range(PER_CONVERSATION)], "text": texts,
                "delivery_key": [f"k{first * PER_CONVERSATION + n}" for n in range(size)],
            })  # fmt: skip
    return n_messages / (time.perf_counter() - began)
