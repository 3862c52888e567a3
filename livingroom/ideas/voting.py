"""Votes: one for each verified member and idea, to be withdrawn at any time, and a budget where the board wants one."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from livingroom.ideas.counting import Cast, change_count, lock_idea, recount
from livingroom.ideas.models import Board, Idea, Vote
from livingroom.ideas.refusals import Refused
from livingroom.ideas.rules import require_member, root_of
from livingroom.ideas.same_person import is_second, note_second, settle
from livingroom.ideas.signals import vote_cast, vote_withdrawn
from livingroom.people.models import Member


def cast(
    *, member: Member, idea: Idea, sign: int = 1, now: datetime, network: str = "", agent: str = ""
) -> Vote:
    """Vote for an idea (1) or against it (-1); again changes nothing, the other sign changes sides. Raises Refused."""
    with transaction.atomic():
        root = _locked(member, idea)
        require_member(member, root.board)
        require_votable(root, sign)
        before = list(Vote.objects.filter(root=root, member=member))
        standing = next((vote for vote in before if vote.stands), None)
        if standing is not None:
            return standing if standing.sign == sign else _change_sides(standing, root, sign, now)
        _require_budget(member, root.board)
        if before:
            return _stand_again(before[0], root, sign, now)
        is_again = is_second(member, root)
        vote = Vote.objects.create(
            idea=root, root=root, member=member, sign=sign, at=now, network=network or member.network,
            agent=agent or member.agent, same_person_at=now if is_again else None,
        )  # fmt: skip
        if is_again:
            note_second(root, now)
        else:
            change_count(root, came=Cast(sign, now), now=now)
        vote_cast.send(Vote, vote=vote, now=now)
        return vote


def withdraw_vote(*, member: Member, idea: Idea, now: datetime) -> bool:
    """Take back what a member cast on an idea and on those merged with it. Says whether there was a vote."""
    with transaction.atomic():
        root = _locked(member, idea)
        votes = list(Vote.objects.filter(root=root, member=member))
        standing = next((vote for vote in votes if vote.stands), None)
        if standing is None:
            return False
        # A withheld vote stays as a row that stands no more: who takes it back and casts anew is still looked at.
        Vote.objects.filter(pk__in=[vote.pk for vote in votes], withheld_at=None).delete()
        kept = Vote.objects.filter(pk__in=[vote.pk for vote in votes])
        if kept.update(stands=False, withdrawn_at=now):
            recount([root.pk], now)
        elif standing.counts:
            change_count(root, went=Cast(standing.sign, standing.at), now=now)
        if member.customer_id is not None:
            settle(
                [root.pk], now, [member.customer_id]
            )  # the same person may have voted from another address, too
        vote_withdrawn.send(Vote, idea=root, member=member, now=now)
        return True


@dataclass(frozen=True)
class Budget:
    """How many votes a member may have standing on open ideas, and how many they have."""

    most: int | None
    standing: int

    @property
    def left(self) -> int | None:
        return None if self.most is None else max(self.most - self.standing, 0)


def budget_of(member: Member, board: Board) -> Budget:
    """A vote is free again once it is withdrawn, or its idea is decided, archived or gone."""
    if board.vote_budget is None:
        return Budget(None, 0)
    standing = Vote.objects.filter(
        member=member, stands=True, root__board=board, root__standing=Idea.Standing.PUBLIC,
        root__state__in=Idea.VOTABLE,
    )  # fmt: skip
    return Budget(board.vote_budget, standing.count())


def _locked(member: Member, idea: Idea) -> Idea:
    """The idea that votes count for, ours alone; and before it the member, where their other votes matter."""
    number = root_of(idea).pk
    if Board.objects.filter(pk=idea.board_id, vote_budget__isnull=False).exists():
        Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
    root = lock_idea(number)
    # Merged between our look and our lock: its votes count elsewhere now.
    return _locked(member, root) if root.standing == Idea.Standing.MERGED else root


def require_votable(root: Idea, sign: int) -> None:
    """Raises Refused."""
    if root.standing != Idea.Standing.PUBLIC:
        raise Refused("not_public")
    if root.state not in Idea.VOTABLE:
        raise Refused("decided")
    if sign not in (1, -1) or (sign == -1 and not root.board.allows_against):
        raise Refused("no_against")


def _require_budget(member: Member, board: Board) -> None:
    budget = budget_of(member, board)
    if budget.left == 0:
        raise Refused("budget_spent", n=budget.most)


def _stand_again(vote: Vote, root: Idea, sign: int, now: datetime) -> Vote:
    """A vote that was withheld and taken back; it is still withheld."""
    vote.sign, vote.at, vote.stands, vote.withdrawn_at = sign, now, True, None
    vote.same_person_at = now if is_second(vote.member, root) else None
    vote.save(update_fields=["sign", "at", "stands", "withdrawn_at", "same_person_at"])
    recount([root.pk], now)
    vote_cast.send(Vote, vote=vote, now=now)
    return vote


def _change_sides(vote: Vote, root: Idea, sign: int, now: datetime) -> Vote:
    before = Cast(vote.sign, vote.at)
    vote.sign, vote.at = sign, now
    vote.save(update_fields=["sign", "at"])
    if vote.counts:
        change_count(root, went=before, came=Cast(sign, now), now=now)
    vote_cast.send(Vote, vote=vote, now=now)
    return vote
