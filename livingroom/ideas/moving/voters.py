"""Votes that were brought along become votes of ours once who holds the address has proved it here."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from livingroom.ideas.models import Board, BroughtVote, Idea
from livingroom.ideas.operations import Refused, cast
from livingroom.people.models import Member


def claim(member: Member, now: datetime) -> int:
    """Cast what a member had voted for elsewhere; what cannot be voted for any more stays as it was. Returns how many."""
    n = 0
    for row in BroughtVote.objects.filter(mail_hash=member.mail_hash).select_related("idea").order_by("pk"):
        try:
            with transaction.atomic():
                cast(member=member, idea=row.idea, now=now)
                row.delete()
                Idea.objects.filter(pk=row.idea_id, n_brought__gt=0).update(n_brought=F("n_brought") - 1)
        except Refused:
            continue
        n += 1
    return n


def hear_member(sender: object, member: Member, now: datetime, **more: object) -> None:
    """Somebody proved their address for the first time."""
    claim(member, now)


def claim_known(board: Board, now: datetime) -> int:
    """The same for those who are members already when a file comes in."""
    hashes = BroughtVote.objects.filter(idea__board=board).values("mail_hash")
    return sum(claim(member, now) for member in Member.objects.welcome().filter(mail_hash__in=hashes))
