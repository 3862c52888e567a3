"""Ideas, votes, followers and showings in bulk, from a simulated portal; counters are made from the votes as always."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from livingroom.ideas.counting import recount_board
from livingroom.ideas.models import Board, Category, Follow, Idea, ShownUntil, Vote
from livingroom.measure.ballots.votes import Votes
from livingroom.world.loading.bulk import first_free_id, insert
from livingroom.world.loading.portal.members import named
from livingroom.world.loading.portal.told import Told, words
from livingroom.world.period import to_datetime
from livingroom.world.portal.plan import DAY, START, History, Integers

FOLLOWS_SHARE = 0.2
SHOWN_DAYS = 45


def match_wishes(told: Sequence[Told], history: History, random: np.random.Generator) -> list[Told]:
    """Give each simulated idea its words: what is wanted gets the words that many would want."""
    wanted = [one for one in told if one.is_wanted]
    others = [one for one in told if not one.is_wanted]
    # Those of the first weeks would have been decided long ago, and those of the last days have no votes yet.
    days = (history.published_at - START) / DAY
    fits = (days > 10) & (days < history.plan.n_days - 6)
    best = np.argsort(-np.where(fits, history.appeal, 0.0))[: len(wanted)]
    placed: list[Told | None] = [None] * len(told)
    for place, one in zip(best.tolist(), wanted, strict=True):
        placed[place] = one
    rest = iter([others[place] for place in random.permutation(len(others))])
    return [one or next(rest) for one in placed]


def write_ideas(
    board: Board, told: Sequence[Told], history: History, votes: Votes, people: dict[int, int], offset: int
) -> list[int]:
    """Write ideas, each by its first voter. Returns their rows."""
    categories = {row.name: row.pk for row in Category.objects.filter(board=board)}
    rows = (first_free_id(Idea) + np.arange(len(told))).tolist()
    made_at = [to_datetime(int(at) + offset) for at in history.published_at]
    insert(
        Idea,
        {
            "id": rows,
            "board_id": [board.pk] * len(told),
            "category_id": [categories[words()["categories"][one.category]] for one in told],
            "member_id": [people.get(author) for author in authors(votes, len(told))],
            "title": [one.title for one in told],
            "text": [one.text for one in told],
            "language": [one.language for one in told],
            "standing": [Idea.Standing.PUBLIC.value] * len(told),
            "made_at": made_at,
            "public_at": made_at,
            "state_at": made_at,
            "n_shown": history.views.sum(axis=1).tolist(),
        },
    )
    return rows


def authors(votes: Votes, n: int) -> list[int]:
    """Who voted first for each idea wrote it; of one without votes nobody is known."""
    first = np.full(n, -1)
    for place in np.argsort(-votes.at, kind="stable"):
        first[votes.idea[place]] = votes.member[place]
    return [int(member) for member in first]


def write_votes(
    votes: Votes, ideas: Sequence[int], people: dict[int, int], offset: int, random: np.random.Generator
) -> int:
    """Write votes, and the followers among those who cast them."""
    order = np.argsort(votes.at, kind="stable")
    votes = votes.take(order)
    at = [to_datetime(int(one) + offset) for one in votes.at]
    idea = [ideas[place] for place in votes.idea.tolist()]
    member = [people[number] for number in votes.member.tolist()]
    columns = {"idea_id": idea, "root_id": idea, "member_id": member, "at": at}
    insert(
        Vote,
        columns
        | {
            "stands": [True] * len(at),
            "network": named("n", votes.network),
            "agent": named("a", votes.agent),
        },
    )
    follows = np.flatnonzero(random.random(len(at)) < FOLLOWS_SHARE).tolist()
    insert(Follow, {name: [column[place] for place in follows] for name, column in columns.items()})
    return len(at)


def write_showings(views: Integers, ideas: Sequence[int], offset: int) -> None:
    """What had been shown at the end of each of the last days."""
    n_days = views.shape[1]
    until = views.cumsum(axis=1)
    rows = [
        ShownUntil(idea_id=ideas[place], on=_day(day, offset), n_shown=int(until[place, day]))
        for day in range(n_days - SHOWN_DAYS, n_days)
        for place in np.flatnonzero(views[:, day]).tolist()
    ]
    unique = {(row.idea_id, row.on): row for row in rows}
    ShownUntil.objects.bulk_create(unique.values(), batch_size=1000)


def count_all(board: Board, now: datetime) -> None:
    """Counters and keys from the votes, without anybody being told that they owe an answer."""
    line = board.answer_line
    Board.objects.filter(pk=board.pk).update(answer_line=10_000)
    board.refresh_from_db()
    recount_board(board, now)
    Board.objects.filter(pk=board.pk).update(answer_line=line)
    board.refresh_from_db()


def _day(day: int, offset: int) -> date:
    return (to_datetime(START + day * DAY + offset).astimezone(UTC) + timedelta(hours=12)).date()
