"""The archive: open ideas below the line for which nobody voted for months, by the board's rule. Announced, logged, undone."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from livingroom.ideas.duty.lateness import is_quiet
from livingroom.ideas.duty.telling import tell_followers
from livingroom.ideas.models import Archiving, Board, Idea, PublicLogEntry, Telling
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event, record_events

ANNOUNCED_FOR = timedelta(days=14)
DAYS_OF_A_MONTH = 365.2425 / 12
AT_ONCE = 500


class NotArchived(ValueError):
    """It does not lie in the archive."""


def archive_by_rule(now: datetime) -> tuple[int, int]:
    """Announce what the boards' rules would archive, and archive what was announced 14 days ago. Returns how many of each."""
    n_announced = n_archived = 0
    for board in Board.objects.filter(closed_at=None).exclude(archive_after_months=None):
        if is_quiet(board, now):  # the house was away, not its ideas unwanted
            continue
        n_archived += _archive(board, now)
        n_announced += _announce(board, now)
    return n_announced, n_archived


def unwanted(board: Board, now: datetime) -> QuerySet[Idea]:
    """Open ideas below the line without a vote for as long as the rule says."""
    months = board.archive_after_months or 0
    before = now - timedelta(days=months * DAYS_OF_A_MONTH)
    lately = Q(last_vote_at__gt=before) | Q(public_at__gt=before) | Q(archivings__undone_at__gt=before)
    rows = Idea.objects.public().filter(
        board=board, state__in=Idea.OPEN, above_line_at=None, public_at__lte=before
    )
    return rows.exclude(pk__in=Idea.objects.filter(lately, board=board).values("pk"))


def bring_back(*, staff: Staff, idea: Idea, now: datetime) -> None:
    """Take an idea out of the archive; the rule counts from now. Raises PermissionDenied, NotArchived."""
    require(staff, "arrange_ideas")
    if idea.standing != Idea.Standing.ARCHIVED:
        raise NotArchived(f"“{idea}” does not lie in the archive.")
    with transaction.atomic():
        idea.standing, idea.standing_because = Idea.Standing.PUBLIC, ""
        idea.save(update_fields=["standing", "standing_because"])
        last = Archiving.objects.filter(idea=idea, undone_at=None).exclude(done_at=None).first()
        if last is not None:
            Archiving.objects.filter(pk=last.pk).update(undone_at=now, undone_by=staff)
        PublicLogEntry.objects.create(
            board_id=idea.board_id,
            what=PublicLogEntry.What.IDEA_RETURNED,
            idea=idea,
            reason="Taken out of the archive.",
            at=now,
        )
        record_event(actor=staff, verb="took out of the archive", subject=idea, now=now)


def _announce(board: Board, now: datetime) -> int:
    waiting = Archiving.objects.filter(idea__board=board, done_at=None, kept_at=None).values("idea")
    rows = list(unwanted(board, now).exclude(pk__in=waiting).order_by("pk")[:AT_ONCE])
    for idea in rows:
        with transaction.atomic():
            Archiving.objects.create(idea=idea, announced_at=now, due_at=now + ANNOUNCED_FOR)
            tell_followers(idea, Telling.What.ARCHIVING, now)
    return len(rows)


def _archive(board: Board, now: datetime) -> int:
    due = Archiving.objects.filter(idea__board=board, done_at=None, kept_at=None, due_at__lte=now)
    rows = list(due.select_related("idea").order_by("pk")[:AT_ONCE])
    still = set(
        unwanted(board, now).filter(pk__in=[row.idea_id for row in rows]).values_list("pk", flat=True)
    )
    gone = [row for row in rows if row.idea_id in still]
    kept = [row.pk for row in rows if row.idea_id not in still]
    reason = f"No vote for {board.archive_after_months} months, below {board.answer_line} votes; announced 14 days before."
    with transaction.atomic():
        Archiving.objects.filter(pk__in=kept).update(kept_at=now)
        Archiving.objects.filter(pk__in=[row.pk for row in gone]).update(done_at=now)
        Idea.objects.filter(pk__in=[row.idea_id for row in gone]).update(
            standing=Idea.Standing.ARCHIVED, standing_because=reason
        )
        PublicLogEntry.objects.bulk_create(
            [
                PublicLogEntry(
                    board=board,
                    what=PublicLogEntry.What.ARCHIVED,
                    idea=row.idea,
                    reason=reason,
                    by_rule=True,
                    at=now,
                )
                for row in gone
            ]
        )
        record_events(
            actor="the archive rule",
            now=now,
            happened=[("archived", row.idea, {"reason": reason}) for row in gone],
        )
    return len(gone)
