"""What became of an idea, who owes the next word until when, and what else speaks for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db.models import Count

from livingroom.ideas.models import Evidence, Idea, IdeaMerge
from livingroom.ideas.portal.rows import is_late
from livingroom.ideas.portal.tongue import Tongue
from livingroom.people.models import Staff


@dataclass(frozen=True)
class Step:
    at: datetime
    title: str
    state: str = ""
    words: str = ""
    who: str = ""
    url: str = ""
    pk: int = 0


@dataclass(frozen=True)
class Owed:
    """kind is answered, late, due, below (the line), or nothing."""

    kind: str
    owner: Staff | None = None
    on: datetime | None = None
    n: int = 0
    took: int | None = None


def steps_of(idea: Idea, tongue: Tongue) -> list[Step]:
    """From the proposal to our newest word, in time."""
    steps = [Step(idea.public_at or idea.made_at, tongue.say("step_proposed"), who=idea.author_name)]
    if idea.above_line_at:
        steps.append(Step(idea.above_line_at, tongue.say("step_line")))
    for merge in IdeaMerge.objects.filter(kept=idea, undone_at=None).select_related("other"):
        steps.append(Step(merge.at, tongue.say("step_merged", title=merge.other.title)))
    for answer in idea.answers.select_related("staff"):
        who = answer.staff.name if answer.staff else ""
        steps.append(Step(answer.at, "", answer.state, answer.reason, who, answer.url, answer.pk))
    return sorted(steps, key=lambda step: step.at)


def owed_for(idea: Idea, now: datetime) -> Owed:
    if idea.state not in Idea.OPEN:
        return Owed(
            "answered", idea.owner, took=_days(idea.above_line_at or idea.public_at, idea.answered_at)
        )
    if idea.standing != Idea.Standing.PUBLIC:
        return Owed("nothing")
    if idea.due_at is None or idea.above_line_at is None:
        return Owed("below", n=max(idea.board.answer_line - idea.n_for, 1))
    if is_late(idea, now):
        return Owed("late", idea.owner, idea.due_at, n=ceil((now - idea.due_at).total_seconds() / 86_400))
    return Owed("due", idea.owner, idea.due_at)


def evidence_of(idea: Idea, tongue: Tongue) -> list[str]:
    """How much else speaks for it, as sentences; the rows themselves are for our own people."""
    rows = Evidence.objects.filter(idea__in=_family(idea), undone_at=None).order_by().values("kind")
    counted = dict(rows.annotate(n=Count("pk")).values_list("kind", "n"))
    return [
        tongue.count(f"evidence_{kind}", counted[kind]) for kind in Evidence.Kind.values if counted.get(kind)
    ]


def _family(idea: Idea) -> Iterable[int]:
    return [idea.pk, *idea.merged.filter(standing=Idea.Standing.MERGED).values_list("pk", flat=True)]


def _days(since: datetime | None, until: datetime | None) -> int | None:
    return None if since is None or until is None else max(round((until - since).total_seconds() / 86_400), 0)
