"""What a visitor may do by a letter: it waits there, unseen by anybody, and is done when the letter is opened.

An idea with its pictures is sent in by `portal/deeds.py`.
"""

from datetime import datetime
from typing import Any

from django.urls import reverse

from livingroom.ideas import operations
from livingroom.ideas.models import Comment, Idea
from livingroom.ideas.refusals import Refused
from livingroom.ideas.rules import root_of
from livingroom.people.members.doing import Given, add_deed
from livingroom.people.models import Member


def add_all() -> None:
    add_deed("idea_vote", vote)
    add_deed("idea_comment", comment)
    add_deed("idea_thank", thank)
    add_deed("idea_follow", follow)


def vote(member: Member, given: Given, now: datetime) -> str:
    """idea, sign; network and agent as `livingroom.shared.visitors` names them."""
    idea = _idea(given)
    operations.cast(
        member=member, idea=idea, sign=int(given.get("sign", 1)), network=given.get("network", ""),
        agent=given.get("agent", ""), now=now,
    )  # fmt: skip
    return address_of(idea)


def comment(member: Member, given: Given, now: datetime) -> str:
    """idea, text, parent (a comment's number)."""
    idea = _idea(given)
    parent = _comment(given["parent"]) if given.get("parent") else None
    made = operations.comment(member=member, idea=idea, text=given["text"], parent=parent, now=now)
    return f"{address_of(idea)}#comment-{made.pk}"


def thank(member: Member, given: Given, now: datetime) -> str:
    """comment."""
    said = _comment(given["comment"])
    operations.thank(member=member, comment=said, now=now)
    return f"{address_of(said.root)}#comment-{said.pk}"


def follow(member: Member, given: Given, now: datetime) -> str:
    """idea."""
    idea = _idea(given)
    operations.follow(member=member, idea=idea, now=now)
    return address_of(idea)


def address_of(idea: Idea) -> str:
    root = root_of(idea)
    return reverse("idea", args=[root.board.slug, root.pk])


def _idea(given: Given) -> Idea:
    found = Idea.objects.select_related("board").filter(pk=_number(given["idea"])).first()
    if found is None:
        raise Refused("not_there")
    return found


def _comment(number: Any) -> Comment:
    found = Comment.objects.select_related("root__board").filter(pk=_number(number)).first()
    if found is None:
        raise Refused("not_said_here")
    return found


def _number(given: Any) -> int:
    try:
        return int(given)
    except (TypeError, ValueError):
        return 0
