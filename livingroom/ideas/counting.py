"""Counters and keys of ideas, from the votes and from nothing else. A vote adds what `recount` would find.

What counts is a vote that stands, is not withheld, and is no second one of the same person. Comments move no rank. The formulas
are those of measure/ranking.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Coalesce

from livingroom.ideas.models import Board, Comment, Follow, Idea, Vote, VoteReview
from livingroom.ideas.signals import idea_crossed_line
from livingroom.measure.ranking import RECENT_DAYS, next_epoch, now_score, popular_keys, popular_term
from livingroom.shared.rows import write_back

AT_ONCE = 500
RECENT = timedelta(days=RECENT_DAYS)
COUNTS = Q(stands=True, withheld_at=None, same_person_at=None)
UNDER_REVIEW = Q(stands=True, withheld_at__isnull=False, same_person_at=None) & (
    Q(review=None) | Q(review__state=VoteReview.State.OPEN)
)
COUNTERS = (
    "n_for", "n_against", "n_withheld", "n_recent", "n_comments", "n_followers", "last_vote_at", "now_score", "now_at",
    "popular_key",
)  # fmt: skip
# A term taken from a key far smaller than itself leaves its rounding: then the key is made anew.
_TRUSTED = 2.0**-20
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scale:
    """What the popular keys of a board are reckoned in, microseconds."""

    half_life: int
    epoch: int

    @classmethod
    def of(cls, board: Board) -> "Scale":
        return cls(round(board.half_life_days * 86_400_000_000), microseconds(board.epoch))

    def term(self, at: datetime) -> float:
        """What a vote of that moment adds to the key."""
        return float(popular_term([microseconds(at)], self.half_life, self.epoch)[0])


def microseconds(at: datetime) -> int:
    return (at - BEGINNING) // timedelta(microseconds=1)


def recount(idea_ids: Collection[int], now: datetime) -> int:
    """Write counters and keys of these ideas anew from their votes. Returns how many there were."""
    numbers = sorted(set(idea_ids))
    return sum(
        _recount_batch(numbers[start : start + AT_ONCE], now) for start in range(0, len(numbers), AT_ONCE)
    )


def recount_board(board: Board, now: datetime) -> int:
    """All ideas of a board anew, as when its half-life has changed; in batches, so that votes go on meanwhile."""
    scale = Scale.of(board)
    if next_epoch(microseconds(now), scale.half_life, scale.epoch) is not None:
        board.epoch = now  # a shorter half-life would begin beyond the range of a float
        board.save(update_fields=["epoch"])
    last, n = 0, 0
    while batch := list(
        Idea.objects.filter(board=board, pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        n += _recount_batch(batch, now)
        last = batch[-1]
    return n


def lock_idea(number: int) -> Idea:
    """The idea, until the transaction ends ours alone; its board is read after it, and so as it is now."""
    # no_key: comments and follows that point at it need not wait.
    idea = Idea.objects.select_for_update(no_key=True, of=("self",)).get(pk=number)
    idea.board = Board.objects.get(pk=idea.board_id)
    return idea


@dataclass(frozen=True)
class Cast:
    """What counting knows of a vote."""

    sign: int
    at: datetime


def change_count(idea: Idea, *, now: datetime, came: Cast | None = None, went: Cast | None = None) -> None:
    """Count a vote that was cast, and take one back whose row is gone; the caller has locked the idea, and its vote counts."""
    since = idea.now_at or idea.made_at
    at = max(
        now, since
    )  # another server's clock may run ahead: recent votes are brought up to a moment, never back
    idea.n_recent -= _left_recent(idea, since, at)
    scale = Scale.of(idea.board)
    if went is not None:
        idea.n_recent -= went.sign if went.at > since - RECENT else 0
        _weigh(idea, went, -1, scale)
    if came is not None:
        idea.n_recent += came.sign if came.at > at - RECENT else 0
        _weigh(idea, came, 1, scale)
        idea.last_vote_at = max(came.at, idea.last_vote_at or came.at)
    if went is not None:
        _mend(idea, went, scale)
    score([idea], at)
    idea.save(
        update_fields=["n_for", "n_against", "n_recent", "last_vote_at", "now_score", "now_at", "popular_key"]
    )
    note_crossing([idea], now)


def note_crossing(ideas: Sequence[Idea], now: datetime) -> None:
    """Ideas that came above their board's line are owed an answer from now on."""
    crossed = [
        idea
        for idea in ideas
        if idea.above_line_at is None
        and idea.due_at is None
        and idea.standing == Idea.Standing.PUBLIC
        and idea.state in Idea.OPEN
        and idea.n_for >= idea.board.answer_line
    ]
    if not crossed:
        return
    from livingroom.ideas.duty.operations import (
        note_line,
    )

    note_line(crossed, now)
    for idea in crossed:
        idea_crossed_line.send(Idea, idea=idea, now=now)


