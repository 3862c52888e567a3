"""A single market by coins, visitors by lot, and history that is only modelled."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse

from livingroom.experiments.models import Experiment, midnight
from livingroom.experiments.operations import choose_units, go_on, keep_design, make_ready, save_plan
from livingroom.experiments.planning import propose
from livingroom.experiments.readings import take_reading
from livingroom.experiments.unit_choice import choices_for
from livingroom.links.lottery import draw
from livingroom.links.models import Code, Lottery, LotteryDraw
from livingroom.links.redirector.click_id import ClickIds
from livingroom.measure.lift.analyse import Question, analyse
from livingroom.measure.lift.stored import to_json
from livingroom.orders.models import Order, Shop
from livingroom.posts.models import Placement
from livingroom.posts.operations import schedule_placements
from tests.experiments import cast
from tests.posts import cast as desk

Kind = Experiment.Kind
ids = ClickIds()
NUMBERS = ("value", "low", "high", "level", "n", "method", "total")


def same_from_files(client, experiment: Experiment, folder, design: str, **how: object) -> dict[str, object]:
    """What the exported panel gives without the house."""
    client.force_login(desk.ian())
    path = folder / "panel.csv"
    path.write_bytes(client.get(reverse("experiment_panel", args=[experiment.pk])).content)
    found = to_json(analyse(Question(panel=str(path), design=design, seed=experiment.seed, **how)))
    return {name: found[name] for name in NUMBERS}


def click() -> str:
    return ids.new(int(cast.NOON.timestamp() * 1000))


def buy(click_id: str, minor: int, code: str = "", at=cast.NOON) -> None:
    shop = Shop.objects.get_or_create(slug="till", defaults={"name": "Till", "kind": "generic"})[0]
    Order.objects.create(
        shop=shop, external_id=click_id or f"{at}", placed_at=at, country="US", currency="USD", net_minor=minor,
        net_reporting_minor=minor, click_id=click_id, codes=[code] if code else [], changed_at=at,
    )  # fmt: skip


@pytest.fixture
def takers(house):
    """Four hundred visitors who took a single-use code in the last weeks; half of them bought."""
    branch = desk.branch()
    row = desk.placement(branch, text="Look: {link}", code_kind="single", n_codes=1000)
    for number, code in enumerate(Code.objects.filter(link=row.link)[:400]):
        code.issued_at, code.issued_click = cast.NOON - timedelta(days=30 - number % 30), click()
        code.save()
        if number % 2:
            buy(code.issued_click, 8_000 + 40 * number, code.text)
    return branch


def lottery(**facts: object) -> Experiment:
    starts_on = cast.NOON.date() + cast.DAY
    plan = save_plan(
        staff=cast.manager(),
        experiment=Experiment(
            name="Do codes add?", kind=Kind.CODES, starts_on=starts_on, ends_on=starts_on + 29 * cast.DAY, seed=3, **facts
        ),
        now=cast.NOON,
    )  # fmt: skip
    keep_design(staff=cast.manager(), experiment=plan, plan=propose(plan, cast.NOON), now=cast.NOON)
    return make_ready(staff=cast.manager(), experiment=plan, now=cast.NOON)


def test_a_lottery_is_promised_from_the_codes_taken_lately_and_opened(takers):
    experiment = lottery()

    assert 0 < experiment.promise["power"] < 1
    opened = Lottery.objects.get(key=experiment.lottery_key)
    assert (opened.seed, opened.share, opened.starts_at) == (3, 0.5, experiment.starts_at)


def test_a_lottery_without_a_past_is_refused_with_what_to_do(house):
    plan = cast.plan(kind=Kind.CODES)

    assert "Post an offer with single-use codes first" in propose(plan, cast.NOON).problems[0].text


def test_the_link_of_single_use_codes_joins_the_lottery_and_others_do_not(takers):
    experiment = lottery()
    offer = desk.offer(ends_at=cast.NOON + timedelta(days=200))
    at = experiment.starts_at + timedelta(hours=9)
    single = desk.post(
        takers, offer=offer, text="Look: {link}", code_kind="single", n_codes=5
    ).placements.get()
    shared = desk.post(takers, offer=offer, title="Shared").placements.get()

    schedule_placements(staff=desk.staff(), due={single.pk: at, shared.pk: at}, now=cast.NOON)

    assert Placement.objects.get(pk=single.pk).link.lottery.key == experiment.lottery_key
    assert Placement.objects.get(pk=shared.pk).link.lottery is None


def test_the_lift_of_a_lottery_is_read_from_all_who_drew(takers, client, tmp_path):
    experiment = lottery()
    link = Placement.objects.get().link
    link.lottery = Lottery.objects.get()
    link.save()
    chance, at = np.random.default_rng(5), experiment.starts_at + timedelta(hours=1)
    for number in range(600):
        visitor = click() if number % 2 else f"{number:024d}"
        drawn = draw(link=link, visitor=visitor, now=at)
        buyers = 0.6 if drawn.won else 0.3
        if chance.random() < buyers:
            code = ""
            if drawn.won:
                code = f"WON{number}"
                Code.objects.create(text=code, link=link, kind="single", issued_click=visitor, issued_at=at)
            buy(visitor, int(chance.normal(9_000, 1_500)), code, at)
    go_on(experiment.starts_at)
    go_on(experiment.ends_at)

    kept = take_reading(staff=cast.manager(), experiment=experiment, now=experiment.ends_at)

    assert LotteryDraw.objects.count() == 600
    assert kept.body["low"] < 1.0 < kept.body["high"]
    assert kept.body["is_tested"]
    assert any(check["name"] == "sample ratio" and check["passed"] for check in kept.body["checks"])
    assert same_from_files(client, experiment, tmp_path, "codes", taken="taken", share=experiment.share) == {
        name: kept.body[name] for name in NUMBERS
    }


def test_history_is_modelled_compared_with_other_markets_and_badged(mona, tmp_path):
    started = cast.NOON.date() - 56 * cast.DAY
    for order in Order.objects.filter(country="FR", placed_at__gte=midnight(started)):
        order.net_reporting_minor *= 2
        order.save(update_fields=["net_reporting_minor"])
    mona.post(reverse("experiment_new"), {"name": "France", "covers": "posts", "what": "history"})
    plan = Experiment.objects.get()
    mona.post(reverse("experiment_units", args=[plan.pk]), {"units": ["France"]})
    mona.post(reverse("experiment_days", args=[plan.pk]), {"starts_on": f"{started}", "days": 56})
    mona.post(reverse("experiment_start", args=[plan.pk]))
    mona.post(reverse("experiment_look", args=[plan.pk]))

    kept = Experiment.objects.get().readings.get()
    page = mona.get(reverse("experiment", args=[plan.pk])).content.decode()

    assert kept.body["low"] < 1.0 < kept.body["high"]
    assert kept.body["low"] > 0.5
    assert not kept.body["is_tested"]
    assert "Modelled, not tested" in page
    assert same_from_files(mona, plan, tmp_path, "history") == {name: kept.body[name] for name in NUMBERS}
    assert plan.units.filter(is_control=True).count() == 5


def test_one_market_alone_takes_turns_by_coins(mona):
    plan = cast.plan(kind=Kind.SINGLE, days=150)
    units = [row.unit for row in choices_for(plan, cast.NOON).rows if row.unit.name == "Japan"]
    choose_units(staff=cast.manager(), experiment=plan, units=units, now=cast.NOON)
    found = propose(plan, cast.NOON)
    keep_design(staff=cast.manager(), experiment=plan, plan=found, now=cast.NOON)

    page = mona.get(reverse("experiment_draw", args=[plan.pk])).content.decode()
    make_ready(staff=cast.manager(), experiment=plan, now=cast.NOON)

    arms = set(plan.assignments.values_list("arm", flat=True))
    assert arms == {"treated", "held out"}
    assert "Left out</td>" in page
    first, last = (
        plan.assignments.order_by("starts_at").first(),
        plan.assignments.order_by("starts_at").last(),
    )
    assert first.starts_at == plan.starts_at
    assert last.ends_at <= plan.ends_at


def test_several_tests_are_corrected_on_the_list(mona):
    end = None
    for name, seed in (("First", 7), ("Second", 8)):
        experiment = cast.planned(name=name, seed=seed)
        if end is None:
            cast.orders(days=96, until=experiment.ends_at, seed=3)
        Experiment.objects.filter(state="ready").update(state="read")
        make_ready(staff=cast.manager(), experiment=experiment, now=cast.NOON)
        cast.sent_as_drawn(experiment)
        end = experiment.ends_at
        Experiment.objects.filter(pk=experiment.pk).update(state="ended")
        experiment.refresh_from_db()
        take_reading(staff=cast.manager(), experiment=experiment, now=end)

    page = mona.get(reverse("experiments")).content.decode()

    assert "All at once" in page
    assert "not beyond chance" in page
