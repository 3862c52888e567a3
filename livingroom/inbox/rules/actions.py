"""What a rule does. Each action is said in words first: the dry run shows the same words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from livingroom.inbox.answering.operations import CannotAnswer, write_automatic_answer
from livingroom.inbox.models import Conversation, Message, Team
from livingroom.inbox.operations import assign, close, set_priority, set_team, snooze, tag
from livingroom.inbox.replies.filling import words_of
from livingroom.inbox.replies.models import SavedReply
from livingroom.inbox.rules.models import Rule
from livingroom.people.models import Staff

# Two machines that answer each other would never end: one automatic answer in an hour is enough for a person.
ANSWERS_APART = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """What a rule's actions point at, looked up once for many conversations."""

    rule: Rule
    team: Team | None = None
    owner: Staff | None = None
    reply: SavedReply | None = None

    @classmethod
    def of(cls, rule: Rule) -> "Plan":
        wanted: Mapping[str, Any] = rule.actions
        return cls(
            rule,
            Team.objects.filter(pk=wanted.get("team") or 0).first(),
            Staff.objects.filter(pk=wanted.get("owner") or 0, is_active=True).first(),
            SavedReply.objects.prefetch_related("texts").filter(pk=wanted.get("reply") or 0).first(),
        )

    def said(self, conversation: Conversation) -> list[str]:
        """What it would do to this conversation, in words; what is so already is left out."""
        wanted, found = self.rule.actions, []
        if self.team is not None and conversation.team_id != self.team.pk:
            found.append(f"give it to {self.team}")
        if self.owner is not None and conversation.owner_id != self.owner.pk:
            found.append(f"assign it to {self.owner}")
        if fresh := sorted(set(wanted.get("tags") or []) - set(conversation.tags)):
            found.append(f"tag it {', '.join(fresh)}")
        priority = wanted.get("priority")
        if priority and conversation.priority != priority:
            found.append(f"set its priority to {Conversation.Priority(priority).label.lower()}")
        if self.reply is not None:
            found.append(f"answer by itself: “{words_of(self.reply, conversation, None)[:80]}”")
        if note := wanted.get("note"):
            found.append(f"leave the note “{note[:80]}”")
        if wanted.get("snooze_hours"):
            found.append(f"put it away for {wanted['snooze_hours']} hours")
        if wanted.get("close"):
            found.append("close it")
        if wanted.get("webhook"):
            found.append(f"tell {wanted['webhook']}")
        return found


def act(plan: Plan, conversation: Conversation, now: datetime) -> None:
    """Do it, in the caller's transaction. Raises CannotChange, CannotAnswer."""
    wanted, who = plan.rule.actions, {"by_rule": plan.rule.name}
    if plan.team is not None:
        set_team(conversation, team=plan.team, now=now, **who)
    if plan.owner is not None:
        assign(conversation, owner=plan.owner, now=now, **who)
    if wanted.get("tags"):
        tag(conversation, add=wanted["tags"], now=now, **who)
    if wanted.get("priority"):
        set_priority(conversation, priority=wanted["priority"], now=now, **who)
    if plan.reply is not None:
        _answer(plan.reply, conversation, plan.rule, now)
    if wanted.get("note"):
        _note(conversation, wanted["note"], now)
    if wanted.get("snooze_hours"):
        snooze(conversation, until=now + timedelta(hours=wanted["snooze_hours"]), now=now, **who)
    if wanted.get("close"):
        close(conversation, now=now, **who)


def _answer(reply: SavedReply, conversation: Conversation, rule: Rule, now: datetime) -> None:
    lately = conversation.messages.filter(is_automatic=True, at__gt=now - ANSWERS_APART)
    if lately.filter(direction=Message.Direction.OUT).exists():
        raise CannotAnswer("A machine answered here within the hour: one is enough.")
    words = words_of(reply, conversation, None)
    write_automatic_answer(conversation=conversation, text=words, rule=rule.name, now=now)


def _note(conversation: Conversation, text: str, now: datetime) -> None:
    Message.objects.create(
        conversation=conversation,
        direction=Message.Direction.NOTE,
        at=now,
        text=text,
        is_public=False,
        is_automatic=True,
    )
    Conversation.objects.filter(pk=conversation.pk).update(n_messages=conversation.messages.count())
