"""A person's word on a guess: kept as a row with what it was, put in the guess's place, and learnt from later."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.listening.counting import mark_stale
from livingroom.listening.models import Correction, Mention
from livingroom.listening.signals import mentions_understood
from livingroom.listening.understanding.work import apply_corrections, write_guesses
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.problems import Problem

Kind = Correction.Kind
SENTIMENTS = {Mention.Sentiment.NEGATIVE, Mention.Sentiment.NEUTRAL, Mention.Sentiment.POSITIVE}
SPAM = {"spam", "good"}


class CannotCorrect(ValueError):
    """The word is none of those that can be said."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def correct(*, staff: Staff, mentions: Sequence[Mention], kind: str, value: str, now: datetime) -> int:
    """Say what these mentions are. Returns how many of them changed. Raises CannotCorrect, PermissionDenied."""
    value = _valid(kind, value.strip())
    for branch in {mention.branch for mention in mentions if mention.branch_id}:
        require(staff, "write", branch)
    require(staff, "write")
    changed = [mention for mention in mentions if present(mention, kind) != value]
    with transaction.atomic():
        Correction.objects.bulk_create(
            Correction(
                mention=mention, kind=kind, was=present(mention, kind)[:80], is_now=value, staff=staff, at=now
            )
            for mention in changed
        )
        for mention in changed:
            apply_corrections(mention, {kind: value})
            mention.understood_at = mention.understood_at or now
        write_guesses(changed)
        mark_stale(mention.at for mention in changed)
        if changed:
            names = [mention.pk for mention in changed]
            record_event(
                actor=staff, verb="corrected", subject=f"mentions: {kind}", now=now, mentions=names, to=value
            )
            mentions_understood.send(sender=Mention, mentions=changed, now=now)
    return len(changed)


def present(mention: Mention, kind: str) -> str:
    """What we believe now, as corrections write it."""
    match kind:
        case Kind.SPAM:
            return {Mention.Verdict.HIDDEN: "spam", Mention.Verdict.GOOD: "good"}.get(
                Mention.Verdict(mention.verdict), mention.verdict
            )
        case Kind.BRANCH:
            return str(mention.branch_id or "")
        case _:
            return str(getattr(mention, kind))


def _valid(kind: str, value: str) -> str:
    if kind not in Kind.values:
        raise CannotCorrect(Problem(f"There is nothing called {kind} to correct.", field="kind"))
    known = {Kind.SPAM: SPAM, Kind.SENTIMENT: {str(each) for each in SENTIMENTS}}.get(Kind(kind))
    if known is not None and value not in known:
        raise CannotCorrect(Problem(f"Say one of {', '.join(sorted(known))}.", field="value"))
    if kind == Kind.LANGUAGE and not (2 <= len(value) <= 8 and value.replace("-", "").isalpha()):
        raise CannotCorrect(Problem("A language is a code such as pt.", field="value"))
    if kind == Kind.SUBJECT and not 0 < len(value) <= 60:
        raise CannotCorrect(Problem("A subject has up to 60 signs.", field="value"))
    if (
        kind == Kind.BRANCH
        and value
        and not (value.isdigit() and Branch.objects.filter(pk=int(value)).exists())
    ):
        raise CannotCorrect(Problem("There is no such branch.", field="value"))
    return value.lower() if kind == Kind.LANGUAGE else value
