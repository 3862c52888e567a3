"""What was said to Corner PC in the last hours before the demo is built: some of it late, some due soon, some answered.

The history ends in December 2009; its promises were kept or broken then. These words are said on the sandbox itself, so that an
answer from the inbox arrives there, and their clocks run by the house's own code from the moment of building.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from django.db.models import F

from livingroom.branches.models import Branch
from livingroom.inbox.answered import note_sent
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.operations import assign, set_kind
from livingroom.inbox.promises.calendars import Hours, hours_by_branch
from livingroom.inbox.promises.clocks import level_for, reckon
from livingroom.inbox.promises.models import ServiceLevel
from livingroom.inbox.promises.ringing import ring
from livingroom.inbox.routing.models import RoutingRule
from livingroom.listening.counting import recount_stale
from livingroom.listening.models import Mention
from livingroom.listening.taking import Heard, take_in
from livingroom.listening.understanding.work import understand_new
from livingroom.networks.sandbox.models import SandboxAccount, SandboxPost
from livingroom.networks.sandbox.public import join, write_post
from livingroom.people.models import Staff
from livingroom.world.generate import World
from livingroom.world.loading.conversations import words
from livingroom.world.loading.house import NETWORK, demo_staff

HEARD_AFTER, ANSWERED_SHARE = timedelta(seconds=5), 0.6
QUARTER, LONGEST_LOOK_BACK = timedelta(minutes=15), timedelta(days=12)


@dataclass(frozen=True)
class Said:
    """One thing said today, `minutes` of the promised time ago, and what became of it."""

    branch: Branch
    language: str
    kind: str
    name: str
    text: str
    minutes: int
    then: str


def load_today(world: World, now: datetime) -> int:
    """Hear it, answer some of it, and look at the clocks. Returns how many conversations that makes."""
    branches = Branch.objects.select_related("connection").in_bulk(field_name="slug")
    rows = [Said(branches[row[0].replace("_", "-")], *row[1:]) for row in told()["said"]]
    times = _times(rows, now)
    posts = [_speak(row, at) for row, at in zip(rows, times, strict=True)]
    hear([heard_of(row.branch, post) for row, post in zip(rows, posts, strict=True)], now)
    cases = {
        message.remote_id: message.conversation
        for message in Message.objects.filter(remote_id__in=[str(post.pk) for post in posts]).select_related(
            "conversation__branch"
        )
    }
    for row, post in zip(rows, posts, strict=True):
        if str(post.pk) in cases:
            _go_on(cases[str(post.pk)], row, post, now)
    ring(now)
    return len(cases)


@cache
def told() -> dict[str, Any]:
    text = files("livingroom.world").joinpath("words/today.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def hear(rows: list[Heard], now: datetime) -> None:
    """By the road that everything takes; it was heard when it was said."""
    take_in(rows, now=now)
    while understand_new(now):
        pass
    while recount_stale():
        pass
    mine = Mention.objects.filter(network=NETWORK, key__in=[row.key for row in rows])
    mine.update(heard_at=F("at") + HEARD_AFTER, understood_at=F("at") + HEARD_AFTER)


def _times(rows: list[Said], now: datetime) -> list[datetime]:
    hours = hours_by_branch()
    levels = list(ServiceLevel.objects.filter(is_on=True))
    rules = RoutingRule.objects.filter(priority=Conversation.Priority.URGENT)
    urgent = [term for rule in rules for term in rule.terms]
    return [_said_at(row, urgent, levels, hours, now) for row in rows]


def _said_at(
    row: Said, urgent: list[str], levels: list[ServiceLevel], hours: Hours, now: datetime
) -> datetime:
    """The moment since which so much of the promised time has passed, by the office's hours where they count."""
    is_urgent = any(term in row.text.lower() for term in urgent)
    priority = Conversation.Priority.URGENT if is_urgent else Conversation.Priority.NORMAL
    level = level_for(Conversation(branch=row.branch, kind=row.kind, priority=priority), levels)
    at = now - timedelta(minutes=row.minutes)
    if level is None or not level.in_business_hours:
        return at
    while hours.seconds(row.branch.pk, at, now, level) < row.minutes * 60 and at > now - LONGEST_LOOK_BACK:
        at -= QUARTER
    return at


def _speak(row: Said, at: datetime) -> SandboxPost:
    handle = f"{''.join(letter for letter in row.name.lower() if letter.isascii())}.{row.minutes}"
    return write_post(author=join(handle, name=row.name, now=at), text=row.text, now=at)


def heard_of(branch: Branch, post: SandboxPost) -> Heard:
    subject = str(post.in_reply_to_id or "")
    return Heard(
        network=NETWORK, key=str(post.pk), source="replies" if subject else "mentions",
        kind=Mention.Kind.REPLY if subject else Mention.Kind.MENTION, at=post.created_at, author_id=str(post.author.pk),
        author_handle=post.author.handle, author_name=post.author.name, text=post.text, subject_id=subject,
        connection_id=branch.connection_id, branch_id=branch.pk,
    )  # fmt: skip


def _go_on(case: Conversation, row: Said, post: SandboxPost, now: datetime) -> None:
    """A person sorts it and takes it, or answers it; whoever was answered may ask again."""
    maya = demo_staff()
    if case.kind != row.kind:
        set_kind(case, kind=row.kind, now=post.created_at, staff=maya)
    if row.then == "open":
        return
    at = post.created_at + (now - post.created_at) * ANSWERED_SHARE
    owner = maya if row.then == "mine" else _agent(row.language)
    assign(case, owner=owner, now=post.created_at + timedelta(minutes=1), staff=maya)
    if row.then in ("waiting", "again"):
        answer = _answer(case, row, owner, post, at)
        if row.then == "again":
            again = write_post(
                author=post.author,
                text=told()["again"][row.language],
                in_reply_to=answer,
                now=at + (now - at) / 4,
            )
            hear([heard_of(row.branch, again)], now)


def _agent(language: str) -> Staff:
    found = (
        Staff.objects.filter(role=Staff.Role.AGENT, host__branches__language=language).order_by("pk").first()
    )
    return found or demo_staff()


def _answer(case: Conversation, row: Said, staff: Staff, post: SandboxPost, at: datetime) -> SandboxPost:
    said = words()[row.language][row.kind][-1]
    text = f"{said} ^{''.join(part[0] for part in staff.name.split())}"
    ours = SandboxAccount.objects.get(handle=row.branch.handle.lower())
    answer = write_post(author=ours, text=text, in_reply_to=post, now=at)
    message = Message.objects.create(
        conversation=case, direction=Message.Direction.OUT, state=Message.State.SENT, at=at, text=text, staff=staff,
        language=row.language, is_public=True, remote_id=str(answer.pk),
    )  # fmt: skip
    note_sent(message, at)
    reckon([case.pk], at)
    return answer
