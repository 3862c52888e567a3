"""Three years of a large portal for benchmarks/ideas.py, written in bulk: a few famous ideas, many that few know."""

import time
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

N_MEMBERS = 200_003  # a prime: any step through them meets each once
YEARS = 3 * 365 * 86_400.0
WORDS = (
    "screen",
    "keyboard",
    "battery",
    "linux",
    "colour",
    "price",
    "support",
    "repair",
    "paper",
    "charger",
    "light",
    "store",
)
STATES = ("new", "under_review", "planned", "building", "shipped", "declined")


def fill(n_votes: int, n_ideas: int) -> dict[str, float]:
    """Write them; return how many votes a second the bare insert took, and how long all keys from the votes."""
    from django.db import transaction

    from livingroom.ideas.counting import recount_board
    from livingroom.ideas.models import Board, Category, Idea, Vote
    from livingroom.people.models import Member, Staff
    from livingroom.world.loading.bulk import insert

    rng, now = np.random.default_rng(2007), datetime.now(UTC)
    partner = Staff.objects.create_user("partner@example.com", None, name="Pat Partner", role="agent")
    board = Board.objects.create(
        slug="ideas", name="Ideas", epoch=now - timedelta(seconds=YEARS), made_at=now - timedelta(seconds=YEARS),
        answer_line=2**15 - 1,
    )  # fmt: skip
    categories = [
        Category.objects.create(board=board, slug=f"c{n}", name=f"Category {n}", partner=partner)
        for n in range(12)
    ]
    ages = np.sort(rng.uniform(0, YEARS, n_ideas))[::-1]
    published = [now - timedelta(seconds=float(age)) for age in ages]
    of_category = np.minimum(rng.geometric(0.25, n_ideas) - 1, 11)
    states = rng.choice(STATES, n_ideas, p=[0.85, 0.05, 0.02, 0.01, 0.03, 0.04]).tolist()
    ids = range(1, n_ideas + 1)
    with transaction.atomic():
        members = range(1, N_MEMBERS + 1)
        insert(Member, {
            "id": members, "name": [f"Person {n}" for n in members], "mail_hash": [f"h{n}" for n in members],
            "country": [("US", "BR", "DE")[n % 3] for n in members], "joined_at": [published[0]] * N_MEMBERS,
            "seen_at": [now] * N_MEMBERS,
        })  # fmt: skip
        insert(Idea, {
            "id": ids, "board_id": [board.pk] * n_ideas, "category_id": [categories[one].pk for one in of_category],
            "member_id": (rng.integers(0, N_MEMBERS, n_ideas) + 1).tolist(),
            "title": [_title(rng, n) for n in ids], "text": ["As it is now, people wait. **Please change it.**"] * n_ideas,
            "standing": ["public"] * n_ideas, "made_at": published, "public_at": published, "state": states,
            "state_at": published, "language": [("en", "es", "de")[n % 3] for n in ids],
            "answered_at": [at if state in STATES[2:] else None for at, state in zip(published, states, strict=True)],
            "n_shown": rng.poisson(200, n_ideas).tolist(),
        })  # fmt: skip
    ideas, people, times = votes_of(rng, n_votes, n_ideas, ages)
    began = time.perf_counter()
    with transaction.atomic():
        insert(Vote, {
            "idea_id": ideas.tolist(), "root_id": ideas.tolist(), "member_id": people.tolist(), "sign": [1] * n_votes,
            "at": [now - timedelta(seconds=age) for age in times.tolist()], "stands": [True] * n_votes,
        })  # fmt: skip
    inserted = time.perf_counter()
    recount_board(board, now)
    return {"insert_per_s": n_votes / (inserted - began), "recount_s": time.perf_counter() - inserted}


def votes_of(
    rng: np.random.Generator, n_votes: int, n_ideas: int, ages: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Ideas, members and ages in seconds of votes; no member votes twice on one idea."""
    fame = rng.permutation(n_ideas)
    share = 1.0 / (np.arange(n_ideas) + 1) ** 0.8
    counts = np.zeros(n_ideas, dtype=np.int64)
    counts[fame] = np.minimum(rng.multinomial(n_votes, share / share.sum()), N_MEMBERS)
    place = np.repeat(np.arange(n_ideas), counts)
    within = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
    start, step = rng.integers(0, N_MEMBERS, n_ideas), rng.integers(1, N_MEMBERS, n_ideas)
    people = (start[place] + within * step[place]) % N_MEMBERS + 1
    after = rng.exponential(60 * 86_400.0, len(place))
    times = np.where(after < ages[place], ages[place] - after, rng.uniform(size=len(place)) * ages[place])
    return place + 1, people, times


def _title(rng: np.random.Generator, number: int) -> str:
    one, two = rng.integers(0, len(WORDS), 2)
    return f"A better {WORDS[one]} with more {WORDS[two]}, number {number}"
