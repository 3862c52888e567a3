"""Rules are asked in the background: a burst of words is taken in first."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from livingroom.inbox.models import Message
from livingroom.inbox.rules.models import Rule, RuleRun
from livingroom.inbox.rules.running import run_rules, silence_happened, words_happened
from livingroom.networks.errors import NetworkError
from livingroom.networks.transport import Transport
from livingroom.networks.webhook.signing import headers_for
from livingroom.orders.secrecy import SecretLost, unseal

LOOK_EVERY = timedelta(seconds=60)
_next_look_at: datetime | None = None


@task()
def run_for_words(message_ids: list[int], opened: list[int]) -> int:
    return len(run_rules(words_happened(message_ids, opened), timezone.now()))


@task()
def run_for_silence() -> int:
    now = timezone.now()
    rules = Rule.objects.filter(is_on=True, when=Rule.When.UNANSWERED)
    return sum(len(run_rules(silence_happened(rule, now), now)) for rule in rules)


@task(queue_name="slow")
def tell_webhook(run_id: int) -> None:
    """Tell a place outside what a rule saw, signed. What does not arrive is noted with the run."""
    run = RuleRun.objects.select_related("rule", "conversation__branch").filter(pk=run_id).first()
    if run is None or not run.rule.actions.get("webhook"):
        return
    body = json.dumps({"type": "rule.ran", "data": told(run)}, ensure_ascii=False).encode()
    try:
        secret = unseal(run.rule.webhook_secret_encrypted)
        headers = headers_for([secret], f"rule-run-{run.pk}", body, timezone.now())
        headers["Content-Type"] = "application/json"
        transport = Transport(allow_private=settings.ALLOW_PRIVATE_NETWORKS)
        transport.write("POST", run.rule.actions["webhook"], content=body, headers=headers)
    except (NetworkError, SecretLost) as error:
        RuleRun.objects.filter(pk=run.pk).update(problem=f"The webhook did not take it: {error}"[:300])


def told(run: RuleRun) -> dict[str, object]:
    """Facts, no words of the customer: what a place outside needs is fetched with a key."""
    row = run.conversation
    return {
        "rule": run.rule.name,
        "why": run.why,
        "did": run.did,
        "conversation": row.pk,
        "url": settings.PUBLIC_URL + reverse("conversation", args=[row.pk]),
        "branch": row.branch.slug if row.branch else None,
        "network": row.network,
        "language": row.language,
        "at": run.at.isoformat(),
    }


def hear_words(
    sender: object, *, messages: Sequence[Message], opened: Sequence[int], now: datetime, **rest: object
) -> None:
    """Have the rules asked about new words, where there are any rules for that."""
    if messages and Rule.objects.filter(is_on=True, when__in=[Rule.When.OPENED, Rule.When.SAID]).exists():
        run_for_words.enqueue([message.pk for message in messages], list(opened))


def tick(now: datetime) -> None:
    """Once a minute, ask about silence."""
    global _next_look_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    if Rule.objects.filter(is_on=True, when=Rule.When.UNANSWERED).exists():
        run_for_silence.enqueue()
