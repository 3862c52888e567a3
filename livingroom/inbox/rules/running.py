"""Ask the rules, in their order, about what happened. Each does its work once for each happening, all of it or nothing."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from livingroom.inbox.answering.operations import CannotAnswer
from livingroom.inbox.changing import CannotChange
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.promises.calendars import Hours, hours_by_branch
from livingroom.inbox.rules.actions import Plan, act
from livingroom.inbox.rules.conditions import Happening, why_it_fits
from livingroom.inbox.rules.models import Rule, RuleRun

When = Rule.When
# Waiting since may be told late, by another road; what was asked twice is done once.
OVERLAP = timedelta(minutes=15)
AT_ONCE = 500
# What is older than this when it comes, such as a file of last year, is history: no machine answers it.
NEWS_FOR = timedelta(days=1)


def run_rules(happenings: Iterable[Happening], now: datetime) -> list[RuleRun]:
    """Let the rules that are on do their work. One that breaks is noted, and holds up no other."""
    plans = [Plan.of(rule) for rule in Rule.objects.filter(is_on=True)]
    runs = []
    for happening in happenings:
        if happening.at < now - NEWS_FOR:
            continue
        for plan in plans:
            rule = plan.rule
            why = why_it_fits(rule.when, rule.hours, rule.conditions, happening)
            if why is None:
                continue
            if run := _run(plan, happening, why, now):
                runs.append(run)
            if rule.stops_here:
                break
    return runs


def _run(plan: Plan, happening: Happening, why: list[str], now: datetime) -> RuleRun | None:
    """The row that says that it was done is written first: a second worker breaks on it."""
    facts = {"rule": plan.rule, "conversation": happening.conversation, "because": happening.because}
    try:
        with transaction.atomic():
            conversation = _fresh(happening.conversation.pk)
            did = plan.said(conversation)
            run = RuleRun.objects.create(**facts, at=now, why=why, did=did)
            act(plan, conversation, now)
    except IntegrityError:
        return None
    except (CannotChange, CannotAnswer, ValueError) as error:
        run, is_new = RuleRun.objects.get_or_create(
            **facts, defaults={"at": now, "why": why, "did": [], "problem": str(error)[:300]}
        )
        return run if is_new else None
    if plan.rule.actions.get("webhook"):
        from livingroom.inbox.rules.tasks import tell_webhook

        tell_webhook.enqueue(run.pk)
    return run


def words_happened(message_ids: Sequence[int], opened: Sequence[int]) -> Iterator[Happening]:
    """What came in: the first words of a new conversation open it, all others are said."""
    hours, first = hours_by_branch(), set(opened)
    rows = Message.objects.filter(pk__in=message_ids, direction=Message.Direction.IN)
    for message in rows.select_related("conversation__author", "conversation__branch").order_by("at", "pk"):
        conversation = message.conversation
        when = When.OPENED if conversation.pk in first else When.SAID
        first.discard(conversation.pk)
        because = f"opened {conversation.pk}" if when == When.OPENED else f"said {message.pk}"
        yield Happening(
            when, because, conversation, message.at, message.text, _is_open(hours, conversation, message.at)
        )


def silence_happened(rule: Rule, now: datetime) -> list[Happening]:
    """Conversations whose customers have waited for the rule's hours since it was last asked."""
    hours, latest = hours_by_branch(), now - timedelta(hours=rule.hours)
    since = (rule.looked_until or rule.changed_at - timedelta(hours=rule.hours)) - OVERLAP
    waiting = Conversation.objects.filter(waiting_since__gt=since, waiting_since__lte=latest, state="open")
    rows = list(waiting.select_related("author", "branch").order_by("waiting_since", "pk")[:AT_ONCE])
    # A full page may end among several of the same moment: the overlap brings those again.
    until = rows[-1].waiting_since if len(rows) == AT_ONCE else latest
    Rule.objects.filter(pk=rule.pk).update(looked_until=until)
    return [_silence(row, now, _is_open(hours, row, now)) for row in rows]


def _silence(conversation: Conversation, now: datetime, is_open: bool) -> Happening:
    since = conversation.waiting_since or now
    last = conversation.messages.filter(direction=Message.Direction.IN).order_by("at", "pk").last()
    return Happening(
        When.UNANSWERED,
        f"unanswered since {since.isoformat()}",
        conversation,
        now,
        last.text if last else "",
        is_open,
        hours_waiting=(now - since).total_seconds() / 3600,
    )


def rating_happened(conversation: Conversation, rating: int, comment: str, now: datetime) -> Happening:
    """The customer rated us; the first word counts, a change of mind does not ring again."""
    is_open = _is_open(hours_by_branch(), conversation, now)
    because = (
        f"rated {conversation.closed_at.isoformat() if conversation.closed_at else now.date().isoformat()}"
    )
    return Happening(When.RATED, because, conversation, now, comment, is_open, rating)


def _is_open(hours: Hours, conversation: Conversation, at: datetime) -> bool:
    return hours.is_open(conversation.branch_id, at)


def _fresh(pk: int) -> Conversation:
    rows = Conversation.objects.select_related("author", "connection", "branch__connection", "team", "owner")
    return rows.get(pk=pk)
