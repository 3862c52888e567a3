"""Background work. A task carries an answer's number and no more; due times and results are on its own row."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from livingroom.inbox.answering.sending import (
    Due,
    due_answers,
    release_lost_claims,
    send_answer,
    settle_answer,
    unknown_answers,
)

# A task that was lost with its worker is handed out again; the claim keeps a second copy from doing harm.
HAND_OUT_AGAIN_AFTER = timedelta(minutes=2)
_handed_out: dict[Due, datetime] = {}


@task()
def send(message_id: int) -> None:
    send_answer(message_id, timezone.now())


@task()
def settle(message_id: int) -> None:
    settle_answer(message_id, timezone.now())


def tick(now: datetime) -> None:
    """Hand what is due to the workers. One process calls it, once a second."""
    release_lost_claims(now)
    for known, at in list(_handed_out.items()):
        if at <= now - HAND_OUT_AGAIN_AFTER:
            del _handed_out[known]
    with transaction.atomic():
        for due in _fresh(due_answers(now), now):
            send.enqueue(due.message_id)
        for due in _fresh(unknown_answers(now), now):
            settle.enqueue(due.message_id)


def _fresh(rows: list[Due], now: datetime) -> list[Due]:
    """Those not handed out lately for this very time. It is only a saving: a copy finds the claim taken."""
    fresh = [due for due in rows if due not in _handed_out]
    _handed_out.update(dict.fromkeys(fresh, now))
    return fresh
