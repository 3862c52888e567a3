"""Who hears what becomes of an idea. Whoever ended it stays ended, also when they voted for it."""

from datetime import datetime

from django.db import transaction

from livingroom.ideas.counting import lock_idea, note_words
from livingroom.ideas.models import Follow, Idea
from livingroom.ideas.refusals import Refused
from livingroom.ideas.rules import require_member, root_of
from livingroom.ideas.signals import follow_changed
from livingroom.people.models import Member


def follow(*, member: Member, idea: Idea, now: datetime) -> Follow:
    """Follow an idea; again changes nothing. Raises Refused."""
    with transaction.atomic():
        root = lock_idea(root_of(idea).pk)
        require_member(member, root.board)
        if root.standing not in (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED):
            raise Refused("not_public")
        row, is_new = Follow.objects.get_or_create(
            idea=root, member=member, defaults={"root": root, "at": now}
        )
        if not is_new and row.ended_at is not None:
            row.at, row.ended_at = now, None
            row.save(update_fields=["at", "ended_at"])
        note_words(root.pk)
        follow_changed.send(Follow, idea=root, member=member, now=now)
    return row


def unfollow(*, member: Member, idea: Idea, now: datetime) -> None:
    """Hear no more of an idea, of none merged with it, and not as one of its voters either; harmless to repeat."""
    with transaction.atomic():
        root = lock_idea(root_of(idea).pk)
        Follow.objects.filter(root=root, member=member, ended_at=None).update(ended_at=now)
        # Voters hear of it without following: that they want to hear no more must stand somewhere.
        Follow.objects.get_or_create(
            idea=root, member=member, defaults={"root": root, "at": now, "ended_at": now}
        )
        note_words(root.pk)
        follow_changed.send(Follow, idea=root, member=member, now=now)
