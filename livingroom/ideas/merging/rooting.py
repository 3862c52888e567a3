"""For which idea votes, words and followers count. Their rows stay where they came in; this is all that a merge changes."""

from collections.abc import Iterable

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from livingroom.ideas.models import Comment, Follow, Idea, Vote


def merged_into(idea: int) -> list[int]:
    """The idea and all that were merged into it, through as many merges as there were."""
    found, newest = [idea], [idea]
    while newest:
        below = Idea.objects.filter(merged_into__in=newest, standing=Idea.Standing.MERGED)
        newest = [pk for pk in below.values_list("pk", flat=True) if pk not in found]
        found += newest
    return found


def count_for(root: int, ideas: Iterable[int]) -> None:
    """Let what came in at these ideas count for `root`. The caller has locked the ideas on both sides."""
    here = list(ideas)
    before = set(Vote.objects.filter(idea__in=here).values_list("root", flat=True).distinct())
    votes = Vote.objects.filter(idea__in=here)
    votes.update(stands=False)  # two of one member must not stand for one root, not even for a moment
    votes.update(root=root)
    Comment.objects.filter(idea__in=here).update(root=root)
    Follow.objects.filter(idea__in=here).update(root=root)
    for number in sorted(before | {root}):
        settle(number)


def settle(root: int) -> None:
    """Let one vote of each member stand: one that is not withheld before one that is, then what they said last.

    It depends on nothing but the rows, so that merging and undoing leave no trace, in whatever order they come.
    """
    votes = Vote.objects.filter(root=root, withdrawn_at=None)
    place = Window(
        RowNumber(), partition_by=F("member"), order_by=[F("withheld_at").asc(nulls_first=True), F("at").desc(), F("pk").desc()]
    )  # fmt: skip
    # Which vote stands already is no condition of the query: the database would number only what it leaves.
    best = votes.annotate(_place=place).filter(_place=1).values_list("pk", "member", "stands")
    chosen = [(pk, member) for pk, member, stands in best if not stands]
    for start in range(0, len(chosen), 500):
        some = chosen[start : start + 500]
        votes.filter(member__in=[member for _, member in some], stands=True).update(stands=False)
        votes.filter(pk__in=[pk for pk, _ in some]).update(stands=True)
