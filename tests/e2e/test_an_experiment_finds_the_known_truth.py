"""An experiment planned on its pages, run through the real desk in a world whose truth is known, and read on its page.

The world is lived twice from the same random numbers: first without posts, for the history from which the designer
promises, then with just those posts that the desk really sent.
"""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from livingroom.branches.models import Branch
from livingroom.experiments.models import Experiment
from livingroom.experiments.tasks import tick
from livingroom.orders.actors import COMMAND_LINE
from livingroom.orders.models import ColumnMapping
from livingroom.orders.operations import import_file, save_mapping
from livingroom.orders.shops import make_shop
from livingroom.posts.delivery import deliver
from livingroom.posts.models import Placement
from livingroom.posts.operations import NotReady, schedule_placements
from livingroom.world.regimes.ground import START_ON
from livingroom.world.regimes.outcome import Outcome, simulate
from tests.experiments import cast
from tests.posts import cast as desk

MARKETS = "US GB DE FR BR JP CA AU IT ES MX IE NL BE SE DK NO FI PL AT CH PT CZ GR"
COUNTRIES = MARKETS.split()
DAYS, PRE_DAYS, PEOPLE, SEED = 56, 90, 60_000, 11
BEGINS = datetime(START_ON.year, START_ON.month, START_ON.day, tzinfo=UTC)
PLANNED = BEGINS - timedelta(days=3) + timedelta(hours=10)
MORNING = timedelta(hours=9)
WAVES = range(0, DAYS, 5)  # every fifth day each branch wants to post
State = Placement.State
# Thousands of orders in one test's transaction: PostgreSQL's savepoints, one for each, would take minutes.
pytestmark = pytest.mark.one_database


@pytest.fixture
def house(db):
    with time_machine.travel(PLANNED, tick=False):
        desk.open_house()
        shop, _ = make_shop(
            actor=COMMAND_LINE, name="Till", slug="till", kind="csv", currency="USD", now=PLANNED
        )
        columns = {
            "order_id": "id", "placed_at": "at", "total": "total", "currency": "currency", "country": "country",
            "refunded": "refunded", "customer_id": "customer",
        }  # fmt: skip
        mapping = ColumnMapping(name="world", columns=columns)
        save_mapping(actor=COMMAND_LINE, mapping=mapping, now=PLANNED)
        for country in COUNTRIES:
            desk.branch(f"Outlet {country}", country=country)
    return shop


def live(posted: np.ndarray) -> Outcome:
    """One branch a market, and the posts that were sent."""
    n = len(COUNTRIES)
    return simulate(
        "A", people=PEOPLE, days=DAYS, seed=SEED, treated=np.ones((n, DAYS), bool), posted=posted,
        reach=np.eye(n, dtype=bool), pre_days=PRE_DAYS,
    )  # fmt: skip


def sell(shop, world: Outcome, folder: Path, *, until: datetime) -> None:
    """Bring the world's orders in as the shop's own file, through the real intake."""
    orders, given_back = world.orders.to_pydict(), world.refunds.to_pydict()
    refunded: dict[int, int] = {}
    for order, amount in zip(given_back["order_id"], given_back["amount_minor"], strict=True):
        refunded[order] = refunded.get(order, 0) + amount
    place = {f"geo-{at:02d}": country for at, country in enumerate(COUNTRIES, 1)}
    path = folder / f"orders-{until:%Y%m%d}.csv"
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["id", "at", "total", "currency", "country", "refunded", "customer"])
        for number, at, customer, net, country in zip(
            orders["order_id"], orders["at"], orders["customer_id"], orders["revenue_minor"], orders["country"],
            strict=True,
        ):  # fmt: skip
            moment = datetime.fromtimestamp(at / 1e6, UTC)
            if moment < until and country in place:
                back = refunded.get(number, 0)
                gross = net + back
                lines.writerow(
                    [f"{customer}-{at}", moment.isoformat(), f"{gross / 100:.2f}", "USD", place[country],
                     f"{back / 100:.2f}", customer]
                )  # fmt: skip
    report = import_file(actor=COMMAND_LINE, shop=shop, path=path, layout="world", now=until)
    assert report.n_dead == 0, report


