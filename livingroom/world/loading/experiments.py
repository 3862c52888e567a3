"""Experiments in the demo: history that can only be modelled, read, and a test of the offers, drawn and ready to start.

Corner PC posted its offers everywhere all the time, so nothing was ever left out and nothing of 2007 to 2009 is tested.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from livingroom.experiments.models import Experiment
from livingroom.experiments.operations import choose_units, keep_design, make_ready, save_plan
from livingroom.experiments.planning import other_lengths, propose
from livingroom.experiments.readings import take_reading
from livingroom.experiments.unit_choice import choices_for
from livingroom.world.accounts import BRANCHES
from livingroom.world.loading.house import demo_staff
from livingroom.world.period import LAST_DAY

CANADA = "home_ca"
LOOKING_BACK, PLANNED = "Canada since its account opened", "Do our offers add anything?"
SEED = 2007
TEST_DAYS = 120


def load_experiments(now: datetime) -> int:
    """Make the experiments that are not there yet. Returns how many were made."""
    known = set(Experiment.objects.values_list("name", flat=True))
    makers = {LOOKING_BACK: look_back_at_canada, PLANNED: plan_a_test}
    missing = [make for name, make in makers.items() if name not in known]
    for make in missing:
        make(now)
    return len(missing)


def look_back_at_canada(now: datetime) -> Experiment:
    """Ask history what the Canadian account changed: modelled on the other markets, and badged so."""
    opened_on = next(facts.opened_on for facts in BRANCHES if facts.key == CANADA)
    plan = save_plan(
        staff=demo_staff(),
        experiment=Experiment(
            name=LOOKING_BACK,
            question="How much more did Canada buy after the account opened than its past and the other markets let expect?",
            kind=Experiment.Kind.HISTORY,
            unit_by=Experiment.UnitBy.COUNTRY,
            covers=Experiment.Covers.POSTS,
            starts_on=opened_on,
            ends_on=LAST_DAY,
            seed=SEED,
        ),
        now=now,
    )
    rows = choices_for(plan, now).rows
    ours = [row.unit for row in rows if any(market[0] == "CA" for market in row.unit.markets)]
    others = [row.unit for row in rows if row.unit not in ours and row.sells]
    choose_units(staff=demo_staff(), experiment=plan, units=ours, controls=others, now=now)
    make_ready(staff=demo_staff(), experiment=plan, now=now)
    take_reading(staff=demo_staff(), experiment=plan, now=now)
    return plan


def plan_a_test(now: datetime) -> Experiment:
    """Draw a switchback over the selling branches, to be started by whoever dares."""
    starts_on = next_monday(now.date())
    plan = save_plan(
        staff=demo_staff(),
        experiment=Experiment(
            name=PLANNED,
            question="What do the offers of the selling branches add that would not be bought anyway?",
            kind=Experiment.Kind.SWITCHBACK,
            unit_by=Experiment.UnitBy.BRANCH,
            only={"purpose": "sales"},
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=TEST_DAYS - 1),
            lift_hoped=0.15,
            seed=SEED,
        ),
        now=now,
    )
    units = [row.unit for row in choices_for(plan, now).rows if row.sells]
    choose_units(staff=demo_staff(), experiment=plan, units=units, now=now)
    found = propose(plan, now)
    if found.design is None:  # a world made small sells too little to promise anything
        return plan
    longer = other_lengths(plan, now)
    return keep_design(staff=demo_staff(), experiment=plan, plan=found, longer=longer, now=now)


def next_monday(today: date) -> date:
    """The Monday of the week after next: there is time to look at the plan first."""
    return today + timedelta(days=14 - today.weekday())
