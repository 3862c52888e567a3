from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from livingroom.attribution import difference, tasks
from livingroom.attribution.models import Evidence, Run
from tests.attribution.scene import DAY, HOUR, NOON

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def fresh_ticker(monkeypatch, settings):
    monkeypatch.setattr(tasks, "_next_look_at", None)
    # The worker is here: what is asked for is done at once.
    settings.TASKS = {
        "default": {
            "BACKEND": "django_tasks.backends.immediate.ImmediateBackend",
            "QUEUES": ["default", "slow"],
        }
    }


def test_an_order_is_measured_within_seconds(scene):
    scene.order()

    tasks.tick(NOON + DAY)

    assert Evidence.objects.count() == 1


def test_a_tick_right_after_another_does_not_look_again(scene):
    tasks.tick(NOON + DAY)
    scene.order()

    tasks.tick(NOON + DAY + SECOND)
    assert Evidence.objects.count() == 0

    tasks.tick(NOON + DAY + HOUR)
    assert Evidence.objects.count() == 1


def test_after_a_failure_it_rests_for_a_minute(scene):
    now = timezone.now()
    Run.objects.create(started_at=now, ended_at=now, problem="ValueError: out of paper", seen={})
    scene.order()

    tasks.tick(now + 30 * SECOND)
    assert Evidence.objects.count() == 0

    tasks.tick(now + 61 * SECOND)
    assert Evidence.objects.count() == 1


def test_after_ten_seconds_of_work_it_rests_for_forty(scene):
    now = timezone.now()
    Run.objects.create(started_at=now - 10 * SECOND, ended_at=now, seen={})
    scene.order()

    assert tasks.is_resting(now + 39 * SECOND)
    assert not tasks.is_resting(now + 41 * SECOND)


def test_the_ticker_asks_once_and_does_not_wait(scene, settings):
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "slow"]}
    }
    scene.order()

    tasks.tick(NOON + DAY)
    tasks.tick(NOON + DAY + HOUR)

    assert Evidence.objects.count() == 0
    assert DBTaskResult.objects.filter(queue_name="slow").count() == 1


def test_many_changed_orders_are_compared_as_well_as_few(scene, monkeypatch):
    placement = scene.placement(scene.branch())
    ana = scene.customer()
    for number in range(3):
        click = scene.click(placement, NOON + (number - 0.5) * HOUR, visitor="c:ana")
        scene.order(customer=ana, click_id=click, at=NOON + number * HOUR)
    untouched = scene.order()
    scene.measure()
    before = Evidence.objects.in_bulk()
    monkeypatch.setattr(difference, "SCOPE_BY_NAME_AT_MOST", 2)
    order = ana.orders.latest("placed_at")

    scene.refund(order, 10_00, NOON + DAY)
    run = scene.measure()

    assert run.n_people == 1
    assert Evidence.objects.in_bulk().keys() == before.keys() >= {untouched.pk}
    assert sum(order.credits.filter(model="last").values_list("amount_minor", flat=True)) == 90_00
