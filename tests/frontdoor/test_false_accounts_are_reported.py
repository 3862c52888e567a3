import re

import pytest

from livingroom.frontdoor.models import Suspect, SuspectReport
from livingroom.frontdoor.operations import REPORTS_AN_HOUR
from livingroom.shared.models import Alarm
from tests.posts import cast

pytestmark = pytest.mark.django_db
FALSE = "https://x.com/cornerpc_outlets"


def token_for(client, account=FALSE):
    page = client.get("/check/", {"account": account}).content.decode()
    found = re.search(r'name="token" value="([^"]+)"', page)
    return found[1] if found else ""


def report(client, account=FALSE, **facts):
    return client.post("/check/report/", {"token": token_for(client, account), **facts})


def test_a_report_is_kept_and_rings(client, doors):
    answer = report(client, note="It asked for my code.")

    assert "Thank you" in answer.content.decode()
    suspect = Suspect.objects.get()
    assert (suspect.key, suspect.resembles, suspect.n_reports) == ("x:cornerpc_outlets", "Outlet", 1)
    assert suspect.reports.get().note == "It asked for my code."
    assert Alarm.objects.ringing().get().kind == "false account"


def test_it_needs_no_cookie_and_keeps_no_address(client, doors):
    answer = report(client, REMOTE_ADDR="203.0.113.9")

    assert not answer.cookies
    assert not client.cookies
    assert "203.0.113.9" not in repr(SuspectReport.objects.values())


def test_the_same_account_written_in_another_way_is_one_row(client, doors):
    report(client)
    token = token_for(client, "twitter.com/CornerPC_Outlets/status/1")
    client.post("/check/report/", {"token": token}, REMOTE_ADDR="203.0.113.9")

    assert Suspect.objects.get().n_reports == 2


def test_a_visitor_who_tells_twice_counts_once(client, doors):
    report(client)
    report(client)

    assert Suspect.objects.get().n_reports == 1


def test_one_visitor_may_tell_of_a_few_an_hour(client, doors):
    answers = [
        report(client, f"https://x.com/cornerpc_fake{number}") for number in range(REPORTS_AN_HOUR + 1)
    ]

    assert [answer.status_code for answer in answers] == [200] * REPORTS_AN_HOUR + [429]
    assert Suspect.objects.count() == REPORTS_AN_HOUR


@pytest.mark.parametrize("account", ["https://x.com/cornerpc_outlet", "nothing at all to read"])
def test_what_is_ours_cannot_be_reported(client, doors, account):
    assert token_for(client, account) == ""


def test_a_form_that_is_not_ours_reports_nothing(client, doors):
    answer = client.post("/check/report/", {"token": "made-up", "account": FALSE})

    assert answer.status_code == 400
    assert not Suspect.objects.exists()


def test_a_machine_that_fills_every_field_is_thanked_and_forgotten(client, doors):
    report(client, website="https://spam.example")

    assert not Suspect.objects.exists()


def test_staff_settle_it_and_the_alarm_falls_silent(client, doors):
    report(client)
    client.force_login(cast.staff())
    suspect = Suspect.objects.get()
    assert FALSE in client.get("/branches/-/false-accounts/").content.decode()

    client.post(f"/branches/-/false-accounts/{suspect.pk}/settle/", {"outcome": "taken_down"})

    suspect.refresh_from_db()
    assert (suspect.outcome, str(suspect.settled_by)) == ("taken_down", "Maya")
    assert not Alarm.objects.ringing().exists()
    assert f"{FALSE}: taken down." in client.get("/branches/-/false-accounts/").content.decode()
    assert FALSE not in client.get("/branches/-/false-accounts/").content.decode()
    assert FALSE in client.get("/branches/-/false-accounts/", {"show": "all"}).content.decode()


def test_many_reports_ring_once_and_until_the_last_is_settled(client, doors):
    report(client)
    report(client, "https://x.com/cornerpc_outlet_help")
    [alarm] = Alarm.objects.ringing()
    assert "wait for a look: 2" in alarm.text
    client.force_login(cast.staff())

    for suspect in Suspect.objects.all():
        assert Alarm.objects.ringing().count() == 1
        client.post(f"/branches/-/false-accounts/{suspect.pk}/settle/", {"outcome": "no_harm"})

    assert not Alarm.objects.ringing().exists()


def test_one_that_comes_back_is_open_again(client, doors):
    report(client)
    client.force_login(cast.staff())
    client.post(f"/branches/-/false-accounts/{Suspect.objects.get().pk}/settle/", {"outcome": "taken_down"})
    client.logout()

    client.post("/check/report/", {"token": token_for(client)}, REMOTE_ADDR="203.0.113.9")

    assert Suspect.objects.waiting().get().n_reports == 2
    assert Alarm.objects.ringing().exists()


def test_those_who_only_look_settle_nothing(client, doors):
    report(client)
    client.force_login(cast.ian())

    answer = client.post(
        f"/branches/-/false-accounts/{Suspect.objects.get().pk}/settle/", {"outcome": "no_harm"}
    )

    assert answer.status_code == 403
    assert Suspect.objects.waiting().exists()
