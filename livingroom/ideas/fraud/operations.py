"""Votes are held by rule and decided by a person; what is held, removed or given back stands in the public log."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from livingroom.ideas.counting import recount
from livingroom.ideas.fraud.gathering import gather
from livingroom.ideas.fraud.showings import note_showings, views_of
from livingroom.ideas.models import Board, Idea, PublicLogEntry, Vote, VoteReview
from livingroom.measure.ballots import Group, find_groups
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm

LIST_FROM = 1.5  # points; what is below is explained
ASKED_ONCE_FOR = timedelta(days=60)
AT_ONCE = 500
ALARM = "votes under review"
State, What = VoteReview.State, PublicLogEntry.What
# Found honest once, newcomers to the same idea are no news; these still are.
_NEWS = {"network", "ballots", "views"}


class CannotDecide(ValueError):
    """The words say why."""


def review_board(board: Board, now: datetime) -> list[VoteReview]:
    """Look through a board's votes of the last months; hold what is strong, list what is weak. Returns reviews with new votes."""
    note_showings(board, now)
    gathered = gather(board, now)
    found = find_groups(gathered.votes, views=views_of(board), since=gathered.since)
    honest = _found_honest(board, now)
    changed = []
    for group in found.groups:
        if group.score < LIST_FROM:
            continue
        is_news = group.idea // 2 not in honest or bool(_NEWS & _kinds(group))
        numbers = gathered.numbers[group.rows].tolist()
        if is_news and (review := _write(group, numbers, now)):
            changed.append(review)
    changed += _hold_who_did_it_before(board, now)
    _ring(board, now)
    return changed


def decide(*, staff: Staff, review: VoteReview, is_honest: bool, reason: str, now: datetime) -> VoteReview:
    """Give held votes back, or remove them. The reason is public. Raises PermissionDenied, CannotDecide."""
    require(staff, "arrange_ideas")
    why = reason.strip()
    if len(why) < 10:
        raise CannotDecide("Say in a sentence why: everybody reads it in the public log.")
    with transaction.atomic():
        roots = _lock_ideas(Vote.objects.filter(review=review).values_list("root", flat=True))
        row = (
            VoteReview.objects.select_for_update(of=("self",)).select_related("idea__board").get(pk=review.pk)
        )
        if row.state != State.OPEN:
            raise CannotDecide(f"Somebody decided already: {row.get_state_display().lower()}.")
        votes = Vote.objects.filter(review=row, stands=True)
        was_held = Counter(votes.exclude(withheld_at=None).values_list("root", flat=True))
        if is_honest:
            Vote.objects.filter(review=row).update(withheld_at=None)
        else:
            Vote.objects.filter(review=row, withheld_at=None).update(withheld_at=now)
        row.state = State.HONEST if is_honest else State.REMOVED
        row.decided_by, row.decided_at, row.decided_because = staff, now, why
        row.n_votes = Vote.objects.filter(review=row).count()
        row.save(update_fields=["state", "decided_by", "decided_at", "decided_because", "n_votes"])
        recount(roots, now)
        touched = was_held if is_honest else Counter(votes.values_list("root", flat=True))
        _log(row.idea.board, What.VOTES_RETURNED if is_honest else What.VOTES_REMOVED, touched, why, now)
        verb = "found votes honest" if is_honest else "removed votes"
        record_event(
            actor=staff, verb=verb, subject=row, now=now, reason=why, n=row.n_votes, idea=row.idea_id
        )
        _ring(row.idea.board, now)
    return row


