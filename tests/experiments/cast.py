"""The cast of experiments: Corner PC with branches in several countries, orders of two hundred days, and a plan."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import numpy as np

from livingroom.branches.models import Branch
from livingroom.experiments.models import Experiment, Exposure, midnight, new_seed
from livingroom.experiments.operations import choose_units, keep_design, make_ready, save_plan
from livingroom.experiments.planning import Plan
from livingroom.experiments.unit_choice import choices_for
from livingroom.measure.design.assignment import Design
from livingroom.measure.design.rules import RotatingBlocks
from livingroom.orders.models import Order, Shop
from livingroom.people.models import Staff
from tests.posts import cast as desk

NOON = desk.NOON
DAY = timedelta(days=1)
COUNTRIES = ("US", "GB", "DE", "FR", "BR", "JP")
EVERY_DAY = 4  # orders of a market on a day


def manager() -> Staff:
    return desk.staff("Mona", Staff.Role.MANAGER)


def branches(countries: Iterable[str] = COUNTRIES, **facts: object) -> list[Branch]:
    return [desk.branch(f"Outlet {country}", country=country, **facts) for country in countries]


def orders(
    countries: Iterable[str] = COUNTRIES, *, days: int = 200, until: datetime = NOON, seed: int = 1
) -> None:
    """A steady past: a few orders a day in each market, with noise."""
    shop = Shop.objects.get_or_create(slug="till", defaults={"name": "Till", "kind": "generic"})[0]
    chance, rows = np.random.default_rng(seed), []
    first = midnight(until.date() - days * DAY)
    for place, country in enumerate(countries):
        amounts = chance.normal(10_000 * (1 + place), 1_500, size=(days, EVERY_DAY)).round().astype(int)
        rows += [
            Order(
                shop=shop,
                external_id=f"{country}-{seed}-{day}-{n}",
                placed_at=first + day * DAY + timedelta(hours=9 + n),
                country=country,
                currency="USD",
                net_minor=int(amounts[day, n]),
                net_reporting_minor=int(amounts[day, n]),
                changed_at=NOON,
            )
            for day in range(days)
            for n in range(EVERY_DAY)
        ]
    Order.objects.bulk_create(rows, batch_size=500)


def plan(**facts: object) -> Experiment:
    """A switchback over the markets that begins tomorrow: blocks of twelve days, ten of them wash-out."""
    starts_on: date = facts.pop("starts_on", NOON.date() + DAY)  # type: ignore[assignment]  # facts are objects
    days = int(str(facts.pop("days", 96)))
    values: dict[str, object] = {
        "name": "What do offers add?",
        "kind": Experiment.Kind.SWITCHBACK,
        "unit_by": Experiment.UnitBy.COUNTRY,
        "starts_on": starts_on,
        "ends_on": starts_on + (days - 1) * DAY,
        "block_days": 12,
        "wash_out_days": 10,
        "seed": 7,
        **facts,
    }
    return save_plan(staff=manager(), experiment=Experiment(**{"seed": new_seed(), **values}), now=NOON)


def planned(**facts: object) -> Experiment:
    """The same, with all units chosen and drawn, but nothing promised."""
    made = plan(**facts)
    units = [row.unit for row in choices_for(made, NOON).rows]
    choose_units(staff=manager(), experiment=made, units=units, now=NOON)
    return keep_design(staff=manager(), experiment=made, plan=Plan(design=drawn(made)), now=NOON)


def drawn(made: Experiment) -> Design:
    """The draw of the designer's own rule, without the promise, which takes its time and history."""
    names = tuple(sorted(made.units.values_list("name", flat=True)))
    rule = RotatingBlocks(names, ("",) * len(names), made.n_days // made.block_days)
    return Design(
        kind="switchback", rule=rule, seed=made.seed, method="by chance", test_days=made.n_days,
        block_days=made.block_days, wash_out_days=made.wash_out_days, horizon_days=made.horizon_days,
        starts_on=made.starts_on,
    ).with_log()  # fmt: skip


def ready(**facts: object) -> Experiment:
    made = planned(**facts)
    return make_ready(staff=manager(), experiment=made, now=NOON)


def left_out_time(experiment: Experiment, country: str) -> datetime:
    """A noon at which the country's unit is left out."""
    return _time(experiment, country, "held out")


def treated_time(experiment: Experiment, country: str) -> datetime:
    return _time(experiment, country, "treated")


def sent_as_drawn(experiment: Experiment) -> None:
    """One placement in each cell where posts go out."""
    rows = experiment.assignments.filter(arm="treated").prefetch_related("unit__branches")
    Exposure.objects.bulk_create(
        Exposure(
            experiment=experiment, unit=row.unit, branch=row.unit.branches.all()[0], placement_id=row.pk,
            sent_at=row.starts_at + timedelta(hours=12),
        )
        for row in rows
    )  # fmt: skip


def branch_of(country: str) -> Branch:
    return Branch.objects.get(country=country)


def _time(experiment: Experiment, country: str, arm: str) -> datetime:
    rows = experiment.assignments.filter(arm=arm, unit__branches__country=country).order_by("starts_at")
    return rows[0].starts_at + timedelta(hours=12)
