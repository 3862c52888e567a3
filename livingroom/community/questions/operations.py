"""The verbs of questions: ask, answer, accept, thank, follow. Hiding is in `moderating`, cases are in `handing`."""

from datetime import datetime, timedelta

from django.db import transaction

from livingroom.branches.models import Host
from livingroom.community.groups.models import Group
from livingroom.community.questions.counting import recount, recount_thanks
from livingroom.community.questions.handing import note_in_case
from livingroom.community.questions.judging import Judged, judged
from livingroom.community.questions.likeness import note_meanings
from livingroom.community.questions.models import (
    AnswerThanks,
    Question,
    QuestionAnswer,
    QuestionFollow,
    Standing,
)
from livingroom.community.questions.telling import tell_accepted, tell_answered
from livingroom.community.words import words_in
from livingroom.people.members.doing import CannotDo
from livingroom.people.models import Member, Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

QUESTIONS_A_DAY, ANSWERS_A_DAY = 10, 40
LONGEST_TEXT = 8_000


def ask(
    *, member: Member, title: str, text: str, language: str, group: Group | None = None, now: datetime
) -> Question:
    """Keep a question; what may be advertising waits for a person. Raises CannotDo."""
    words = words_in(member.language)
    title, text = " ".join(title.split())[:150], _clean(text)
    if len(title) < 8:
        raise CannotDo(words["title_too_short"])
    known = Question.objects.filter(member=member, title=title, asked_at__gt=now - timedelta(days=1)).first()
    if known is not None:
        return known  # the same letter opened twice
    if (
        Question.objects.filter(member=member, asked_at__gt=now - timedelta(days=1)).count()
        >= QUESTIONS_A_DAY
    ):
        raise CannotDo(words["enough_for_today"])
    found = judged(f"{title}\n{text}", member, language)
    with transaction.atomic():
        row = Question.objects.create(
            member=member, group=group, title=title, text=text, language=found.language, asked_at=now, last_at=now,
            standing=found.standing, standing_because=found.because, spam_share=found.spam_share,
        )  # fmt: skip
        QuestionFollow.objects.create(question=row, member=member, at=now)
        record_event(actor="a member", verb="asked", subject=row, now=now, title=title)
    note_meanings([row])
    return row


def answer(
    *, question: Question, text: str, now: datetime, member: Member | None = None, staff: Staff | None = None
) -> QuestionAnswer:
    """Keep an answer by a member, or by one of us under their own name. Raises CannotDo, PermissionDenied."""
    text = _clean(text)
    words = words_in(member.language if member else "en")
    if len(text) < 2:
        raise CannotDo(words["answer_empty"])
    if question.standing != Standing.PUBLIC:
        raise CannotDo(words["not_open_any_more"])
    found, host = _who(question, text, member, staff, now)
    same = QuestionAnswer.objects.filter(question=question, member=member, staff=staff, text=text).first()
    if same is not None:
        return same
    with transaction.atomic():
        row = QuestionAnswer.objects.create(
            question=question, member=member, staff=staff, host=host, text=text, at=now, standing=found.standing,
            standing_because=found.because, spam_share=found.spam_share,
        )  # fmt: skip
        record_event(actor=staff or "a member", verb="answered", subject=question, now=now)
        if row.standing == Standing.PUBLIC:
            shown(row, now)
    return row


def shown(row: QuestionAnswer, now: datetime) -> None:
    """What an answer does once everybody can see it."""
    recount(row.question, now)
    note_in_case(row, now)
    tell_answered(row, now)


def accept(
    *, answer: QuestionAnswer, now: datetime, member: Member | None = None, staff: Staff | None = None
) -> None:
    """Say that this answers it: the asker, or one of us. Raises CannotDo, PermissionDenied."""
    if staff is not None:
        require(staff, "answer_ideas")
    question = answer.question
    words = words_in(member.language if member else "en")
    if staff is None and (member is None or question.member_id != member.pk):
        raise CannotDo(words["only_asker"])
    if answer.standing != Standing.PUBLIC or question.standing != Standing.PUBLIC:
        raise CannotDo(words["not_open_any_more"])
    with transaction.atomic():
        if (
            not Question.objects.filter(pk=question.pk)
            .exclude(accepted=answer)
            .update(accepted=answer, solved_at=now)
        ):
            return
        record_event(actor=staff or "a member", verb="accepted", subject=question, now=now, answer=answer.pk)
        if answer.member_id is not None and (member is None or answer.member_id != member.pk):
            tell_accepted(answer, now)


def thank(*, member: Member, answer: QuestionAnswer, now: datetime) -> None:
    """Say that it helped; once, and not to oneself. Raises CannotDo."""
    if answer.member_id == member.pk:
        raise CannotDo(words_in(member.language)["not_oneself"])
    with transaction.atomic():
        AnswerThanks.objects.get_or_create(answer=answer, member=member, defaults={"at": now})
        recount_thanks(answer)


def follow(*, member: Member, question: Question, now: datetime) -> None:
    """Hear of new answers."""
    QuestionFollow.objects.update_or_create(
        question=question, member=member, defaults={"ended_at": None}, create_defaults={"at": now}
    )


def unfollow(member: Member, what: str, now: datetime) -> None:
    """The link in a letter: no more of this question."""
    if what.isdecimal():
        QuestionFollow.objects.filter(question=int(what), member=member, ended_at=None).update(ended_at=now)


def _who(
    question: Question, text: str, member: Member | None, staff: Staff | None, now: datetime
) -> tuple[Judged, Host | None]:
    if staff is not None:
        require(staff, "answer_ideas")
        host = Host.objects.filter(staff=staff).order_by("pk").first()
        return Judged(Standing.PUBLIC, "", 0.0, question.language), host
    if member is None:
        raise CannotDo(words_in("en")["cannot"])
    today = QuestionAnswer.objects.filter(member=member, at__gt=now - timedelta(days=1)).count()
    if today >= ANSWERS_A_DAY:
        raise CannotDo(words_in(member.language)["enough_for_today"])
    return judged(text, member, question.language), None


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST_TEXT]