def _write(group: Group, numbers: Sequence[int], now: datetime) -> VoteReview | None:
    """Keep a group: a new review, or more votes of the one that is open. None when there is nothing new."""
    with transaction.atomic():
        idea = Idea.objects.select_related("board").defer("vector").get(pk=group.idea // 2)
        _lock_ideas([idea.pk, *_roots(numbers)])
        review = VoteReview.objects.filter(idea=idea, state=State.OPEN).first()
        free = _of(numbers, review=None)
        own = _of(numbers, review=review) if review else []
        to_hold = [vote for vote in (*free, *own) if group.is_held and vote.withheld_at is None]
        if not free and not to_hold:
            return None
        if review is None:
            review = VoteReview(idea=idea, state=State.OPEN, found_at=now, score=group.score, n_votes=0)
        review.score, review.reasons = max(group.score, review.score), group.reasons
        review.n_votes += len(free)
        review.save()
        _update(free, review=review)
        _update(to_hold, withheld_at=now)
        if to_hold:
            touched = Counter(vote.root_id for vote in to_hold)
            recount(touched, now)
            _log(idea.board, What.VOTES_WITHHELD, touched, _public_reason(group), now, by_rule=True)
    return review


def _hold_who_did_it_before(board: Board, now: datetime) -> list[VoteReview]:
    """Hold what accounts cast after votes of theirs were removed."""
    reviews_removed = VoteReview.objects.filter(state=State.REMOVED, idea__board=board)
    decided = dict(reviews_removed.values_list("pk", "decided_at"))
    removed = Vote.objects.filter(review__in=list(decided)).values_list("member", "review")
    since: dict[int, datetime | None] = {}
    for member, number in sorted(removed, key=lambda row: decided[row[1] or 0] or now):
        since.setdefault(member, decided[number or 0])
    # The members by their numbers: asked in one query with what was removed, a database may look at every vote for every vote.
    new = Vote.objects.filter(root__board=board, member__in=list(since), review=None, stands=True)
    by_idea: dict[int, list[int]] = {}
    for number, root, member, at in new.values_list("pk", "root", "member", "at"):
        if (removed_at := since[member]) is not None and at > removed_at:
            by_idea.setdefault(root, []).append(number)
    reviews = []
    for root, numbers in by_idea.items():
        with transaction.atomic():
            _lock_ideas([root])
            reasons = ["Cast by accounts of which votes were removed before."]
            review = VoteReview.objects.filter(idea=root, state=State.OPEN).first() or VoteReview(
                idea_id=root, state=State.OPEN, found_at=now, score=3.0, n_votes=0, reasons=reasons
            )
            review.n_votes += len(numbers)
            review.save()
            Vote.objects.filter(pk__in=numbers).update(review=review, withheld_at=now)
            recount([root], now)
            _log(board, What.VOTES_WITHHELD, Counter({root: len(numbers)}), reasons[0], now, by_rule=True)
        reviews.append(review)
    return reviews


def _ring(board: Board, now: datetime) -> None:
    """Ask for a person while something waits."""
    waits = VoteReview.objects.filter(idea__board=board, state=State.OPEN)
    n, n_votes = waits.count(), sum(waits.values_list("n_votes", flat=True))
    if n == 0:
        resolve_alarm(kind=ALARM, subject=board, now=now)
        return
    what = f"1 group of votes on {board} looks" if n == 1 else f"{n:,} groups of votes on {board} look"
    text = f"{what} as if they were cast together ({n_votes:,} votes). Decide about them."
    raise_alarm(kind=ALARM, subject=board, text=text, now=now, url="/desk/ideas/votes/")


def _log(
    board: Board,
    what: PublicLogEntry.What,
    n_by_idea: Counter[int],
    reason: str,
    now: datetime,
    *,
    by_rule: bool = False,
) -> None:
    PublicLogEntry.objects.bulk_create(
        [
            PublicLogEntry(board=board, what=what, idea_id=root, n=n, reason=reason, by_rule=by_rule, at=now)
            for root, n in sorted(n_by_idea.items())
            if n
        ]
    )


def _public_reason(group: Group) -> str:
    return f"They look as if they were cast together, and wait for a person. {group.reasons[0]}"


def _found_honest(board: Board, now: datetime) -> set[int]:
    reviews = VoteReview.objects.filter(
        idea__board=board, state=State.HONEST, decided_at__gt=now - ASKED_ONCE_FOR
    )
    return set(reviews.values_list("idea", flat=True))


def _kinds(group: Group) -> set[str]:
    return {one.kind for one in group.evidence if one.points > 0}


def _lock_ideas(numbers: Collection[int]) -> list[int]:
    """Ideas before votes, as everywhere, and in the order of their numbers: who votes meanwhile waits and is counted after."""
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), AT_ONCE):
        rows = Idea.objects.select_for_update(no_key=True, of=("self",)).filter(
            pk__in=wanted[start : start + AT_ONCE]
        )
        list(rows.order_by("pk").values_list("pk", flat=True))
    return wanted


def _roots(numbers: Sequence[int]) -> set[int]:
    return {
        root
        for start in range(0, len(numbers), AT_ONCE)
        for root in Vote.objects.filter(pk__in=numbers[start : start + AT_ONCE]).values_list(
            "root", flat=True
        )
    }


def _of(numbers: Sequence[int], *, review: VoteReview | None) -> list[Vote]:
    """Those of these votes that still stand and belong to this review, or to none."""
    return [
        vote
        for start in range(0, len(numbers), AT_ONCE)
        for vote in Vote.objects.filter(pk__in=numbers[start : start + AT_ONCE], review=review, stands=True)
    ]


def _update(votes: Sequence[Vote], **changes: object) -> None:
    for start in range(0, len(votes), AT_ONCE):
        Vote.objects.filter(pk__in=[vote.pk for vote in votes[start : start + AT_ONCE]]).update(**changes)
