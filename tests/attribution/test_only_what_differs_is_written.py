"""Measuring again writes nothing; a late order or refund changes exactly what it should."""

from datetime import date

import pytest
from django.db import connection

from livingroom.attribution import operations
from livingroom.attribution.models import (
    BranchMonth,
    Credit,
    DailyFigure,
    Evidence,
    Milestone,
    MonthFigure,
    Run,
    Touch,
)
from livingroom.lake import Lake
from livingroom.shared.models import Alarm, Brand, Lease
from tests.attribution.scene import DAY, HOUR, NOON

TABLES = (Evidence, Touch, Credit, DailyFigure, MonthFigure, BranchMonth, Milestone)


def rows(model):
    """Every row, without its own id, which tells nothing."""
    own = model._meta.pk.column if model is not Evidence else ""
    names = [field.column for field in model._meta.concrete_fields if field.column != own]
    return {tuple(row) for row in model.objects.values_list(*names)}


def everything():
    return {model.__name__: rows(model) for model in TABLES}


def keys(model):
    return set(model.objects.values_list("pk", flat=True))


@pytest.fixture
def measured(scene):
    """Two customers of one branch, each with two clicks and an order, and a third who was never touched."""
    placement = scene.placement(scene.branch())
    scene.code(placement)
    scene.anas, scene.bens = scene.customer(), scene.customer()
    for customer, visitor in ((scene.anas, "c:ana"), (scene.bens, "c:ben")):
        scene.click(placement, NOON - 3 * DAY, visitor=visitor)
        click = scene.click(placement, NOON - HOUR, visitor=visitor)
        scene.order(customer=customer, click_id=click, amount=2_000_01)
    scene.order(amount=55_00)
    scene.cost(300_00, placement.branch)
    scene.reach(placement.branch, 12_000)
    scene.shared_placement = placement
    scene.measure()
    return scene


def test_without_news_nothing_is_even_looked_at(measured):
    assert measured.measure() is None
    assert Run.objects.count() == 1


def test_measuring_everybody_again_writes_nothing(measured):
    before = {model: keys(model) for model in TABLES}

    run = measured.measure(full=True)

    assert run.n_changed == 0
    assert {model: keys(model) for model in TABLES} == before


def test_a_refund_changes_that_orders_money_and_its_sums_only(measured):
    order = measured.anas.orders.get()
    before = {model: keys(model) for model in (Evidence, Touch)}
    others = set(Credit.objects.exclude(order=order).values_list("pk", flat=True))

    measured.refund(order, 1_000_00, NOON + DAY)
    run = measured.measure()

    assert run.n_people == 1
    assert {model: keys(model) for model in (Evidence, Touch)} == before
    assert set(Credit.objects.exclude(order=order).values_list("pk", flat=True)) == others
    assert sum(order.credits.filter(model="linear").values_list("amount_minor", flat=True)) == 1_000_01
    assert sum(order.credits.filter(model="linear").values_list("reporting_minor", flat=True)) == 1_000_01
    assert sum(MonthFigure.objects.values_list("net_minor", flat=True)) == 1_000_01 + 2_000_01 + 55_00


def test_a_late_order_takes_the_touches_that_are_now_its_own(measured):
    late = measured.order(customer=measured.anas, at=NOON - 2 * DAY, amount=10_00)
    order = measured.anas.orders.get(placed_at=NOON)
    bens = rows(Touch) - {row for row in rows(Touch) if row[0] == order.pk}

    run = measured.measure()

    assert run.n_people == 1
    assert {order.pk: order.path.count(), late.pk: late.path.count()} == {order.pk: 1, late.pk: 1}
    assert bens <= rows(Touch)
    assert late.evidence.grade == "C"


def test_a_late_click_is_found_by_its_visitor(measured):
    measured.click(measured.shared_placement, NOON - 2 * DAY, visitor="c:ana")

    run = measured.measure()

    assert run.n_people == 1
    assert measured.anas.orders.get().path.count() == 3
    assert measured.bens.orders.get().path.count() == 2


def test_the_news_alone_and_everything_anew_come_to_the_same(measured):
    code = measured.shared_placement.link.codes.get().text
    measured.order(codes=[code], said_channel="x", currency="BRL", rate=0.5, amount=33_33)
    measured.refund(measured.bens.orders.get(), 2_000_01, NOON + DAY)
    measured.click(measured.shared_placement, NOON - 2 * DAY, visitor="c:ana")
    measured.measure()
    step_by_step = everything()
    for model in TABLES:
        model.objects.all().delete()

    measured.measure(full=True)

    assert everything() == step_by_step


