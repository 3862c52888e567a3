"""What the desk asks before it speaks: is this branch left out of this offer at that time, and until when?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from livingroom.branches.models import Branch
from livingroom.experiments.models import HELD_OUT, Assignment, Experiment, Override, Unit

Covers = Experiment.Covers
SAID = {
    Covers.POSTS: "everything it says",
    Covers.OFFERS: "every offer",
    Covers.CHOSEN: "this offer",
}


class Offered(Protocol):
    """An offer, as far as an experiment knows one."""

    experiment_id: int | None


@dataclass(frozen=True)
class LeftOut:
    """A branch that an experiment leaves out for now."""

    experiment: Experiment
    branch: Branch
    until: datetime

    @property
    def reason(self) -> str:
        what = SAID[Covers(self.experiment.covers)]
        return (
            f"The experiment “{self.experiment.name}” leaves {self.branch} out of {what} until "
            f"{self.until:%-d %B %Y, %H:%M} UTC. Post it afterwards, or on a branch that may."
        )


@dataclass(frozen=True)
class Span:
    """A time for which an experiment leaves a branch out."""

    experiment: Experiment
    branch_id: int
    starts_at: datetime
    ends_at: datetime


class Watch:
    """What the obeyed experiments say about some branches from a moment on: few queries, however many branches."""

    def __init__(self, branches: Iterable[int] | None, start: datetime) -> None:
        obeyed = Experiment.objects.obeyed().filter(ends_on__gte=start.date())
        self._experiments = {row.pk: row for row in obeyed}
        wanted = None if branches is None else set(branches)
        found = [*self._assigned(start), *self._silent()] if self._experiments else []
        self.spans = sorted(
            (
                Span(self._experiments[pk], branch_id, starts_at, ends_at)
                for pk, branch_id, starts_at, ends_at in found
                if wanted is None or branch_id in wanted
            ),
            key=lambda span: (span.starts_at, span.branch_id),
        )
        self._let_through = self._overridden() if self.spans else set()

    def left_out(
        self, offer: Offered | None, branch: Branch, at: datetime, *, placement_id: int | None = None
    ) -> LeftOut | None:
        for span in self.spans:
            is_now = span.branch_id == branch.pk and span.starts_at <= at < span.ends_at
            was_let_through = (span.experiment.pk, placement_id) in self._let_through
            if is_now and _covers(span.experiment, offer) and not was_let_through:
                return LeftOut(span.experiment, branch, self._until(span))
        return None

    def _assigned(self, start: datetime) -> list[tuple[int, int, datetime, datetime]]:
        rows = Assignment.objects.filter(arm=HELD_OUT, experiment__in=self._experiments, ends_at__gt=start)
        columns = ("experiment_id", "unit__branches", "starts_at", "ends_at")
        return list(rows.exclude(unit__branches=None).values_list(*columns))

    def _silent(self) -> list[tuple[int, int, datetime, datetime]]:
        pairs = Experiment.silent_branches.through.objects.filter(experiment__in=self._experiments)
        rows = ((self._experiments[pk], branch) for pk, branch in pairs.values_list("experiment", "branch"))
        return [(row.pk, branch, row.starts_at, row.ends_at) for row, branch in rows]

    def _overridden(self) -> set[tuple[int, int | None]]:
        rows = Override.objects.filter(experiment__in=self._experiments)
        return set(rows.values_list("experiment_id", "placement_id"))

    def _until(self, span: Span) -> datetime:
        """The end of this time and of those that follow without a gap."""
        until = span.ends_at
        for later in self.spans:
            same = later.experiment == span.experiment and later.branch_id == span.branch_id
            if same and later.starts_at <= until:
                until = max(until, later.ends_at)
        return until


def left_out(
    offer: Offered | None, branch: Branch, at: datetime, *, placement_id: int | None = None
) -> LeftOut | None:
    """Say whether an experiment leaves `branch` out of `offer` at `at`, and until when. None: it may speak.

    A placement that somebody let through, with a reason, is not left out.
    """
    return Watch([branch.pk], at).left_out(offer, branch, at, placement_id=placement_id)


def left_out_spans(start: datetime, end: datetime, *, branches: Iterable[int] | None = None) -> list[Span]:
    """Every time between `start` and `end` for which a branch is left out, in the order of time."""
    return [span for span in Watch(branches, start).spans if span.starts_at < end and span.ends_at > start]


def watching(offer: Offered | None, branch: Branch, at: datetime) -> list[tuple[Experiment, Unit | None]]:
    """The obeyed experiments that want to know that `branch` spoke of `offer` at `at`, each with the branch's unit."""
    running = Experiment.objects.obeyed().filter(starts_on__lte=at.date(), ends_on__gte=at.date())
    found: list[tuple[Experiment, Unit | None]] = []
    for experiment in running.exclude(kind=Experiment.Kind.CODES):
        unit = experiment.units.filter(branches=branch).first()
        is_silent = unit is None and experiment.silent_branches.filter(pk=branch.pk).exists()
        if _covers(experiment, offer) and (unit is not None or is_silent):
            found.append((experiment, unit))
    return found


def lottery_over(offer: Offered | None, at: datetime) -> Experiment | None:
    """The obeyed code lottery that covers `offer` and is not over at `at`, if any."""
    lotteries = Experiment.objects.obeyed().filter(kind=Experiment.Kind.CODES, ends_on__gte=at.date())
    return next((each for each in lotteries.order_by("starts_on") if _covers(each, offer)), None)


def may_still_join() -> list[Experiment]:
    """The experiments that an offer can be chosen for: they cover chosen offers and are not over."""
    states = (Experiment.State.DRAFT, *Experiment.OBEYED)
    return list(Experiment.objects.filter(covers=Covers.CHOSEN, state__in=states))


def _covers(experiment: Experiment, offer: Offered | None) -> bool:
    if experiment.covers == Covers.POSTS:
        return True
    if offer is None:
        return False
    return experiment.covers == Covers.OFFERS or offer.experiment_id == experiment.pk