def note_words(idea_id: int) -> None:
    """Count what is said under an idea and who follows it."""
    said = Comment.objects.filter(root=idea_id, standing=Comment.Standing.PUBLIC).count()
    followers = Follow.objects.filter(root=idea_id, ended_at=None).values("member").distinct().count()
    Idea.objects.filter(pk=idea_id).update(n_comments=said, n_followers=followers)


def _recount_batch(numbers: Sequence[int], now: datetime) -> int:
    with transaction.atomic():
        ideas = list(
            Idea.objects.select_for_update(no_key=True, of=("self",))
            .filter(pk__in=numbers)
            .order_by("pk")
            .defer("text", "vector")
        )
        boards = {board.pk: board for board in Board.objects.filter(pk__in={idea.board_id for idea in ideas})}
        for idea in ideas:
            idea.board = boards[idea.board_id]
        for board in boards.values():
            _from_votes([idea for idea in ideas if idea.board_id == board.pk], Scale.of(board), now)
        _count_words(ideas)
        score(ideas, now)
        write_back(ideas, COUNTERS)
        note_crossing(ideas, now)
    return len(ideas)


def _from_votes(ideas: Sequence[Idea], scale: Scale, now: datetime) -> None:
    by_pk = {idea.pk: idea for idea in ideas}
    votes = Vote.objects.filter(root__in=by_pk)
    counted = list(votes.filter(COUNTS).values_list("root", "sign", "at"))
    found = _keys(counted, scale)
    withheld = dict(votes.filter(UNDER_REVIEW).values_list("root").annotate(n=Count("pk")))
    for idea in ideas:
        idea.popular_key = found.get(idea.pk, 0.0)
        idea.n_for = idea.n_against = idea.n_recent = 0
        idea.n_withheld = withheld.get(idea.pk, 0)
        idea.last_vote_at = None
    begin = now - RECENT
    for root, sign, at in counted:
        idea = by_pk[root]
        idea.n_for += sign > 0
        idea.n_against += sign < 0
        idea.n_recent += sign if at > begin else 0
        idea.last_vote_at = max(at, idea.last_vote_at or at)


def _count_words(ideas: Sequence[Idea]) -> None:
    numbers = [idea.pk for idea in ideas]
    said = Comment.objects.filter(root__in=numbers, standing=Comment.Standing.PUBLIC)
    follows = Follow.objects.filter(root__in=numbers, ended_at=None)
    comments = dict(said.order_by().values_list("root").annotate(n=Count("pk")))
    followers = dict(follows.values_list("root").annotate(n=Count("member", distinct=True)))
    for idea in ideas:
        idea.n_comments, idea.n_followers = comments.get(idea.pk, 0), followers.get(idea.pk, 0)


def _left_recent(idea: Idea, since: datetime, now: datetime) -> int:
    """Counted votes that were recent at one moment and are not at the next, those against taken off."""
    left = Vote.objects.filter(COUNTS, root=idea, at__gt=since - RECENT, at__lte=now - RECENT)
    return int(left.aggregate(net=Coalesce(Sum("sign"), 0))["net"])


def _weigh(idea: Idea, vote: Cast, times: int, scale: Scale) -> None:
    idea.n_for += times * (vote.sign > 0)
    idea.n_against += times * (vote.sign < 0)
    idea.popular_key += times * vote.sign * scale.term(vote.at)


def _mend(idea: Idea, went: Cast, scale: Scale) -> None:
    """Make anew what cannot be taken back: the last vote, and a key that is only rounding now."""
    votes = Vote.objects.filter(COUNTS, root=idea)
    if went.at == idea.last_vote_at:
        idea.last_vote_at = votes.aggregate(last=Max("at"))["last"]
    if abs(idea.popular_key) < scale.term(went.at) * _TRUSTED:
        idea.popular_key = _keys(list(votes.values_list("root", "sign", "at")), scale).get(idea.pk, 0.0)


def _keys(votes: Sequence[tuple[int, int, datetime]], scale: Scale) -> dict[int, float]:
    roots = np.fromiter((root for root, _, _ in votes), np.int64, len(votes))
    signs = np.fromiter((sign for _, sign, _ in votes), np.int64, len(votes))
    times = np.fromiter((microseconds(at) for _, _, at in votes), np.int64, len(votes))
    ideas, keys = popular_keys(roots, signs, times, scale.half_life, scale.epoch)
    return dict(zip(ideas.tolist(), keys.tolist(), strict=True))


def score(ideas: Sequence[Idea], now: datetime) -> None:
    """The key of the list “now”, of ideas whose recent votes are those of this moment."""
    votes = [idea.n_recent if idea.public_at else 0 for idea in ideas]
    ages = [(now - (idea.public_at or now)).total_seconds() / 3600 for idea in ideas]
    for idea, found in zip(ideas, now_score(votes, ages).tolist(), strict=True):
        idea.now_score, idea.now_at = found, now
