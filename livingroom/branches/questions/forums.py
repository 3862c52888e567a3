"""Solved topics of the connected forums: read once a day, and one source of answered questions."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from livingroom.branches.answered import SHOWN, AnsweredQuestion
from livingroom.branches.models import Branch
from livingroom.branches.questions.matching import nearest
from livingroom.branches.questions.models import SolvedQuestion
from livingroom.networks.errors import Forbidden, NetworkError
from livingroom.networks.interface import Solved
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.registry import NETWORKS, find_network

READ_EVERY = timedelta(days=1)
# The newest some hundred: older ones leave the list.
PAGES_AT_MOST = 10


def from_forums(question: str, languages: frozenset[str]) -> Sequence[AnsweredQuestion]:
    """Answer the finder: the nearest titles of forums in a language that the asker reads."""
    rows = SolvedQuestion.objects.filter(branch__closed_on=None).values_list(
        "title", "url", "branch__language", "branch__name", "solved_at"
    )
    known = [row for row in rows if not languages or row[2].split("-")[0] in languages]
    return [
        AnsweredQuestion(title, url, language, near.score, where, at.date(), near.matched)
        for near in nearest(question, [row[0] for row in known], SHOWN)
        for title, url, language, where, at in [known[near.place]]
    ]


def forums_to_read(now: datetime) -> list[Branch]:
    """Return the forums that were not read for a day."""
    telling = [name for name in NETWORKS if find_network(name).capabilities.solved]
    rows = Branch.objects.postable().filter(network__in=telling, connection__state=Connection.State.CONNECTED)
    fresh = SolvedQuestion.objects.filter(read_at__gt=now - READ_EVERY).values("branch_id")
    return list(rows.exclude(pk__in=fresh).select_related("connection"))


def read_forum(branch: Branch, now: datetime) -> int | None:
    """Put the forum's newest solved topics in the place of those known; None when it does not tell. Returns how many."""
    assert branch.connection is not None  # only what is connected is read
    network, cursor, found = open_connection(branch.connection), "", dict[str, Solved]()
    try:
        for _ in range(PAGES_AT_MOST):
            page = network.solved(cursor)
            found |= {one.ref.id: one for one in page.questions}
            cursor = page.cursor
            if not cursor:
                break
    except Forbidden:
        found = {}  # the key may not search, or the forum solves nothing: nothing of it is shown
    except NetworkError:
        return None  # yesterday's stay
    _replace(branch, list(found.values()), now)
    return len(found)


def _replace(branch: Branch, questions: Sequence[Solved], now: datetime) -> None:
    rows = [
        SolvedQuestion(
            branch=branch,
            remote_id=one.ref.id,
            title=one.title[:300],
            url=one.ref.url,
            solved_at=one.at,
            read_at=now,
        )
        for one in questions
        if len(one.ref.url) <= 500 and one.ref.url.startswith(("https://", "http://"))
    ]
    with transaction.atomic():
        branch.solved_questions.all().delete()
        SolvedQuestion.objects.bulk_create(rows)