def plan_on_its_pages(client: Client) -> Experiment:
    client.post(
        reverse("experiment_new"),
        {"name": "Do offers add?", "covers": "offers", "what": "country"},
        follow=True,
    )
    plan = Experiment.objects.get()
    page = client.get(reverse("experiment_units", args=[plan.pk]))
    names = [row.unit.name for row in page.context["choices"].rows]
    client.post(reverse("experiment_units", args=[plan.pk]), {"units": names})
    client.post(
        reverse("experiment_days", args=[plan.pk]),
        {"kind": "geo", "starts_on": f"{START_ON}", "days": DAYS, "block_days": 20, "wash_out_days": 10,
         "horizon_days": 10, "share_percent": 50, "lift_percent": 15},
    )  # fmt: skip
    plan.refresh_from_db()
    assert plan.design, "the designer refused"
    return plan


def want_to_post(wave: int, offer) -> list[Placement]:
    """The community manager writes for every branch, and the desk takes those that may."""
    at = BEGINS + timedelta(days=wave) + MORNING
    rows = desk.post(*Branch.objects.all(), offer=offer, title=f"Wave {wave}").placements.all()
    taken, said = [], []
    for row in rows:
        try:
            taken += schedule_placements(staff=desk.staff(), due={row.pk: at}, now=at)
        except NotReady as refusal:
            said.append(str(refusal))
    assert all("leaves Outlet" in why for why in said), said
    return taken


def really_sent() -> np.ndarray:
    """Which branch posted on which day, as the network's answers say."""
    sent = np.zeros((len(COUNTRIES), DAYS), dtype=bool)
    rows = Placement.objects.filter(state=State.SENT).values_list("branch__country", "sent_at")
    for country, at in rows:
        sent[COUNTRIES.index(country), (at - BEGINS).days] = True
    return sent


def test_what_the_desk_ran_is_read_to_the_known_truth(house, client, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "livingroom.experiments.forms.new_seed", lambda: SEED
    )  # else each run is another draw
    nobody = np.zeros((len(COUNTRIES), DAYS), dtype=bool)
    with time_machine.travel(PLANNED, tick=False):
        sell(house, live(nobody), tmp_path, until=PLANNED)
        client.force_login(cast.manager())
        experiment = plan_on_its_pages(client)
        offer = desk.offer(ends_at=BEGINS + timedelta(days=DAYS + 30), starts_at=PLANNED)
        first_wave = want_to_post(0, offer)  # before anybody is left out
        client.post(reverse("experiment_start", args=[experiment.pk]))

    assert len(first_wave) == len(COUNTRIES)
    for wave in WAVES:
        with time_machine.travel(BEGINS + timedelta(days=wave) + MORNING, tick=False) as clock:
            now = BEGINS + timedelta(days=wave) + MORNING
            tick(now)
            for row in first_wave if wave == 0 else want_to_post(wave, offer):
                deliver(row.pk, now)
            clock.shift(60)

    experiment.refresh_from_db()
    treated = set(
        experiment.assignments.filter(arm="treated").values_list("unit__branches__country", flat=True)
    )
    sent = really_sent()
    who_posted = {COUNTRIES[at] for at in np.flatnonzero(sent.any(axis=1))}
    held = Placement.objects.filter(state=State.HELD).values_list("branch__country", flat=True)
    assert experiment.state == Experiment.State.RUNNING
    assert who_posted == treated
    assert set(held) == set(COUNTRIES) - treated
    assert sent.sum() == len(treated) * len(WAVES)

    world, end = live(sent), BEGINS + timedelta(days=DAYS, hours=12)
    with time_machine.travel(end, tick=False):
        sell(house, world, tmp_path, until=BEGINS + timedelta(days=DAYS))
        tick(end)
        client.force_login(cast.manager())
        client.post(reverse("experiment_look", args=[experiment.pk]))
        page = client.get(reverse("experiment", args=[experiment.pk])).content.decode()

    kept = experiment.readings.get()
    print(
        "READ",
        kept.body["value"],
        kept.body["low"],
        kept.body["high"],
        known_truth(world, treated),
        experiment.promise["power"],
        experiment.promise["detectable_lift"],
    )
    truth = known_truth(world, treated)
    assert kept.is_final
    assert kept.body["low"] < truth < kept.body["high"], (truth, kept.body)
    assert kept.body["low"] > 0.05, "the posts of this world work, and it shows"
    assert {check["name"]: check["passed"] for check in kept.body["checks"]}["compliance"]
    assert "It added sales" in page


def known_truth(world: Outcome, treated: set[str]) -> float:
    """What the treated markets sold over what they would have sold had nobody posted: from both lives."""
    rows = [at for at, country in enumerate(COUNTRIES) if country in treated]
    test = slice(PRE_DAYS, PRE_DAYS + DAYS)
    with_posts, without = (lives[rows, test].sum() for lives in (world.tally.on_minor, world.tally.off_minor))
    return float(with_posts / without - 1)
