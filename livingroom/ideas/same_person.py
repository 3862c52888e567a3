"""One vote for each person: who has two addresses, found to be one customer, counts once for an idea; parted again, twice.

The vote that was cast first is the person's. The others stand as rows with `same_person_at`: shown as such, counted nowhere.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from livingroom.ideas.counting import recount
from livingroom.ideas.models import Idea, PublicLogEntry, Vote
from livingroom.people.models import Member

AT_ONCE = 500
What = PublicLogEntry.What
WHY = {
    What.SAME_PERSON: "The same person voted here before from another address: one vote for each person.",
    What.TWO_PEOPLE: "Nobody else’s vote stands for the person who cast this one: it counts.",
}


def is_second(member: Member, root: Idea) -> bool:
    """Whether the same person has a vote on the idea from another address. The caller has locked the idea."""
    # Asked of the database: the member at hand may have been read before they were found to be somebody.
    others = Member.objects.filter(customer__members=member.pk).exclude(pk=member.pk)
    numbers = list(others.values_list("pk", flat=True))
    return bool(numbers) and Vote.objects.filter(root=root, member__in=numbers, stands=True).exists()


def note_second(root: Idea, now: datetime) -> None:
    """Say in the public log that a vote just cast does not count."""
    _log({root.pk: root}, What.SAME_PERSON, [(0, root.pk)], now)


def people_changed(members: models.QuerySet[models.Model]) -> None:
    """These members belong to another customer now: settle all they voted for."""
    roots = set(Vote.objects.filter(member__in=members.values("pk")).values_list("root", flat=True))
    customers = set(Member.objects.filter(pk__in=members.values("pk")).values_list("customer", flat=True))
    settle(roots, timezone.now(), customers)


def settle(roots: Collection[int], now: datetime, customers: Collection[int | None] | None = None) -> int:
    """Let one vote of each person count on each idea, the first. Returns how many votes changed.

    `customers` are whom it may concern besides those of whom a second vote is known; without them everybody.
    """
    changed = 0
    with transaction.atomic():
        wanted = sorted(set(roots))
        for start in range(0, len(wanted), AT_ONCE):
            ideas = Idea.objects.select_for_update(no_key=True, of=("self",)).select_related("board")
            some = {
                idea.pk: idea
                for idea in ideas.filter(pk__in=wanted[start : start + AT_ONCE])
                .defer("vector")
                .order_by("pk")
            }
            changed += _settle(some, now, customers)
    return changed


def _settle(ideas: dict[int, Idea], now: datetime, customers: Collection[int | None] | None) -> int:
    votes = Vote.objects.filter(root__in=ideas)
    seconds = votes.filter(same_person_at__isnull=False)
    if customers is not None:
        known = set(seconds.values_list("member__customer", flat=True)) | set(customers)
        votes = votes.filter(Q(member__customer__in=known - {None}) | Q(same_person_at__isnull=False))
    came, went = _told_apart(votes)
    for numbers, at in ((came, None), (went, now)):
        for start in range(0, len(numbers), AT_ONCE):
            Vote.objects.filter(pk__in=[pk for pk, _ in numbers[start : start + AT_ONCE]]).update(
                same_person_at=at
            )
    if came or went:
        recount({root for _, root in (*came, *went)}, now)
        _log(ideas, What.TWO_PEOPLE, came, now)
        _log(ideas, What.SAME_PERSON, went, now)
    return len(came) + len(went)


def _told_apart(votes: models.QuerySet[Vote]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Votes that count from now on, and those that do so no more, each with its root."""
    rows = votes.filter(stands=True).order_by("at", "pk")
    seen: set[tuple[int, int]] = set()
    came, went = [], []
    for pk, root, member, customer, since in rows.values_list(
        "pk", "root", "member", "member__customer", "same_person_at"
    ):
        person = (root, -member if customer is None else customer)
        if person in seen and since is None:
            went.append((pk, root))
        elif person not in seen and since is not None:
            came.append((pk, root))
        seen.add(person)
    return came, went


def _log(
    ideas: dict[int, Idea], what: PublicLogEntry.What, votes: list[tuple[int, int]], now: datetime
) -> None:
    PublicLogEntry.objects.bulk_create(
        PublicLogEntry(
            board=ideas[root].board, what=what, idea=ideas[root], n=n, reason=WHY[what], by_rule=True, at=now
        )
        for root, n in sorted(Counter(root for _, root in votes).items())
    )
