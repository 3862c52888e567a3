"""From a plan to a design: what chance would decide, what it can show, and why it would not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypedDict

from livingroom.experiments import luck
from livingroom.experiments.models import Experiment
from livingroom.experiments.panels import history_panel, offer_days
from livingroom.measure.design.assignment import Design
from livingroom.measure.design.horizon import Horizon, estimate_horizon
from livingroom.measure.estimate import NotEnoughData
from livingroom.shared.problems import Problem

Kind = Experiment.Kind
GEO_UNITS = 16
LENGTHS = (1.5, 2.0, 3.0)


@dataclass(frozen=True)
class Plan:
    """What the designer answers: a design with its promise, or problems that say why not and what instead."""

    design: Design | None = None
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Length:
    """What the same test would promise with more days."""

    days: int
    power: float
    detectable_lift: float | None


def lengths_of(experiment: Experiment) -> list[Length]:
    """The longer tests that were worked out with the promise."""
    return [Length(**length) for length in experiment.promise.get("longer", [])]


def recommended(n_units: int) -> tuple[str, str]:
    """The kind that so many markets allow, and why."""
    if n_units >= GEO_UNITS:
        return (
            Kind.GEO,
            f"{n_units} markets are enough to hold some out for the whole time: the long run is seen.",
        )
    if n_units >= 2:
        return Kind.SWITCHBACK, (
            f"{n_units} markets are too few to hold any out for good ({GEO_UNITS} are needed), so each takes turns: "
            "posts go out in some blocks of days and not in others."
        )
    if n_units == 1:
        return (
            Kind.SINGLE,
            "One market takes turns with itself, at points in time that chance is best spent on.",
        )
    return (
        Kind.HISTORY,
        "Nothing can be left out, so history is all there is: it can be modelled, not tested.",
    )


def propose(experiment: Experiment, now: datetime) -> Plan:
    """Draw the assignment that the plan asks for, and say what it can show; or refuse and say why."""
    if experiment.starts_on is None or experiment.ends_on is None:
        return Plan(problems=[Problem("Say on which days it runs.", "starts_on")])
    if experiment.n_days < 1:
        return Plan(problems=[Problem("It ends before it begins.", "ends_on")])
    if experiment.kind == Kind.HISTORY:
        return Plan()
    if experiment.kind == Kind.CODES:
        return _answered(luck.plan(experiment, now))
    if not experiment.units.exists():
        return Plan(problems=[Problem("Choose the units first.")])
    return _answered(_drawn(experiment, now, experiment.n_days))


def other_lengths(experiment: Experiment, now: datetime) -> list[Length]:
    """The promise of longer tests: for whoever finds that too little would be seen."""
    if experiment.kind in (Kind.CODES, Kind.HISTORY) or not experiment.n_days:
        return []
    found = []
    for times in LENGTHS:
        design = _drawn(experiment, now, int(experiment.n_days * times))
        if isinstance(design, Design) and design.power is not None:
            found.append(Length(design.test_days, design.power.power, design.power.detectable_lift))
    return found


def horizon_of(experiment: Experiment, now: datetime) -> Horizon:
    """For how long offers pull purchases forward, as history tells; else the usual days."""
    history = history_panel(experiment, now)
    return estimate_horizon(history.outcome, offer_days(experiment, history))


class _Wishes(TypedDict):
    lift: float
    seed: int
    starts_on: date | None


def _drawn(experiment: Experiment, now: datetime, days: int) -> Design | NotEnoughData:
    from livingroom.measure.design.geo import plan_geo
    from livingroom.measure.design.single import plan_single_branch
    from livingroom.measure.design.switchback import plan_switchback

    history = history_panel(experiment, now, test_days=days)
    wishes = _Wishes(lift=experiment.lift_hoped, seed=experiment.seed, starts_on=experiment.starts_on)
    if experiment.kind == Kind.GEO:
        return plan_geo(
            history, test_days=days, share=experiment.share, horizon_days=experiment.horizon_days, **wishes
        )
    if experiment.kind == Kind.SINGLE:
        return plan_single_branch(history, test_days=days, horizon_days=experiment.horizon_days, **wishes)
    return plan_switchback(
        history,
        test_days=days,
        block_days=experiment.block_days,
        wash_out_days=experiment.wash_out_days,
        horizon_days=experiment.horizon_days,
        share=experiment.share,
        **wishes,
    )


def _answered(found: Design | NotEnoughData) -> Plan:
    if isinstance(found, NotEnoughData):
        return Plan(problems=[Problem(f"{_sentence(found.reason)}")])
    return Plan(design=found)


def _sentence(reason: str) -> str:
    text = reason[:1].upper() + reason[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def plan_problems(experiment: Experiment, now: datetime) -> list[Problem]:
    """What keeps an experiment from starting."""
    if experiment.starts_on is None or experiment.ends_on is None:
        return [Problem("Say on which days it runs.", "starts_on")]
    return [*_day_problems(experiment, now), *_design_problems(experiment), *_crossing_problems(experiment)]


def _day_problems(experiment: Experiment, now: datetime) -> Iterator[Problem]:
    if experiment.kind == Kind.HISTORY:
        return
    if experiment.starts_at <= now:
        yield Problem(
            "It begins in the past: what was posted before cannot be left out any more. Choose a later day.",
            "starts_on",
        )
    if experiment.starts_at > now + timedelta(days=400):
        yield Problem("That is more than a year ahead. Is the year right?", "starts_on", blocks=False)


def _design_problems(experiment: Experiment) -> Iterator[Problem]:
    if experiment.kind != Kind.HISTORY and not experiment.design:
        yield Problem("Nothing is drawn yet: look at the days and the promise first.")
    elif experiment.design and experiment.kind != Kind.CODES:
        names = set(experiment.units.values_list("name", flat=True))
        if not names >= set(Design.from_json(experiment.design).units):
            yield Problem("The units were changed after the draw: draw again.")


def _crossing_problems(experiment: Experiment) -> Iterator[Problem]:
    """Two experiments that leave the same branch out at the same time would measure each other."""
    if experiment.starts_on is None or experiment.ends_on is None or experiment.kind == Kind.HISTORY:
        return
    others = Experiment.objects.obeyed().overlapping(experiment.starts_on, experiment.ends_on)
    branches = set(experiment.units.values_list("branches", flat=True)) - {None}
    for other in others.exclude(pk=experiment.pk).exclude(kind=Kind.HISTORY):
        theirs = set(other.units.values_list("branches", flat=True)) - {None}
        is_same_kind = (other.kind == Kind.CODES) == (experiment.kind == Kind.CODES)
        if is_same_kind and (branches & theirs or experiment.kind == Kind.CODES):
            yield Problem(
                f"“{other}” runs with some of the same branches until {other.ends_on:%-d %B %Y}: each would "
                "disturb what the other measures. Choose later days or other units.",
                "starts_on",
            )
