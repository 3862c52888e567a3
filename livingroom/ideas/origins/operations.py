"""An idea out of what somebody said elsewhere, and what else speaks for it. Nobody else sees it until who said it agreed."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from livingroom.ideas.models import Board, Category, ConsentAsk, Evidence, Idea, IdeaTopic
from livingroom.ideas.operations import propose
from livingroom.ideas.rules import MOST_TITLE
from livingroom.inbox.models import Conversation, Message
from livingroom.links.models import Code
from livingroom.listening.models import Mention, Topic
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

LONGEST_TITLE = 100
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
_CALLED = re.compile(r"^(?:\s*@[\w.@-]+[:,]?)+\s*")


class CannotMake(ValueError):
    """The words say why not."""


@dataclass(frozen=True)
class Draft:
    """What the form begins with: their first sentence, and all their words."""

    title: str
    text: str
    author: str
    url: str


def draft_of(said: Mention | Conversation) -> Draft:
    """Raises CannotMake, when nothing is left of what was said."""
    mention, text = _words(said)
    if not text.strip():
        raise CannotMake("Nothing is left of what was said: it was taken back at its source.")
    bare = _CALLED.sub("", text.strip())
    first = next((part for part in _SENTENCE.split(bare) if part.strip()), bare).strip().rstrip(".")
    title = first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
    url = mention.url if mention and mention.is_public else ""
    return Draft(title[:MOST_TITLE], "" if bare == first else bare, _author(said), url)


def idea_from_mention(
    *, staff: Staff, board: Board, title: str, text: str, now: datetime, mention: Mention | None = None,
    conversation: Conversation | None = None, category: Category | None = None,
) -> Idea:  # fmt: skip
    """Keep what somebody said as an idea that waits for their word; said once, it is one idea.

    Raises PermissionDenied, Refused, CannotMake.
    """
    said = mention or conversation
    if said is None:
        raise CannotMake("Say what it comes from.")
    require(staff, "answer_ideas")
    require(staff, "answer", said.branch)
    drafted = draft_of(said)
    with transaction.atomic():
        _lock(said)
        before = origin_of(said)
        if before is not None:
            return before.idea
        idea = propose(
            member=None, board=board, title=title, text=text, category=category, now=now, standing=Idea.Standing.ASKED,
            credited_name=drafted.author, credited_url=drafted.url, language=said.language or None, country=said.country,
        )  # fmt: skip
        Evidence.objects.create(
            idea=idea, kind=_kind(said), mention=mention, conversation=None if mention else conversation,
            is_origin=True, staff=staff, at=now,
        )  # fmt: skip
        ConsentAsk.objects.create(
            idea=idea, mention=mention, conversation=_conversation(said), secret=secrets.token_urlsafe(24)
        )
        record_event(actor=staff, verb="made an idea of", subject=said, now=now, idea=idea.pk)
    return idea


def origin_of(said: Mention | Conversation) -> Evidence | None:
    """The idea that was made of it, if one was."""
    made = Evidence.objects.filter(undone_at=None, is_origin=True).select_related("idea__board")
    if isinstance(said, Conversation):
        return (
            made.filter(conversation=said).first() or made.filter(mention__message__conversation=said).first()
        )
    return made.filter(mention=said).first()


def attach(
    *, staff: Staff, idea: Idea, now: datetime, mention: Mention | None = None,
    conversation: Conversation | None = None, code: str = "", note: str = "",
) -> Evidence:  # fmt: skip
    """Let something said or done elsewhere speak for an idea; harmless to repeat. Raises PermissionDenied, CannotMake."""
    require(staff, "answer_ideas")
    code = code.strip().upper()
    given = [one for one in (mention, conversation, code) if one]
    if len(given) != 1:
        raise CannotMake("Name one thing: a mention, a conversation or a code.")
    if code and not Code.objects.filter(text=code).exists():
        raise CannotMake(f"There is no code {code}.")
    kind = Evidence.Kind.CODE if code else _kind(mention or conversation)
    row, is_new = Evidence.objects.get_or_create(
        idea=idea, mention=mention, conversation=conversation, code=code, undone_at=None,
        defaults={"kind": kind, "note": note.strip()[:300], "staff": staff, "at": now},
    )  # fmt: skip
    if is_new:
        record_event(
            actor=staff, verb="attached evidence to", subject=idea, now=now, kind=str(kind), evidence=row.pk
        )
    return row


def detach(*, staff: Staff, evidence: Evidence, now: datetime) -> bool:
    """It speaks for the idea no more; the row stays, and says by whom. Raises PermissionDenied, CannotMake."""
    require(staff, "answer_ideas")
    if evidence.is_origin:
        raise CannotMake("The idea was made of this. It goes only together with the idea.")
    if not Evidence.objects.filter(pk=evidence.pk, undone_at=None).update(undone_at=now, undone_by=staff):
        return False
    record_event(
        actor=staff, verb="detached evidence from", subject=evidence.idea, now=now, evidence=evidence.pk
    )
    return True


def attach_topic(*, staff: Staff, idea: Idea, topic: Topic, now: datetime) -> IdeaTopic:
    """Let a topic of listening count who else says it. Raises PermissionDenied."""
    require(staff, "answer_ideas")
    row, is_new = IdeaTopic.objects.get_or_create(
        idea=idea, topic=topic, defaults={"staff": staff, "at": now}
    )
    if is_new:
        record_event(actor=staff, verb="attached a topic to", subject=idea, now=now, topic=topic.name)
    return row


def detach_topic(*, staff: Staff, row: IdeaTopic, now: datetime) -> None:
    require(staff, "answer_ideas")
    record_event(actor=staff, verb="detached a topic from", subject=row.idea, now=now, topic=row.topic.name)
    row.delete()


def _words(said: Mention | Conversation) -> tuple[Mention | None, str]:
    if isinstance(said, Mention):
        return said, said.text
    messages = said.messages.filter(direction=Message.Direction.IN, gone_at=None).exclude(text="")
    first = messages.select_related("mention").order_by("at", "pk").first()
    return (first.mention, first.text) if first else (None, "")


def _author(said: Mention | Conversation) -> str:
    """As others know them: a name or a handle, never an address or a number of theirs."""
    if isinstance(said, Conversation):
        return _first_name(said.author.name, said.author.handle)
    return _first_name(said.author_name, said.author_handle)


def _first_name(*names: str) -> str:
    return next((name for name in names if name and "@" not in name.strip().lstrip("@")), "")


def _conversation(said: Mention | Conversation) -> Conversation | None:
    if isinstance(said, Conversation):
        return said
    message = Message.objects.filter(mention=said).select_related("conversation").first()
    return message.conversation if message else None


def _kind(said: Mention | Conversation | None) -> Evidence.Kind:
    return Evidence.Kind.MENTION if isinstance(said, Mention) else Evidence.Kind.CONVERSATION


def _lock(said: Mention | Conversation) -> None:
    """One at a time: a key that is pressed twice makes one idea."""
    type(said).objects.select_for_update(no_key=True, of=("self",)).get(pk=said.pk)
