"""What rooms below learn from here: segments who proposes, votes and follows; a merge of customers where their members are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count

from livingroom.ideas import signals
from livingroom.ideas.counting import COUNTS
from livingroom.ideas.models import Answer, Comment, Follow, Idea, Vote
from livingroom.ideas.same_person import people_changed
from livingroom.people.identities import add_mover
from livingroom.people.models import Member
from livingroom.segments.facts import Fact, Kind, add_fact, changed

AT_ONCE = 5_000
# These are few, and worth a word to those who asked for them; a tag for every idea would be a tag for every vote.
TOLD_STATES = (Idea.State.PLANNED, Idea.State.BUILDING, Idea.State.SHIPPED)


def wire() -> None:
    add_mover(Member, touched=people_changed)
    for fact, read in FACTS:
        add_fact(fact, read=read)
    signals.vote_cast.connect(_on_vote)
    signals.vote_withdrawn.connect(_on_member)
    signals.follow_changed.connect(_on_member)
    signals.comment_made.connect(_on_comment)
    signals.idea_published.connect(_on_idea)
    for gone in (signals.idea_removed, signals.idea_withdrawn, signals.idea_returned):
        gone.connect(_on_idea)
    signals.idea_answered.connect(_on_answer)


def ideas_of(customers: Sequence[int]) -> Mapping[int, int]:
    rows = Idea.objects.filter(
        member__customer__in=customers, standing__in=(Idea.Standing.PUBLIC, Idea.Standing.MERGED)
    )
    return _counted(rows, "member__customer")


def votes_of(customers: Sequence[int]) -> Mapping[int, int]:
    rows = Vote.objects.filter(COUNTS, member__customer__in=customers)
    return _counted(rows, "member__customer")


def comments_of(customers: Sequence[int]) -> Mapping[int, int]:
    rows = Comment.objects.filter(member__customer__in=customers, standing=Comment.Standing.PUBLIC)
    return _counted(rows, "member__customer")


def follows_of(customers: Sequence[int]) -> Mapping[int, int]:
    return _counted(Follow.objects.filter(member__customer__in=customers, ended_at=None), "member__customer")


def wanted_of(customers: Sequence[int]) -> Mapping[int, set[str]]:
    """The ideas that we make or made, and that these customers voted for."""
    votes = Vote.objects.filter(
        COUNTS, member__customer__in=customers, sign=1,
        root__state__in=TOLD_STATES, root__standing=Idea.Standing.PUBLIC,
    )  # fmt: skip
    found: dict[int, set[str]] = {}
    for customer, number, title in votes.values_list("member__customer", "root", "root__title"):
        found.setdefault(customer, set()).add(tag_of(number, title))
    return found


def tag_of(number: int, title: str) -> str:
    return f"{number} {title}"[:100]


def wanted_choices() -> list[tuple[str, str]]:
    rows = Idea.objects.public().filter(state__in=TOLD_STATES).order_by("-state_at")[:300]
    return [(tag_of(number, title), title) for number, title in rows.values_list("pk", "title")]


def _counted(rows: Any, column: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(column).annotate(n=Count("pk")))


def _times(done: str) -> dict[str, str]:
    return {"at_least": f"{done} at least {{times}}", "at_most": f"{done} at most {{times}}"}


FACTS = (
    (Fact("ideas", "Ideas proposed", Kind.NUMBER, _times("proposed an idea")), ideas_of),
    (Fact("idea_votes", "Votes on ideas", Kind.NUMBER, _times("voted on an idea")), votes_of),
    (Fact("idea_comments", "Comments on ideas", Kind.NUMBER, _times("commented on an idea")), comments_of),
    (Fact("ideas_followed", "Ideas followed", Kind.NUMBER, _times("follows an idea")), follows_of),
    (
        Fact("wanted", "Voted for what we make", Kind.TAGS,
             {"is": "voted for {values}", "is_all": "voted for {all}", "is_not": "did not vote for {values}"},
             choices=wanted_choices, words=()),
        wanted_of,
    ),
)  # fmt: skip


def _on_vote(vote: Vote, **_: object) -> None:
    _changed([vote.member])


def _on_member(member: Member, **_: object) -> None:
    _changed([member])


def _on_comment(comment: Comment, **_: object) -> None:
    _changed([comment.member])


def _on_idea(idea: Idea, **_: object) -> None:
    _changed([idea.member])


def _on_answer(idea: Idea, answer: Answer, now: datetime, **_: object) -> None:
    """Whether an idea is among those that we make: then all who voted for it are people of whom it is told."""
    if (answer.before in TOLD_STATES) == (answer.state in TOLD_STATES):
        return
    votes = Vote.objects.filter(root=idea, member__customer__isnull=False).order_by("pk")
    last = 0
    while rows := list(votes.filter(pk__gt=last).values_list("pk", "member__customer")[:AT_ONCE]):
        changed(customer for _, customer in rows)
        last = rows[-1][0]


def _changed(members: Iterable[Member | None]) -> None:
    numbers = [member.customer_id for member in members if member is not None and member.customer_id]
    if numbers:
        changed(numbers)
