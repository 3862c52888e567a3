"""What is said under ideas: by members and by us, in threads, thanked, taken back."""

from datetime import datetime, timedelta

from django.db import transaction

from livingroom.ideas.counting import lock_idea, note_words
from livingroom.ideas.models import Comment, CommentThanks, Idea
from livingroom.ideas.refusals import Refused
from livingroom.ideas.rules import MOST_COMMENT, clean_text, require_few_comments, require_member, root_of
from livingroom.ideas.signals import comment_made, held
from livingroom.ideas.spam import look_at
from livingroom.people.models import Member, Staff
from livingroom.people.policy import require

TWICE_WITHIN = timedelta(hours=1)
Standing = Comment.Standing


def comment(
    *,
    member: Member | None = None,
    staff: Staff | None = None,
    idea: Idea,
    text: str,
    parent: Comment | None = None,
    now: datetime,
) -> Comment:
    """Say something under an idea, or to what was said there; the same words within an hour are said once.

    Raises Refused, PermissionDenied.
    """
    if (member is None) == (staff is None):
        raise ValueError("A member says it, or somebody of ours.")
    text = clean_text(text, MOST_COMMENT)
    if not text:
        raise Refused("nothing_said")
    doubt = look_at(text, member.language).doubt if member else ""
    with transaction.atomic():
        root = lock_idea(root_of(idea).pk)
        _require_may(member, staff, root)
        _require_thread(parent, root)
        if again := _same(member, staff, root, parent, text, now):
            return again
        if member is not None:
            require_few_comments(member, now)
        row = Comment.objects.create(
            idea=root, root=root, parent=parent, member=member, staff=staff, text=text, at=now,
            standing=Standing.HELD if doubt else Standing.PUBLIC, standing_because=doubt[:300],
        )  # fmt: skip
        note_words(root.pk)
        if doubt:
            held.send(Comment, idea=root, comment=row, now=now)
        else:
            comment_made.send(Comment, comment=row, now=now)
    return row


def withdraw_comment(*, member: Member, comment: Comment, now: datetime) -> None:
    """Take back one's own words; answers to them stay. Raises Refused."""
    with transaction.atomic():
        lock_idea(comment.root_id)
        row = Comment.objects.get(pk=comment.pk)
        if row.member_id != member.pk:
            raise Refused("not_yours")
        row.standing, row.standing_because, row.edited_at = Standing.WITHDRAWN, "", now
        row.save(update_fields=["standing", "standing_because", "edited_at"])
        note_words(row.root_id)


def thank(*, member: Member, comment: Comment, now: datetime) -> int:
    """Thank for what was said; again changes nothing. Returns how many did. Raises Refused."""
    return _thanks(member, comment, now, wanted=True)


def take_thanks_back(*, member: Member, comment: Comment, now: datetime) -> int:
    """Returns how many thank still."""
    return _thanks(member, comment, now, wanted=False)


def _thanks(member: Member, comment: Comment, now: datetime, *, wanted: bool) -> int:
    with transaction.atomic():
        row = Comment.objects.select_for_update(no_key=True, of=("self",)).get(pk=comment.pk)
        if wanted:
            require_member(member, row.root.board)
            if row.standing != Standing.PUBLIC:
                raise Refused("not_said_here")
            if row.member_id == member.pk:
                return row.n_thanks
            CommentThanks.objects.get_or_create(comment=row, member=member, defaults={"at": now})
        else:
            CommentThanks.objects.filter(comment=row, member=member).delete()
        row.n_thanks = CommentThanks.objects.filter(comment=row).count()
        row.save(update_fields=["n_thanks"])
    return row.n_thanks


def _require_may(member: Member | None, staff: Staff | None, root: Idea) -> None:
    if staff is not None:
        require(staff, "answer_ideas")
    if member is not None:
        require_member(member, root.board)
    if root.standing != Idea.Standing.PUBLIC:
        raise Refused("not_public")


def _require_thread(parent: Comment | None, root: Idea) -> None:
    if parent is None:
        return
    if not Comment.objects.filter(pk=parent.pk, root=root, standing=Standing.PUBLIC).exists():
        raise Refused("not_said_here")


def _same(
    member: Member | None, staff: Staff | None, root: Idea, parent: Comment | None, text: str, now: datetime
) -> Comment | None:
    lately = Comment.objects.filter(root=root, parent=parent, text=text, at__gt=now - TWICE_WITHIN)
    mine = lately.filter(member=member, staff=staff)
    return mine.exclude(standing=Standing.WITHDRAWN).first()
