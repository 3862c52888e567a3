"""A question that nobody answers becomes a case in the inbox, which somebody owns; an answer on the page is one in the case."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from livingroom.community.questions.models import Question, QuestionAnswer, QuestionCustom
from livingroom.inbox.answered import note_sent
from livingroom.inbox.answering.signals import answer_sent
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.operations import close
from livingroom.listening.models import Mention
from livingroom.listening.taking import Heard, take_in

NETWORK = "questions"
AT_ONCE = 100


def hand_to_inbox(now: datetime) -> int:
    """Hand over what waits longer than the house's custom; each once. Returns how many."""
    since = now - timedelta(hours=QuestionCustom.current().case_after_hours)
    rows = list(
        Question.objects.unanswered()
        .filter(handed_at=None, asked_at__lte=since)
        .select_related("member", "group")
        .order_by("asked_at")[:AT_ONCE]
    )
    if not rows:
        return 0
    with transaction.atomic():
        take_in([heard(row) for row in rows], now=now)
        Question.objects.filter(pk__in=[row.pk for row in rows]).update(handed_at=now)
    return len(rows)


def heard(question: Question) -> Heard:
    """The question as listening knows what was said: public, to us, by its asker."""
    author = f"member {question.member_id}" if question.member_id else f"question {question.pk}"
    return Heard(
        network=NETWORK,
        key=key_of(question),
        source=NETWORK,
        kind=Mention.Kind.MENTION,
        at=question.asked_at,
        author_id=author,
        author_name=question.asker_name,
        title=question.title,
        text=f"{question.title}\n\n{question.text}".strip(),
        language=question.language,
        country=question.member.country if question.member else "",
        url=f"{settings.PUBLIC_URL}{question.get_absolute_url()}",
    )


def key_of(question: Question) -> str:
    return f"question {question.pk}"


def case_of(question: Question) -> Conversation | None:
    """The case it became, if it did and was understood by now."""
    message = (
        Message.objects.filter(mention__network=NETWORK, mention__key=key_of(question))
        .select_related("conversation")
        .first()
    )
    return message.conversation if message else None


def note_in_case(row: QuestionAnswer, now: datetime) -> None:
    """One of us answered on the page: it counts in the case as any answer. A customer did: the case is done."""
    case = case_of(row.question) if row.question.handed_at else None
    if case is None or case.state == Conversation.State.MERGED:
        return
    if row.staff is None:
        close([case], now=now, by_rule="a customer answered on the page")
        return
    message = Message.objects.create(
        conversation=case, direction=Message.Direction.OUT, at=now, text=row.text, language=row.question.language,
        is_public=True, staff=row.staff, host=row.host, state=Message.State.SENT,
        remote_url=f"{settings.PUBLIC_URL}{row.question.get_absolute_url()}#answer-{row.pk}",
    )  # fmt: skip
    answer_sent.send(sender=Message, conversation=note_sent(message, now), message=message, now=now)
