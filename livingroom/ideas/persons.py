"""What the ideas' room knows of one person: for their page, their export and their erasure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from livingroom.ideas.counting import recount
from livingroom.ideas.models import (
    BroughtVote,
    Comment,
    CommentThanks,
    ConsentAsk,
    Evidence,
    Follow,
    Idea,
    Picture,
    Seen,
    Showing,
    Vote,
)
from livingroom.ideas.origins.consent import NO_LONGER
from livingroom.people.erasure.registry import Done, add_eraser
from livingroom.people.erasure.scrubbing import GONE, Scrubber
from livingroom.people.export.registry import Sheet, add_exporter
from livingroom.people.models import Customer, Member
from livingroom.people.parts import add_part
from livingroom.people.persons import Found, Person, add_namer

MOST_SHOWN = 10


def take_part() -> None:
    """Called once, when the house starts."""
    add_namer(names_of)
    add_exporter("ideas", "Your ideas, votes and comments", sheets_of)
    # Before listening and the inbox: by their rows we know which ideas were made of what somebody said.
    add_eraser("ideas", erase, position=20)
    add_part("ideas", "ideas/of_customer.html", given_to_page, position=50)


def names_of(person: Person) -> Found:
    """How ideas call them, where they were made of what they said; and how the event log calls what is theirs."""
    theirs = ideas_of(person).values_list("pk", "credited_name")
    said = comments_of(person).values_list("pk", flat=True)
    return {
        "words": [name for _, name in theirs if name],
        "subjects": [f"idea {pk}" for pk, _ in theirs] + [f"comment {pk}" for pk in said],
    }


def members_of(person: Person) -> list[int]:
    """The members they are, by their record or by the address they proved."""
    theirs = Q(customer__in=person.customers) | Q(mail_hash__in=person.mail_hashes)
    known = person.numbers("members")
    return list(Member.objects.filter(theirs | Q(pk__in=known)).values_list("pk", flat=True))


def ideas_of(person: Person) -> QuerySet[Idea]:
    """Those they proposed, and those made of what they said elsewhere."""
    made = Q(member__in=members_of(person))
    origins = Evidence.objects.filter(is_origin=True)
    for network in {network for network, _ in person.names}:
        names = person.names_on(network)
        said = origins.filter(
            Q(mention__network=network, mention__author_id__in=names)
            | Q(conversation__author__network=network, conversation__author__author_id__in=names)
        )
        made |= Q(pk__in=said.values("idea"))
    by_author = origins.filter(conversation__author__customer__in=person.customers)
    return Idea.objects.filter(made | Q(pk__in=by_author.values("idea")))


def comments_of(person: Person) -> QuerySet[Comment]:
    return Comment.objects.filter(member__in=members_of(person))


def sheets_of(person: Person) -> Sequence[Sheet]:
    members = members_of(person)
    return [
        Sheet(
            "ideas",
            "Ideas of yours",
            ideas_of(person).values(
                "board__name", "title", "text", "credited_name", "state", "standing", "made_at", "n_for"
            ),
        ),
        Sheet("votes", "Votes", Vote.objects.filter(member__in=members).values("idea__title", "sign", "at")),
        Sheet("comments", "Comments", comments_of(person).values("idea__title", "text", "at", "standing")),
        Sheet(
            "follows",
            "Ideas you follow",
            Follow.objects.filter(member__in=members).values("idea__title", "at", "ended_at"),
        ),
        Sheet("ideas seen", "Ideas you saw while signed in", _seen_by(members)),
        Sheet(
            "votes elsewhere",
            "Votes brought along from another portal",
            BroughtVote.objects.filter(mail_hash__in=person.mail_hashes).values("idea__title", "at"),
        ),
    ]


def erase(person: Person, now: datetime) -> Done:
    """Their words and votes go. An idea that others voted for or spoke about stays by its title, and names nobody."""
    members = members_of(person)
    ideas, comments = ideas_of(person), comments_of(person)
    votes, follows = Vote.objects.filter(member__in=members), Follow.objects.filter(member__in=members)
    touched = {*votes.values_list("root", flat=True), *follows.values_list("root", flat=True)}
    touched |= {*comments.values_list("root", flat=True), *ideas.values_list("pk", flat=True)}
    _scrub(person, touched)
    shared = _shared(ideas, members)
    alone = [pk for pk in ideas.values_list("pk", flat=True) if pk not in shared]
    counts = {
        "votes": votes.delete()[0],
        "follows": follows.delete()[0],
        "ideas seen": Seen.objects.filter(member__in=members).delete()[0],
        "pages of today": Showing.objects.filter(member__in=members).delete()[0],
        "thanks": CommentThanks.objects.filter(member__in=members).delete()[0],
        "votes brought along": BroughtVote.objects.filter(mail_hash__in=person.mail_hashes).delete()[0],
        "comments": _blank_comments(comments),
        "ideas": _blank(Idea.objects.filter(pk__in=alone), title=GONE, standing=Idea.Standing.REMOVED, because=NO_LONGER),
        "ideas that others stand with": _blank(Idea.objects.filter(pk__in=shared)),
    }  # fmt: skip
    recount(touched, now)
    kept = (
        ["The titles of ideas that others voted for or spoke about stay; they name nobody."] if shared else []
    )
    return Done(counts, kept)


def _seen_by(members: list[int]) -> Iterable[dict[str, Any]]:
    numbers = {number for row in Seen.objects.filter(member__in=members) for number in row.ideas}
    titles = Idea.objects.filter(pk__in=numbers).order_by("pk").values_list("title", flat=True)
    return [{"title": title} for title in titles]


def given_to_page(customer: Customer) -> Mapping[str, Any] | None:
    ideas = Idea.objects.filter(member__customer=customer).select_related("board").order_by("-pk")
    votes = Vote.objects.filter(member__customer=customer, stands=True).select_related("root").order_by("-at")
    said = Comment.objects.filter(member__customer=customer).count()
    if not (said or ideas.exists() or votes.exists()):
        return None
    return {
        "ideas": ideas[:MOST_SHOWN], "votes": votes[:MOST_SHOWN], "n_ideas": ideas.count(), "n_votes": votes.count(),
        "n_comments": said,
    }  # fmt: skip


def _shared(ideas: QuerySet[Idea], members: list[int]) -> set[int]:
    """Those that are not theirs alone any more."""
    numbers = list(ideas.values_list("pk", flat=True))
    others = set(
        Vote.objects.filter(idea__in=numbers).exclude(member__in=members).values_list("idea", flat=True)
    )
    said = Comment.objects.filter(idea__in=numbers).exclude(member__in=members, staff=None)
    parts = Idea.objects.filter(merged_into__in=numbers).values_list("merged_into", flat=True)
    return {*others, *said.values_list("idea", flat=True), *(pk for pk in parts if pk is not None)}


def _blank(ideas: QuerySet[Idea], *, title: str = "", standing: str = "", because: str = "") -> int:
    numbers = list(ideas.values_list("pk", flat=True))
    Picture.objects.filter(idea__in=numbers).delete()
    ConsentAsk.objects.filter(idea__in=numbers).update(said="", conversation=None, mention=None)
    Evidence.objects.filter(idea__in=numbers, is_origin=True).delete()
    given: dict[str, Any] = {
        "member": None, "credited_name": "", "credited_url": "", "text": "", "country": "", "vector": None,
        "vector_model": "", "vector_at": None,
    }  # fmt: skip
    if title:
        given |= {"title": title, "standing": standing, "standing_because": because}
    return Idea.objects.filter(pk__in=numbers).update(**given)


def _blank_comments(comments: QuerySet[Comment]) -> int:
    """What nobody answered to goes; else an empty place stays, so that the answers to it have one."""
    numbers = list(comments.values_list("pk", flat=True))
    answered = set(
        Comment.objects.filter(parent__in=numbers).exclude(pk__in=numbers).values_list("parent", flat=True)
    )
    Comment.objects.filter(pk__in=[pk for pk in numbers if pk in answered]).update(
        member=None, text=GONE, standing=Comment.Standing.WITHDRAWN, standing_because="", edited_at=None
    )
    Comment.objects.filter(pk__in=[pk for pk in numbers if pk not in answered]).delete()
    return len(numbers)


def _scrub(person: Person, ideas: set[int]) -> None:
    """Take their names out of what others said about these ideas, and out of our answers."""
    scrubber = Scrubber([*person.texts("words"), *person.texts("mails")])
    for row in Comment.objects.filter(root__in=ideas):
        if (text := scrubber.text(row.text)) != row.text:
            Comment.objects.filter(pk=row.pk).update(text=text)
    for idea in Idea.objects.filter(pk__in=ideas).defer("vector"):
        title = scrubber.text(idea.title)
        if title != idea.title:
            Idea.objects.filter(pk=idea.pk).update(title=title)
        for answer in idea.answers.all():
            if (reason := scrubber.text(answer.reason)) != answer.reason:
                answer.reason = reason
                answer.save(update_fields=["reason"])
