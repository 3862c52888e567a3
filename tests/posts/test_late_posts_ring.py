from datetime import timedelta

import pytest

from livingroom.networks.models import Connection
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.posts.delivery import claim_placement, deliver
from livingroom.posts.models import Placement
from livingroom.posts.operations import cancel_placement
from livingroom.posts.tasks import deliver_due, deliver_placement, tick
from livingroom.shared.models import Alarm
from tests.posts import cast
from tests.posts.cast import NOON

pytestmark = pytest.mark.django_db
LATE = NOON + timedelta(minutes=5)


@pytest.fixture
def due(house):
    return cast.placement()


def ringing() -> list[str]:
    return [alarm.text for alarm in Alarm.objects.ringing().filter(kind="late")]


def test_nothing_rings_before_five_minutes(due):
    tick(LATE - timedelta(seconds=1))

    assert ringing() == []


def test_without_a_worker_the_alarm_says_so(due):
    tick(NOON)
    tick(LATE)

    [text] = ringing()
    assert "no worker takes it" in text


def test_it_rings_once_however_long_it_takes(due):
    for minute in range(5, 30):
        tick(NOON + timedelta(minutes=minute))

    assert Alarm.objects.filter(kind="late").count() == 1


def test_a_branch_that_lost_its_connection_is_the_reason(due):
    due.branch.connection = None
    due.branch.save()

    tick(LATE)

    assert "Outlet is not connected" in ringing()[0]


def test_an_expired_connection_is_the_reason(due):
    Connection.objects.update(state=Connection.State.EXPIRED, problem="The app password was revoked.")

    tick(LATE)

    assert "The app password was revoked." in ringing()[0]


def test_a_rate_limit_is_the_reason_with_the_next_try(due):
    arm_fault(cast.account(due.branch), "too_many_no_time", n_times=9, only_writes=True)
    deliver(due.pk, NOON, clock=lambda: NOON)
    Placement.objects.update(try_at=NOON + timedelta(minutes=9))

    tick(LATE)

    assert "429" in ringing()[0]
    assert f"Next try at {NOON + timedelta(minutes=9):%H:%M} UTC" in ringing()[0]


def test_an_unknown_outcome_is_the_reason(due):
    arm_fault(cast.account(due.branch), "timeout", only_writes=True)
    deliver(due.pk, NOON, clock=lambda: NOON)

    tick(LATE)

    assert "answer was lost" in ringing()[0]


def test_the_alarm_stops_once_it_is_sent(due):
    tick(LATE)

    deliver(due.pk, LATE, clock=lambda: LATE)

    assert ringing() == []


def test_the_alarm_stops_once_it_is_cancelled(due):
    tick(LATE)

    cancel_placement(staff=cast.staff(), placement=due, now=LATE)

    assert ringing() == []


def test_a_due_placement_is_handed_out_once_and_again_when_its_task_was_lost(due):
    assert deliver_due(NOON) == 1
    assert deliver_due(NOON + timedelta(seconds=1)) == 0
    assert deliver_due(NOON + timedelta(minutes=3)) == 1


def test_the_task_carries_the_placement_and_no_more(due):
    tick(NOON)

    from django_tasks_db.models import DBTaskResult

    [row] = DBTaskResult.objects.all()
    assert row.args_kwargs == {"args": [due.pk], "kwargs": {}}
    assert row.task_path == deliver_placement.module_path


def test_a_worker_that_died_is_noticed_by_the_tick(due):
    claim_placement(due.pk, NOON)

    tick(NOON + timedelta(minutes=4))

    due.refresh_from_db()
    assert due.state == Placement.State.UNKNOWN
