"""What may have to go: the queue, and decisions that stand in the house's moderation log with their reasons."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from livingroom.community.questions.counting import recount
from livingroom.community.questions.handing import NETWORK, case_of
from livingroom.community.questions.models import Question, QuestionAnswer, Standing
from livingroom.community.questions.operations import shown
from livingroom.community.questions.telling import tell_hidden
from livingroom.inbox.models import Ruling
from livingroom.inbox.moderation.operations import appeal_link
from livingroom.inbox.operations import close
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

Word = Question | QuestionAnswer
MOST = 100


class CannotHide(ValueError):
    """The words say why."""


@dataclass(frozen=True)
class Waiting:
    """Something that a person looks at before others see it."""

    kind: str
    row: Word
    question: Question
    text: str
    who: str
    at: datetime


def waiting() -> list[Waiting]:
    """What waits, the most likely advertising last: good words should not wait behind bad ones."""
    questions = Question.objects.filter(standing=Standing.HELD).select_related("member")[:MOST]
    answers = QuestionAnswer.objects.filter(standing=Standing.HELD).select_related("member", "question")[
        :MOST
    ]
    rows = [
        *(
            Waiting("question", row, row, f"{row.title}\n{row.text}", row.asker_name, row.asked_at)
            for row in questions
        ),
        *(Waiting("answer", row, row.question, row.text, row.author_name, row.at) for row in answers),
    ]
    return sorted(rows, key=lambda one: (one.row.spam_share or 0.0, one.at))


def hide(*, staff: Staff, row: Word, reason: str, note: str = "", now: datetime) -> Ruling:
    """Nobody sees it any more; its author is told why, and where to ask again. Raises CannotHide, PermissionDenied."""
    require(staff, "moderate")
    if reason not in Ruling.Reason.values or reason == Ruling.Reason.FINE:
        raise CannotHide("Say why it goes.")
    with transaction.atomic():
        ruling = _rule(staff, row, Ruling.Verdict.HIDE, reason, note, now)
        row.standing, row.standing_because = Standing.HIDDEN, ruling.get_reason_display()
        row.ruling = ruling
        row.save(update_fields=["standing", "standing_because", "ruling"])
        question = recount(_question(row), now)
        if isinstance(row, Question) and (case := case_of(row)) is not None:
            close([case], now=now, by_rule="the question was hidden")
        if row.member is not None:
            what, told = f"{row._meta.model_name} {row.pk}", f"{ruling.get_reason_display()}. {note}".strip()
            tell_hidden(row.member, question, what, told, appeal_link(ruling), now)
    return ruling


def let_stand(*, staff: Staff, row: Word, now: datetime) -> Ruling:
    """Everybody may see it. Raises PermissionDenied."""
    require(staff, "moderate")
    with transaction.atomic():
        ruling = _rule(staff, row, Ruling.Verdict.FINE, Ruling.Reason.FINE, "", now)
        _show(row, ruling, now)
    return ruling


def return_what_was_turned(now: datetime) -> int:
    """Appeals that were right give the words back; called by the worker. Returns how many."""
    turned = Ruling.Appeal.TURNED
    n = 0
    for model in (Question, QuestionAnswer):
        for row in model.objects.filter(standing=Standing.HIDDEN, ruling__appeal=turned)[:MOST]:
            with transaction.atomic():
                _show(row, row.ruling, now)
            n += 1
    return n


def _show(row: Word, ruling: Ruling | None, now: datetime) -> None:
    row.standing, row.standing_because, row.ruling = Standing.PUBLIC, "", ruling
    row.save(update_fields=["standing", "standing_because", "ruling"])
    if isinstance(row, QuestionAnswer):
        shown(row, now)
    else:
        recount(row, now)


def _rule(staff: Staff, row: Word, verdict: str, reason: str, note: str, now: datetime) -> Ruling:
    ruling = Ruling.objects.create(
        network=NETWORK, verdict=verdict, reason=reason, note=note.strip()[:300], at=now, staff=staff
    )
    record_event(actor=staff, verb=f"ruled: {verdict}", subject=row, now=now, reason=reason)
    return ruling


def _question(row: Word) -> Question:
    return row if isinstance(row, Question) else row.question
