from datetime import UTC, datetime, time

import pytest

from livingroom.branches.models import Host, Shift
from livingroom.branches.roster import hosts_on_duty, is_inside, week_of
from tests.posts import cast

pytestmark = pytest.mark.django_db
MONDAY, SUNDAY = 0, 6


@pytest.fixture
def branch(db):
    cast.open_house()
    return cast.branch("Brasil", connected=False, time_zone="America/Sao_Paulo")


@pytest.fixture
def ana(branch):
    return Host.objects.create(name="Ana Souza", initials="AS")


def on_duty(branch, *moment):
    return hosts_on_duty([branch.pk], datetime(*moment, tzinfo=UTC)).get(branch.pk, set())


def test_hours_are_those_of_the_branchs_own_clock(branch, ana):
    Shift.objects.create(branch=branch, host=ana, weekday=MONDAY, starts=time(9), ends=time(17))

    # 2 November 2026 is a Monday; São Paulo is three hours behind UTC.
    assert on_duty(branch, 2026, 11, 2, 11, 59) == set()
    assert on_duty(branch, 2026, 11, 2, 12, 0) == {ana.pk}
    assert on_duty(branch, 2026, 11, 2, 19, 59) == {ana.pk}
    assert on_duty(branch, 2026, 11, 2, 20, 0) == set()
    assert on_duty(branch, 2026, 11, 3, 12, 0) == set()


def test_a_night_shift_goes_over_midnight_and_over_the_week(branch, ana):
    Shift.objects.create(branch=branch, host=ana, weekday=SUNDAY, starts=time(22), ends=time(6))

    assert on_duty(branch, 2026, 11, 2, 0, 59) == set()  # Sunday 21:59 there
    assert on_duty(branch, 2026, 11, 2, 1, 0) == {ana.pk}
    assert on_duty(branch, 2026, 11, 2, 8, 59) == {ana.pk}  # Monday 05:59
    assert on_duty(branch, 2026, 11, 2, 9, 0) == set()


def test_hours_hold_across_a_clock_change(branch, ana):
    branch.time_zone = "Europe/Berlin"
    branch.save()
    for weekday in range(7):
        Shift.objects.create(branch=branch, host=ana, weekday=weekday, starts=time(9), ends=time(10))

    assert on_duty(branch, 2026, 10, 24, 7, 30) == {ana.pk}  # summer time
    assert on_duty(branch, 2026, 10, 26, 7, 30) == set()  # an hour later by the sun
    assert on_duty(branch, 2026, 10, 26, 8, 30) == {ana.pk}


def test_the_moment_a_shift_ends_belongs_to_the_next():
    local = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)

    assert not is_inside(local, MONDAY, time(9), time(17))
    assert is_inside(local, MONDAY, time(17), time(18))


def test_managers_put_hosts_on_duty_and_take_them_off(client, branch, ana):
    client.force_login(cast.staff("Mia", "manager"))

    client.post(
        "/branches/brasil/roster/",
        {"host": ana.pk, "weekdays": ["0", "2"], "starts": "09:00", "ends": "17:00"},
    )

    assert [hours.weekday for hours in week_of(branch)] == [0, 2]
    assert ana in branch.hosts.all()
    assert "Ana Souza" in client.get("/branches/brasil/roster/").content.decode()
    for shift in branch.shifts.all():
        client.post(f"/branches/brasil/roster/{shift.pk}/drop/")
    assert week_of(branch) == []


def test_a_shift_of_no_length_is_refused(client, branch, ana):
    client.force_login(cast.ada())

    answer = client.post(
        "/branches/brasil/roster/", {"host": ana.pk, "weekdays": ["0"], "starts": "09:00", "ends": "09:00"}
    )

    assert answer.status_code == 422
    assert not Shift.objects.exists()


def test_others_only_read_the_roster(client, branch, ana):
    client.force_login(cast.staff())

    answer = client.post(
        "/branches/brasil/roster/", {"host": ana.pk, "weekdays": ["0"], "starts": "09:00", "ends": "17:00"}
    )

    assert answer.status_code == 403
    assert "Put a host on duty" not in client.get("/branches/brasil/roster/").content.decode()