def test_a_customer_who_turns_out_to_be_another_takes_the_order_along(measured):
    order = measured.bens.orders.get()
    order.customer, order.changed_at = measured.anas, NOON + DAY
    order.save()

    measured.measure()
    step_by_step = everything()
    measured.measure(full=True)

    assert everything() == step_by_step


def test_another_window_measures_everybody_anew(measured):
    Brand.current()
    Brand.objects.update(attribution_window_days=2)

    run = measured.measure()

    assert run.is_full
    assert {order.path.count() for order in (measured.anas.orders.get(), measured.bens.orders.get())} == {1}


def test_each_model_divides_the_reporting_amount_to_the_cent(scene):
    placement = scene.placement(scene.branch())
    for days in (3, 2, 1):
        click = scene.click(placement, NOON - days * DAY, visitor="c:ana")
    order = scene.order(click_id=click, amount=100_00, currency="BRL", rate=0.5001)

    scene.measure()

    for model in ("last", "first", "linear", "time_decay", "position"):
        credits = order.credits.filter(model=model)
        assert sum(credits.values_list("amount_minor", flat=True)) == 100_00, model
        assert sum(credits.values_list("reporting_minor", flat=True)) == 50_01, model


def test_a_negative_order_divides_to_the_cent_too(scene):
    placement = scene.placement(scene.branch())
    for days in (3, 2, 1):
        click = scene.click(placement, NOON - days * DAY, visitor="c:ana")
    order = scene.order(click_id=click, amount=-100)

    scene.measure()

    assert sum(order.credits.filter(model="linear").values_list("reporting_minor", flat=True)) == -100


def test_while_another_process_measures_we_do_not(scene):
    scene.order()
    Lease.objects.create(name="attribution", holder="somebody else", until=NOON + 6 * DAY)

    assert scene.measure() is None
    assert scene.measure(now=NOON + 7 * DAY) is not None


def test_a_failure_is_noted_rings_and_leaves_the_old_rows(measured, monkeypatch):
    before = everything()
    measured.order()
    monkeypatch.setattr(operations.measuring, "counts", lambda duck: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        measured.measure()

    assert everything() == before
    assert Alarm.objects.ringing().get().kind == "attribution"
    monkeypatch.undo()
    measured.measure()
    assert not Alarm.objects.ringing().exists()
    assert Evidence.objects.count() == 4


def test_stored_times_equal_those_django_writes(measured):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM attribution_evidence e JOIN orders_order o ON o.id = e.order_id AND o.placed_at = e.placed_at"
        )
        assert cursor.fetchone() == (3,)


def test_milestones_carry_the_day_they_were_passed(measured):
    passed = dict(Milestone.objects.values_list("amount_minor", "passed_on"))

    assert passed == dict.fromkeys([1_000_00, 2_000_00, 3_000_00], date(2009, 6, 10))


def test_a_branch_month_adds_up_posts_clicks_followers_and_costs(measured):
    measured.click(measured.shared_placement, NOON, click_class="bot")
    measured.measure()

    june = BranchMonth.objects.get(month=date(2009, 6, 1))

    assert (june.n_clicks, june.n_other_clicks, june.followers, june.staff_minor) == (4, 1, 12_000, 300_00)
    assert BranchMonth.objects.get(month=date(2009, 5, 1)).n_posts == 1


def test_after_a_refund_alone_no_click_is_read_again(measured, monkeypatch):
    order = measured.anas.orders.get()
    measured.refund(order, 1_000_00, NOON + DAY)

    with monkeypatch.context() as without_clicks:
        without_clicks.setattr(Lake, "relation", None)
        run = measured.measure()

    assert run.n_people == 1
    assert Credit.objects.filter(order=order).exists()


def test_after_a_run_that_did_not_reach_the_lake_every_click_is_read(measured):
    Run.objects.update(is_kept=False)
    before = everything()

    measured.refund(measured.anas.orders.get(), 1_000_00, NOON + DAY)
    run = measured.measure()

    assert run.n_people == 1
    assert everything()["Touch"] == before["Touch"]
