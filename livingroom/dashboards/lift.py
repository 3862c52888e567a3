"""What experiments say, carried to a period: which share of the revenue with social evidence was really added.

A test's added revenue is divided by the evidence revenue of the same markets and days; that share is then applied to the
period. Only tested lift is used so. History that was modelled is named beside it, and never averaged with it.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Prefetch

from livingroom.attribution.models import DailyFigure
from livingroom.experiments.models import TREATED, Assignment, Experiment, Reading
from livingroom.experiments.stored import from_json
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift import reading as read
from livingroom.measure.returns import UNTESTED

METHOD = "tested lift ÷ evidence revenue/1"


@dataclass(frozen=True)
class Lift:
    """One experiment's final verdict, ready to print beside what attribution says."""

    experiment: Experiment
    relative: Estimate | NotEnoughData
    share: Estimate | NotEnoughData
    is_tested: bool

    @property
    def badge(self) -> str:
        return "tested" if self.is_tested else "modelled, not tested"


def read_lifts() -> list[Lift]:
    """Every experiment that has its final reading, the newest first; two queries, and one for each of the newest tests."""
    finals = Prefetch("readings", Reading.objects.filter(is_final=True).order_by("-look"))
    over = (
        Experiment.objects.filter(state=Experiment.State.READ).prefetch_related(finals).order_by("-ends_on")
    )
    found: list[Lift] = []
    for experiment in over:
        reading = next(iter(experiment.readings.all()), None)
        if reading is None:
            continue
        said = from_json(reading.body)
        # One share is enough to carry on, and each costs a query over the markets' days.
        needs_share = said.is_tested and not any(isinstance(lift.share, Estimate) for lift in found)
        share = _share(experiment, said) if needs_share else UNTESTED
        found.append(Lift(experiment, said.relative, share, said.is_tested))
    return found


def tested_share(lifts: list[Lift]) -> Estimate | NotEnoughData:
    """The newest test's share of evidence revenue that was added; or why there is none."""
    return next((lift.share for lift in lifts if isinstance(lift.share, Estimate)), UNTESTED)


def _share(experiment: Experiment, said: read.Reading) -> Estimate | NotEnoughData:
    total = said.total
    if isinstance(said.relative, NotEnoughData):
        return said.relative
    if total is None or not (math.isfinite(total.low) and math.isfinite(total.high)):
        return NotEnoughData("the test has no amount with a finite interval.")
    evidence = _evidence_minor(experiment)
    if evidence <= 0:
        return NotEnoughData("no order of the tested markets and days has social evidence.")
    low, value, high = (one / evidence for one in (total.low, total.value, total.high))
    return Estimate(value, low, high, total.level, total.n, METHOD)


def _evidence_minor(experiment: Experiment) -> int:
    """Net revenue with social evidence in the markets and on the days in which posts went out."""
    if experiment.starts_on is None or experiment.ends_on is None:
        return 0
    spans = (
        Assignment.objects.filter(experiment=experiment, arm=TREATED)
        .order_by()
        .values_list("unit__markets__country", "starts_at", "ends_at")
    )
    treated = {
        (country, (start + timedelta(days=number)).date())
        for country, start, end in spans
        for number in range((end - start).days)
    }
    rows = (
        DailyFigure.objects.exclude(grade="none")
        .filter(on__range=(experiment.starts_on, experiment.ends_on))
        .values_list("country", "on", "net_minor")
    )
    return sum(net for country, on, net in rows if (country, on) in treated)
