"""What rules would have done to the last conversations, and why. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.promises.calendars import Hours, hours_by_branch
from livingroom.inbox.rules.actions import Plan
from livingroom.inbox.rules.conditions import Happening, why_it_fits
from livingroom.inbox.rules.models import Rule

When = Rule.When
MOST = 500


@dataclass(frozen=True)
class WouldDo:
    """One rule on one conversation, had it been on."""

    rule: Rule
    conversation: Conversation
    at: datetime
    why: list[str]
    does: list[str]


def dry_run(rules: Sequence[Rule], now: datetime, last: int = 100) -> tuple[list[WouldDo], int]:
    """Ask rules about the last conversations as they came. Returns what they would have done, and how many were asked.

    Who they belong to, and their tags, are taken as they are now: nobody kept what they were then.
    """
    plans = [Plan.of(rule) for rule in rules]
    rows = Conversation.objects.exclude(state=Conversation.State.MERGED).select_related(
        "author", "branch", "team"
    )
    asked = list(
        rows.prefetch_related("messages", "ratings").order_by("-opened_at", "-pk")[: min(last, MOST)]
    )
    hours = hours_by_branch()
    return [one for row in asked for one in _would_do(plans, row, hours, now)], len(asked)


def _would_do(
    plans: Sequence[Plan], conversation: Conversation, hours: Hours, now: datetime
) -> list[WouldDo]:
    found = []
    for happening in _history(conversation, plans, hours, now):
        for plan in plans:
            rule = plan.rule
            why = why_it_fits(rule.when, rule.hours, rule.conditions, happening)
            if why is None:
                continue
            found.append(WouldDo(rule, conversation, happening.at, why, plan.said(conversation)))
            if rule.stops_here:
                break
    return found


def _history(
    conversation: Conversation, plans: Sequence[Plan], hours: Hours, now: datetime
) -> list[Happening]:
    """All that happened from outside, as far as the messages tell."""
    theirs = [row for row in conversation.messages.all() if row.direction == Message.Direction.IN]
    found = []
    for place, message in enumerate(theirs):
        when = When.SAID if place else When.OPENED
        is_open = hours.is_open(conversation.branch_id, message.at)
        found.append(Happening(when, "", conversation, message.at, message.text, is_open))
    found += _silences(
        conversation, {plan.rule.hours for plan in plans if plan.rule.when == When.UNANSWERED}, hours, now
    )
    for rated in conversation.ratings.all():
        if rated.rating is not None and rated.answered_at is not None:
            is_open = hours.is_open(conversation.branch_id, rated.answered_at)
            found.append(
                Happening(
                    When.RATED, "", conversation, rated.answered_at, rated.comment, is_open, rated.rating
                )
            )
    return sorted(found, key=lambda happening: happening.at)


def _silences(conversation: Conversation, lengths: set[int], hours: Hours, now: datetime) -> list[Happening]:
    """Each stretch in which they waited for one of these lengths."""
    found, waiting_since, words = [], None, ""
    ends = [(row.at, row) for row in conversation.messages.all() if row.direction != Message.Direction.NOTE]
    for at, message in [*ends, (now, None)]:
        is_answer = message is None or (
            message.direction == Message.Direction.OUT
            and not message.is_automatic
            and message.state == "sent"
        )
        if is_answer and waiting_since is not None:
            waited = (at - waiting_since).total_seconds() / 3600
            for length in sorted(lengths):
                if waited >= length:
                    then = waiting_since + timedelta(hours=length)
                    is_open = hours.is_open(conversation.branch_id, then)
                    found.append(
                        Happening(
                            When.UNANSWERED, "", conversation, then, words, is_open, hours_waiting=length
                        )
                    )
            waiting_since = None
        elif message is not None and message.direction == Message.Direction.IN and waiting_since is None:
            waiting_since, words = at, message.text
    return found
