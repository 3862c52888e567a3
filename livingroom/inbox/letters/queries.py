"""What could not be sent or read, each with its reason: set aside where it happened, shown in one place."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from livingroom.inbox.mail.models import UnreadMail
from livingroom.inbox.models import Message
from livingroom.listening.models import Mention, Poison

MOST = 100


@dataclass(frozen=True)
class DeadLetter:
    """One thing that holds up nothing else. `kind` and `pk` say which."""

    kind: str
    pk: int
    title: str
    words: str
    reason: str
    at: datetime
    url: str = ""


def dead_letters() -> list[DeadLetter]:
    """All of them, the newest first."""
    found = [*_unsent(), *_not_understood(), *_not_kept(), *_mails()]
    return sorted(found, key=lambda letter: letter.at, reverse=True)


def _unsent() -> list[DeadLetter]:
    rows = (
        Message.objects.filter(state=Message.State.FAILED)
        .select_related("conversation__author")
        .order_by("-at")
    )
    return [
        DeadLetter(
            "answer",
            row.pk,
            f"Answer to {row.conversation.author}",
            row.text,
            row.problem,
            row.at,
            reverse("conversation", args=[row.conversation_id]),
        )
        for row in rows[:MOST]
    ]


def _not_understood() -> list[DeadLetter]:
    rows = Mention.objects.exclude(poison="").order_by("-heard_at")[:MOST]
    return [
        DeadLetter("mention", row.pk, f"Words of {row.who}", row.text, row.poison, row.heard_at)
        for row in rows
    ]


def _not_kept() -> list[DeadLetter]:
    rows = Poison.objects.filter(settled_at=None).order_by("-at")[:MOST]
    return [DeadLetter("poison", row.pk, str(row), "", row.reason, row.at) for row in rows]


def _mails() -> list[DeadLetter]:
    """The mail itself still lies in its mailbox."""
    rows = UnreadMail.objects.select_related("mailbox").order_by("-at")[:MOST]
    return [
        DeadLetter(
            "mail",
            row.pk,
            f"Mail in {row.mailbox}",
            f"Number {row.uid}",
            row.problem,
            row.at,
        )
        for row in rows
    ]
