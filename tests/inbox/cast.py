"""The inbox's cast: branches on the sandbox, agents, and what people say to us."""

from datetime import UTC, datetime, timedelta
from itertools import count

from livingroom.branches.models import Branch
from livingroom.inbox.models import Conversation
from livingroom.inbox.opening import open_for_mentions
from livingroom.listening.models import Mention
from livingroom.people.models import Staff
from tests.posts import cast as house

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_numbers = count(1)


def agent(name: str = "Ana") -> Staff:
    return house.staff(name, Staff.Role.AGENT)


def branch(name: str = "Outlet", **facts: object) -> Branch:
    return Branch.objects.filter(name=name).first() or house.branch(name, **facts)


def mention(text: str = "My notebook is hot", *, who: str = "lee", **facts: object) -> Mention:
    """Something said to us at noon, understood and good."""
    number = next(_numbers)
    at = facts.pop("at", NOON)
    to = facts.pop("to", None) or branch()
    return Mention.objects.create(
        **{
            "network": "sandbox",
            "key": f"said-{number}",
            "source": "replies",
            "connection": to.connection,
            "branch": to,
            "kind": Mention.Kind.REPLY,
            "at": at,
            "heard_at": at,
            "understood_at": at,
            "verdict": Mention.Verdict.GOOD,
            "language": "en",
            "author_id": who,
            "author_handle": f"{who}.example",
            "author_name": who.title(),
            "text": text,
            "subject_id": "our-post",
            **facts,
        }
    )


def hear(*mentions: Mention, now: datetime | None = None) -> None:
    """What listening does once mentions are understood."""
    open_for_mentions(Mention, mentions=list(mentions), now=now or max(row.at for row in mentions))


def conversation(text: str = "My notebook is hot", **facts: object) -> Conversation:
    said = mention(text, **facts)
    hear(said)
    return said.message.conversation


def later(**span: float) -> datetime:
    return NOON + timedelta(**span)
