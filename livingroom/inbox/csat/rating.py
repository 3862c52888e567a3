"""The customer's word: one click, a comment if they like, changed for a week if they like."""

from datetime import datetime, timedelta

from django.db import transaction

from livingroom.inbox.answering.operations import note_step
from livingroom.inbox.csat.models import Asked
from livingroom.inbox.live.telling import tell

OPEN_FOR = timedelta(days=30)
CHANGED_WITHIN = timedelta(days=7)
LONGEST = 2000


class RatingOver(ValueError):
    """The link opened a question whose time is over."""


def read_question(key: str, now: datetime) -> Asked:
    """Return what a link asks. Raises RatingOver, and Asked.DoesNotExist when it is none of ours."""
    row = Asked.objects.select_related("survey", "conversation__branch", "author").get(key=key)
    opened_at = row.asked_at
    is_over = opened_at is None or now > opened_at + OPEN_FOR
    if is_over or (row.answered_at is not None and now > row.answered_at + CHANGED_WITHIN):
        raise RatingOver(row.language)
    return row


def rate(*, row: Asked, rating: int, now: datetime) -> bool:
    """Write the rating down; returns whether it is their first word. Raises ValueError for what is none of five."""
    if rating not in range(1, 6):
        raise ValueError("A rating is a number from 1 to 5.")
    with transaction.atomic():
        first = Asked.objects.filter(pk=row.pk, answered_at=None)
        is_first = bool(first.update(rating=rating, answered_at=now, state=Asked.State.ANSWERED))
        if not is_first:
            Asked.objects.filter(pk=row.pk).update(rating=rating)
        note_step(row.conversation, "rated", now, by_rule="The customer", rating=rating)
        tell([row.conversation_id], now)
        if is_first:
            from livingroom.inbox.csat.tasks import run_rules_for_rating

            run_rules_for_rating.enqueue(row.pk)
    row.refresh_from_db()
    return is_first


def comment(*, row: Asked, text: str, now: datetime) -> None:
    Asked.objects.filter(pk=row.pk).update(comment=text.strip()[:LONGEST])
    tell([row.conversation_id], now)
