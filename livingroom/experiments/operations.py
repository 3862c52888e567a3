"""The verbs of experiments. Until one is ready everything may change; from then on its assignment never does."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.experiments.markets import Candidate
from livingroom.experiments.models import (
    Assignment,
    Experiment,
    Market,
    Unit,
    midnight,
)
from livingroom.experiments.planning import Length, Plan, plan_problems
from livingroom.links.lottery import close_lottery, open_lottery
from livingroom.measure.design.assignment import Design
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.problems import Problem

State = Experiment.State
DAY = timedelta(days=1)


class Frozen(ValueError):
    """The experiment is ready or further: its plan no longer changes."""


class NotReady(ValueError):
    """Something must be mended before it can start; `problems` say what."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.text for problem in problems))
        self.problems = list(problems)


def save_plan(*, staff: Staff, experiment: Experiment, now: datetime) -> Experiment:
    """Write a new or changed plan; what was drawn for the old one is gone. Raises PermissionDenied, Frozen."""
    require(staff, "experiment")
    is_new = experiment.pk is None
    if is_new:
        experiment.created_by, experiment.created_at = staff, now
    with transaction.atomic():
        if not is_new:
            _lock_draft(experiment)
            _forget_other_units(experiment)
        experiment.design, experiment.promise = {}, {}
        experiment.save()
        verb = "planned experiment" if is_new else "changed plan"
        record_event(
            actor=staff, verb=verb, subject=experiment, now=now, name=experiment.name, seed=experiment.seed
        )
    return experiment


def choose_units(
    *,
    staff: Staff,
    experiment: Experiment,
    units: Iterable[Candidate],
    silent: Iterable[Branch] = (),
    controls: Iterable[Candidate] = (),
    now: datetime,
) -> list[Unit]:
    """Say which units take part, instead of those chosen before. Raises PermissionDenied, Frozen.

    `silent` branches speak to the whole world and are left out throughout; `controls` are only compared with.
    """
    require(staff, "experiment")
    with transaction.atomic():
        _lock_draft(experiment)
        experiment.units.all().delete()
        made = [_write_unit(experiment, unit) for unit in units]
        for unit in controls:
            _write_unit(experiment, unit, is_control=True)
        experiment.silent_branches.set(silent)
        experiment.design, experiment.promise = {}, {}
        experiment.save(update_fields=["design", "promise"])
        record_event(
            actor=staff, verb="chose units", subject=experiment, now=now, units=[unit.name for unit in made]
        )
    return made


def keep_design(
    *, staff: Staff, experiment: Experiment, plan: Plan, now: datetime, longer: Sequence[Length] = ()
) -> Experiment:
    """Keep what was drawn and promised. Raises PermissionDenied, Frozen, NotReady when it was refused."""
    require(staff, "experiment")
    if plan.design is None:
        raise NotReady(plan.problems)
    with transaction.atomic():
        _lock_draft(experiment)
        experiment.design = plan.design.as_json()
        experiment.promise = plan.design.power.as_json() if plan.design.power else {}
        experiment.promise["longer"] = [asdict(length) for length in longer]
        experiment.save()
        record_event(
            actor=staff, verb="drew assignment", subject=experiment, now=now, seed=experiment.seed,
            kind=experiment.kind, days=experiment.n_days,
        )  # fmt: skip
    return experiment


def make_ready(*, staff: Staff, experiment: Experiment, now: datetime) -> Experiment:
    """Freeze the assignment: from now on the desk keeps to it. Raises PermissionDenied, Frozen, NotReady."""
    require(staff, "experiment")
    with transaction.atomic():
        _lock_draft(experiment)
        if problems := [problem for problem in plan_problems(experiment, now) if problem.blocks]:
            raise NotReady(problems)
        if experiment.kind == Experiment.Kind.CODES:
            open_lottery(
                key=experiment.lottery_key,
                seed=experiment.seed,
                share=experiment.share,
                starts_at=experiment.starts_at,
                ends_at=experiment.ends_at,
            )
        elif experiment.kind != Experiment.Kind.HISTORY:
            _write_log(experiment, Design.from_json(experiment.design))
        is_history = experiment.kind == Experiment.Kind.HISTORY
        experiment.state, experiment.ready_at = (State.ENDED if is_history else State.READY), now
        experiment.save(update_fields=["state", "ready_at"])
        record_event(actor=staff, verb="made ready", subject=experiment, now=now, design=experiment.design)
    return experiment


def cancel_experiment(*, staff: Staff, experiment: Experiment, reason: str, now: datetime) -> Experiment:
    """End it without a result: every branch may speak again. Its log stays. Raises PermissionDenied, Frozen."""
    require(staff, "experiment")
    with transaction.atomic():
        row = Experiment.objects.select_for_update().get(pk=experiment.pk)
        if row.state not in (State.DRAFT, *Experiment.OBEYED):
            raise Frozen(f"“{row}” is {row.get_state_display().lower()}: there is nothing to cancel.")
        close_lottery(key=row.lottery_key, now=now)
        row.state, row.stopped_at = State.CANCELLED, now
        row.save(update_fields=["state", "stopped_at"])
        record_event(actor=staff, verb="cancelled experiment", subject=row, now=now, why=reason.strip())
    return row


def go_on(now: datetime) -> int:
    """Start what begins and end what is over. Returns how many changed their state."""
    today: date = now.date()
    started = Experiment.objects.filter(state=State.READY, starts_on__lte=today)
    ended = Experiment.objects.filter(state=State.RUNNING, ends_on__lt=today)
    n = 0
    for rows, state, verb in ((started, State.RUNNING, "began"), (ended, State.ENDED, "ended")):
        for experiment in rows:
            with transaction.atomic():
                changed = Experiment.objects.filter(pk=experiment.pk, state=experiment.state)
                if changed.update(state=state):
                    record_event(actor="calendar", verb=verb, subject=experiment, now=now)
                    n += 1
    return n


def _lock_draft(experiment: Experiment) -> None:
    """Raises Frozen unless it is still being planned."""
    state = Experiment.objects.select_for_update().values_list("state", flat=True).get(pk=experiment.pk)
    if state != State.DRAFT:
        raise Frozen(f"“{experiment}” is {State(state).label.lower()}: its plan no longer changes.")


def _forget_other_units(experiment: Experiment) -> None:
    """Units of another question are not this question's."""
    before = Experiment.objects.get(pk=experiment.pk)
    if (before.unit_by, before.only) != (experiment.unit_by, experiment.only):
        experiment.units.all().delete()
        experiment.silent_branches.clear()


def _write_unit(experiment: Experiment, candidate: Candidate, *, is_control: bool = False) -> Unit:
    unit = Unit.objects.create(experiment=experiment, name=candidate.name, is_control=is_control)
    unit.branches.set(candidate.branches)
    Market.objects.bulk_create(
        [Market(unit=unit, country=country, division=division) for country, division in candidate.markets]
    )
    return unit


def _write_log(experiment: Experiment, design: Design) -> None:
    units = {unit.name: unit for unit in experiment.units.all()}
    Assignment.objects.bulk_create(
        [
            Assignment(
                experiment=experiment,
                unit=units[line.unit],
                arm=line.arm,
                stratum=line.stratum,
                block=line.block,
                starts_at=midnight(line.starts_on),
                ends_at=midnight(line.ends_on) + DAY,
            )
            for line in design.assignments
            if line.starts_on and line.ends_on
        ]
    )
