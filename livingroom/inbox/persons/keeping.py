"""How long the inbox keeps what; the policy says when, this says what it means."""

from datetime import datetime

from django.db.models import Q, QuerySet

from livingroom.inbox.answering.models import AnswerDraft
from livingroom.inbox.company.models import Notice
from livingroom.inbox.csat.models import Asked
from livingroom.inbox.form.models import Knock
from livingroom.inbox.mail.models import Attachment, PassedMail, UnreadMail
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.moderation.models import Ruling
from livingroom.inbox.persons.erasing import blank_messages, drop_files
from livingroom.listening.models import Mention
from livingroom.listening.persons import BY_MAIL, blank
from livingroom.people.retention.kinds import Kind, Then, add_kind


def add_kinds() -> None:
    add_kind(
        Kind(
            "closed conversations",
            "inbox",
            "What was said in conversations that are closed, by both sides, with their files",
            frozenset({"blank"}),
            lambda before, then: _closed(before).count(),
            _blank_closed,
            least_days=90,
        )
    )
    add_kind(
        Kind(
            "files by mail",
            "inbox",
            "Pictures and documents that people sent",
            frozenset({"erase"}),
            lambda before, then: Attachment.objects.filter(mention__at__lt=before).count(),
            lambda before, then, now: drop_files(Attachment.objects.filter(mention__at__lt=before)),
        )
    )
    add_kind(
        Kind(
            "mails passed over",
            "inbox",
            "Bounces, automatic replies and mails that could not be read",
            frozenset({"erase"}),
            lambda before, then: _passed(before).count() + _unread(before).count(),
            lambda before, then, now: _passed(before).delete()[0] + _unread(before).delete()[0],
        )
    )
    add_kind(
        Kind(
            "knocks",
            "inbox",
            "Who used the web form, as a name for one day, so that nobody floods it",
            frozenset({"erase"}),
            lambda before, then: Knock.objects.filter(at__lt=before).count(),
            lambda before, then, now: Knock.objects.filter(at__lt=before).delete()[0],
            least_days=1,
        )
    )


def _closed(before: datetime) -> QuerySet[Conversation]:
    said = Q(messages__isnull=False) & ~Q(messages__text="")
    old = Conversation.objects.filter(state__in=["closed", "merged"], last_message_at__lt=before)
    return old.filter(said | ~Q(subject="") | ~Q(preview="")).distinct()


def _blank_closed(before: datetime, then: Then, now: datetime) -> int:
    """The case, its times and its marks stay, for the service figures."""
    numbers = list(_closed(before).values_list("pk", flat=True))
    for start in range(0, len(numbers), 500):
        cases = numbers[start : start + 500]
        messages = Message.objects.filter(conversation__in=cases)
        mentions = Mention.objects.filter(message__in=messages, network__in=BY_MAIL)
        drop_files(Attachment.objects.filter(mention__message__in=messages))
        blank(mentions)
        blank_messages(messages)
        AnswerDraft.objects.filter(conversation__in=cases).delete()
        Notice.objects.filter(conversation__in=cases).delete()
        Asked.objects.filter(conversation__in=cases).update(comment="")
        Ruling.objects.filter(mention__message__in=messages).update(note="", appeal_text="")
        Conversation.objects.filter(pk__in=cases).update(subject="", preview="")
    return len(numbers)


def _passed(before: datetime) -> QuerySet[PassedMail]:
    return PassedMail.objects.filter(at__lt=before)


def _unread(before: datetime) -> QuerySet[UnreadMail]:
    return UnreadMail.objects.filter(at__lt=before)
