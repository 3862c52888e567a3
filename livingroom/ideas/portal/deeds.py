"""Sending an idea in, with its pictures: at once, or once a letter was opened."""

from datetime import datetime

from livingroom.ideas import operations
from livingroom.ideas.models import Board, Category, Idea, Storm
from livingroom.ideas.portal.addresses import idea_path
from livingroom.ideas.portal.pictures import attach
from livingroom.ideas.refusals import Refused
from livingroom.people.members.doing import Given, add_deed
from livingroom.people.models import Member


def add_all() -> None:
    add_deed("idea_send_in", send_in)


def send_in(member: Member, given: Given, now: datetime) -> str:
    """board, category, storm (slugs), title, text, pictures (as they were set aside). The same words again are the same idea."""
    board = Board.objects.filter(slug=given["board"]).first()
    if board is None:
        raise Refused("not_there")
    idea = operations.propose(
        member=member,
        board=board,
        title=given["title"],
        text=given["text"],
        category=Category.objects.filter(board=board, slug=given.get("category", "")).first(),
        storm=Storm.objects.filter(board=board, slug=given.get("storm", "")).first(),
        now=now,
    )
    attach(idea, given.get("pictures", []), now)
    told = "proposed_held" if idea.standing == Idea.Standing.HELD else "proposed"
    return f"{idea_path(idea)}?told={told}"
