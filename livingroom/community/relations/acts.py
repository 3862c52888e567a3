"""What people did for each other, as the measuring room reads it: questions here, comments on ideas, threads elsewhere.

Everybody has one name in all of them: the customer they are, where we know it; else the member or author.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from livingroom.community.questions.handing import NETWORK as QUESTIONS
from livingroom.community.questions.models import Question, QuestionAnswer, Standing
from livingroom.ideas.models import Comment
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.reports.community import MOST
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.events import Event

MOST_WORDS = 20_000


@dataclass
class Acts:
    """`asked` are threads that began with a question; `remarks` are comments on ideas, which answer no question."""

    asked: list[Event] = field(default_factory=list)
    remarks: list[Event] = field(default_factory=list)
    titles: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # of threads: what they are called, and their page

    @property
    def every(self) -> list[Event]:
        return [*self.asked, *self.remarks]


def acts_since(since: datetime | None) -> Acts:
    """Gather them: the latest 20,000 words of questions and ideas each, and the latest 5,000 conversations."""
    acts = Acts()
    _questions(acts, since)
    _comments(acts, since)
    _threads(acts, since)
    return acts


def last_act() -> datetime | None:
    """When somebody last did something: periods are counted back from then."""
    newest = [
        Question.objects.aggregate(at=Max("last_at"))["at"],
        Comment.objects.aggregate(at=Max("at"))["at"],
        Conversation.objects.aggregate(at=Max("last_message_at"))["at"],
    ]
    return max((at for at in newest if at), default=None)


def _name(kind: str, number: int | None, customer: int | None) -> str:
    """One name for everybody: customer before member or author; empty where nobody is left."""
    if customer is not None:
        return f"c{customer}"
    return f"{kind}{number}" if number is not None else ""


def _questions(acts: Acts, since: datetime | None) -> None:
    rows = Question.objects.public().exclude(member=None).order_by("-asked_at")
    rows = rows.filter(asked_at__gte=since) if since else rows
    asked: dict[int, str] = {}
    solved: dict[int, tuple[int, datetime]] = {}
    for number, title, asked_at, member, customer, accepted, solved_at in rows.values_list(
        "pk", "title", "asked_at", "member_id", "member__customer_id", "accepted_id", "solved_at"
    )[:MOST_WORDS]:
        asked[number] = _name("m", member, customer)
        acts.titles[f"question {number}"] = (title, f"/community/questions/{number}/")
        acts.asked.append(Event(f"question {number}", as_microseconds(asked_at), asked[number], "customer"))
        if accepted is not None and solved_at is not None:
            solved[accepted] = (number, solved_at)
    answers = QuestionAnswer.objects.filter(question__in=rows.values("pk"), standing=Standing.PUBLIC)
    for number, question, at, member, customer, staff, host in answers.order_by("at", "pk").values_list(
        "pk", "question_id", "at", "member_id", "member__customer_id", "staff_id", "host_id"
    ):
        if question not in asked:
            continue  # older than the latest that are read
        is_ours, asker = staff is not None or host is not None, asked[question]
        who = f"s{staff or 0}" if is_ours else _name("m", member, customer) or "gone"
        kind = "staff" if is_ours else "customer" if who == asker else "peer"
        acts.asked.append(Event(f"question {question}", as_microseconds(at), who, kind))
        if number in solved:
            accepted_at = as_microseconds(solved[number][1])
            acts.asked.append(
                Event(f"question {question}", accepted_at, asker, "customer", "accept", value=who)
            )


def _comments(acts: Acts, since: datetime | None) -> None:
    rows = Comment.objects.filter(standing=Comment.Standing.PUBLIC, root__standing="public")
    rows = rows.filter(at__gte=since) if since else rows
    found = rows.order_by("-at").values_list(
        "root_id", "root__title", "root__board__slug", "root__member_id", "root__member__customer_id", "root__made_at", "at",
        "member_id", "member__customer_id", "staff_id", "parent__member_id", "parent__member__customer_id",
        "parent__staff_id",
    )[:MOST_WORDS]  # fmt: skip
    begun: set[str] = set()
    for idea, title, board, proposer, bought, made_at, at, member, customer, staff, *parent in found:
        name, asker = f"idea {idea}", _name("m", proposer, bought)
        acts.titles[name] = (title, f"/ideas/{board}/{idea}/")
        if name not in begun and asker:
            begun.add(name)
            acts.remarks.append(Event(name, as_microseconds(made_at), asker, "customer"))
        who = f"s{staff}" if staff else _name("m", member, customer)
        if not who:
            continue
        kind = "staff" if staff else "customer" if who == asker else "peer"
        to = f"s{parent[2]}" if parent[2] else _name("m", parent[0], parent[1])
        acts.remarks.append(Event(name, as_microseconds(at), who, kind, reply_to=to))


@dataclass(frozen=True)
class _Said:
    """One message of a thread, before we know who asked."""

    conversation: int
    at: datetime
    who: str
    is_ours: bool
    key: str
    answers: str


def _threads(acts: Acts, since: datetime | None) -> None:
    """Conversations that stand under the same first words of a customer are one thread, in which others may have answered.

    What stands under a post of ours stays apart by author: who comments there answers us, not who commented first.
    """
    rows = Conversation.objects.exclude(network=QUESTIONS).order_by("-opened_at", "-pk")
    rows = rows.filter(opened_at__gte=since) if since else rows
    talks = {
        number: (network, connection, root, is_public, title or preview)
        for number, network, connection, root, is_public, title, preview in rows.values_list(
            "pk", "network", "connection_id", "root", "is_public", "subject", "preview"
        )[:MOST]
    }
    said = list(_said(talks))
    authors = {one.key: one.who for one in said if one.key}
    roots = {one.key for one in said if not one.is_ours and one.key}
    by_thread: dict[str, list[_Said]] = {}
    for one in said:
        network, connection, root, is_public, title = talks[one.conversation]
        is_theirs = is_public and root in roots
        name = f"thread {connection or network} {root}" if is_theirs else f"conversation {one.conversation}"
        by_thread.setdefault(name, []).append(one)
        acts.titles.setdefault(name, (title, f"/inbox/{one.conversation}/"))
    for name, words in by_thread.items():
        acts.asked += _events(name, words, authors)


def _events(name: str, words: list[_Said], authors: Mapping[str, str]) -> list[Event]:
    words = sorted(words, key=lambda one: one.at)
    asker = next((one.who for one in words if not one.is_ours), "")
    found = []
    for one in words:
        kind = "staff" if one.is_ours else "customer" if one.who == asker else "peer"
        to = authors.get(one.answers, "")
        found.append(
            Event(name, as_microseconds(one.at), one.who, kind, reply_to="" if to == one.who else to)
        )
    return found


def _said(talks: Mapping[int, Any]) -> Iterable[_Said]:
    numbers = list(talks)
    for start in range(0, len(numbers), 500):
        rows = (
            Message.objects.filter(conversation__in=numbers[start : start + 500], gone_at=None, is_automatic=False)
            .exclude(direction=Message.Direction.NOTE)
            .values_list(
                "conversation_id", "at", "direction", "author_id", "author__customer_id", "staff_id", "state", "mention__key",
                "mention__subject_id",
            )
        )  # fmt: skip
        for number, at, direction, author, customer, staff, state, key, answers in rows:
            if direction == Message.Direction.IN and author is not None:
                yield _Said(number, at, _name("a", author, customer), False, key or "", answers or "")
            elif direction == Message.Direction.OUT and state == Message.State.SENT and staff is not None:
                yield _Said(number, at, f"s{staff}", True, "", "")


def since_of(days: int, last: datetime | None) -> datetime | None:
    """From when acts count; None for ever."""
    return last - timedelta(days=days) if days and last else None
