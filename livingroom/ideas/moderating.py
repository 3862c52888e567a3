"""What people of ours do with what others wrote: let it stand, take it away, give it back. All of it with a public reason."""

from datetime import datetime

from django.db import transaction

from livingroom.ideas.counting import lock_idea, note_words, recount
from livingroom.ideas.models import Comment, Idea, PublicLogEntry
from livingroom.ideas.proposing import publish
from livingroom.ideas.refusals import Refused
from livingroom.ideas.signals import comment_hidden, comment_made, idea_removed, idea_returned
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

What = PublicLogEntry.What


def let_idea_stand(*, staff: Staff, idea: Idea, now: datetime) -> Idea:
    """Publish an idea that waited for a person. Raises PermissionDenied, Refused."""
    require(staff, "moderate")
    with transaction.atomic():
        if lock_idea(idea.pk).standing != Idea.Standing.HELD:
            raise Refused("not_held")
        published = publish(idea, now)
        record_event(actor=staff, verb="let stand", subject=published, now=now)
    return published


def let_comment_stand(*, staff: Staff, comment: Comment, now: datetime) -> Comment:
    """Show what waited for a person. Raises PermissionDenied, Refused."""
    require(staff, "moderate")
    with transaction.atomic():
        row = _locked_comment(comment)
        if row.standing != Comment.Standing.HELD:
            raise Refused("not_held")
        _set_comment(row, Comment.Standing.PUBLIC, "")
        record_event(actor=staff, verb="let stand", subject=row, now=now)
        comment_made.send(Comment, comment=row, now=now)
    return row


def remove_idea(*, staff: Staff, idea: Idea, reason: str, now: datetime) -> Idea:
    """Take an idea away from everybody. Its votes are kept, and free for their members. Raises PermissionDenied, Refused."""
    require(staff, "moderate")
    reason = _reason(reason)
    with transaction.atomic():
        locked = lock_idea(idea.pk)
        if locked.standing in (Idea.Standing.REMOVED, Idea.Standing.WITHDRAWN, Idea.Standing.MERGED):
            raise Refused("not_there")
        locked.standing, locked.standing_because = Idea.Standing.REMOVED, reason[:500]
        locked.save(update_fields=["standing", "standing_because"])
        _log(locked, What.IDEA_REMOVED, reason, now)
        record_event(actor=staff, verb="removed", subject=locked, now=now, reason=reason)
        idea_removed.send(Idea, idea=locked, reason=reason, now=now)
    return locked


def return_idea(*, staff: Staff, idea: Idea, reason: str, now: datetime) -> Idea:
    """Give back an idea that was removed. Raises PermissionDenied, Refused."""
    require(staff, "moderate")
    reason = _reason(reason)
    with transaction.atomic():
        locked = lock_idea(idea.pk)
        if locked.standing != Idea.Standing.REMOVED:
            raise Refused("not_held")
        if locked.public_at is None:
            locked = publish(locked, now)
        else:
            locked.standing, locked.standing_because = Idea.Standing.PUBLIC, ""
            locked.save(update_fields=["standing", "standing_because"])
            recount([locked.pk], now)
        _log(locked, What.IDEA_RETURNED, reason, now)
        record_event(actor=staff, verb="returned", subject=locked, now=now, reason=reason)
        idea_returned.send(Idea, idea=locked, reason=reason, now=now)
    return locked


def hide_comment(*, staff: Staff, comment: Comment, reason: str, now: datetime) -> Comment:
    """Show a comment to nobody; that it was hidden, and why, is in the public log. Raises PermissionDenied, Refused."""
    require(staff, "moderate")
    reason = _reason(reason)
    with transaction.atomic():
        row = _locked_comment(comment)
        if row.standing not in (Comment.Standing.PUBLIC, Comment.Standing.HELD):
            raise Refused("not_there")
        _set_comment(row, Comment.Standing.HIDDEN, reason)
        _log(row.root, What.COMMENT_HIDDEN, reason, now)
        record_event(actor=staff, verb="hid", subject=row, now=now, reason=reason)
        comment_hidden.send(Comment, comment=row, reason=reason, now=now)
    return row


def return_comment(*, staff: Staff, comment: Comment, reason: str, now: datetime) -> Comment:
    """Show a hidden comment again. Raises PermissionDenied, Refused."""
    require(staff, "moderate")
    reason = _reason(reason)
    with transaction.atomic():
        row = _locked_comment(comment)
        if row.standing != Comment.Standing.HIDDEN:
            raise Refused("not_held")
        _set_comment(row, Comment.Standing.PUBLIC, "")
        _log(row.root, What.COMMENT_RETURNED, reason, now)
        record_event(actor=staff, verb="returned", subject=row, now=now, reason=reason)
        comment_made.send(Comment, comment=row, now=now)
    return row


def _reason(reason: str) -> str:
    found = reason.strip()
    if not found:
        raise Refused("no_reason")
    return found


def _locked_comment(comment: Comment) -> Comment:
    lock_idea(comment.root_id)
    return Comment.objects.select_related("root__board").get(pk=comment.pk)


def _set_comment(row: Comment, standing: Comment.Standing, because: str) -> None:
    row.standing, row.standing_because = standing, because[:300]
    row.save(update_fields=["standing", "standing_because"])
    note_words(row.root_id)


def _log(idea: Idea, what: PublicLogEntry.What, reason: str, now: datetime) -> None:
    PublicLogEntry.objects.create(board_id=idea.board_id, what=what, idea=idea, reason=reason, at=now)
