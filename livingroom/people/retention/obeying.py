"""Obeying the policy: every night, rule by rule; one rule's trouble does not stop the others."""

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.urls import reverse

from livingroom.people.retention.models import RetentionRun
from livingroom.people.retention.policy import BadPolicy, Rule, read_policy
from livingroom.shared.events import raise_alarm, resolve_alarm

log = logging.getLogger("livingroom.people")
ALARM, SUBJECT = "retention", "retention policy"


@dataclass(frozen=True)
class Due:
    """What a rule would do now."""

    rule: Rule
    before: datetime | None
    n: int


def what_is_due(rules: Iterable[Rule], now: datetime) -> list[Due]:
    """Count, and change nothing."""
    found = []
    for rule in rules:
        before = now - rule.span if rule.span is not None else None
        found.append(Due(rule, before, rule.kind.count(before, rule.then) if before else 0))
    return found


def obey_policy(now: datetime) -> list[RetentionRun]:
    """Obey every rule; what each did is kept. Raises BadPolicy, having rung."""
    try:
        rules = read_policy()
    except BadPolicy as problem:
        _ring(f"The retention policy is not obeyed: {problem.sentences[0]}", now)
        raise
    runs = [_obey(rule, now - rule.span, now) for rule in rules if rule.span is not None]
    failed = [run.what for run in runs if run.problem]
    if failed:
        _ring(f"The retention policy could not be obeyed for {', '.join(failed)}.", now)
    else:
        resolve_alarm(kind=ALARM, subject=SUBJECT, now=now)
    return runs


def last_runs() -> dict[str, RetentionRun]:
    """The last run of each rule."""
    newest = RetentionRun.objects.values("what").annotate(last=Max("pk")).values("last")
    return {run.what: run for run in RetentionRun.objects.filter(pk__in=newest)}


def _obey(rule: Rule, before: datetime, now: datetime) -> RetentionRun:
    began = time.perf_counter()
    run = RetentionRun(what=rule.what, ran_at=now, keep_days=rule.keep_days or 0, then=rule.then)
    try:
        run.n = rule.kind.obey(before, rule.then, now)
    except Exception as problem:
        log.exception("The retention rule about %s failed", rule.what)
        run.problem = f"{type(problem).__name__}: {problem}"[:500]
    run.took_seconds = time.perf_counter() - began
    run.save()
    return run


def _ring(text: str, now: datetime) -> None:
    raise_alarm(kind=ALARM, subject=SUBJECT, text=text, now=now, url=reverse("retention"))
