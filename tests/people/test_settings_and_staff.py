import re

import pytest

from livingroom.people.models import Staff
from livingroom.shared.models import Brand, Event
from tests.posts import cast

pytestmark = pytest.mark.django_db

ANSWERS = {
    "name": "Corner PC",
    "reporting_currency": "USD",
    "attribution_window_days": "30",
    "visitor_cookie": "never",
    "destination_hosts": "https://Shop.CornerPC.example/laptops\nbörse.example",
    "staff_hour": "42.50",
}


@pytest.fixture
def admin(db, client):
    cast.open_house()
    client.force_login(cast.ada())
    return client


def test_settings_are_changed_and_what_they_were_is_kept(admin):
    admin.post("/settings/", {**ANSWERS, "attribution_window_days": "14"})

    brand = Brand.current()
    assert (brand.attribution_window_days, brand.staff_hour_minor) == (14, 4250)
    change = Event.objects.get(verb="changed settings").change
    assert change["attribution_window_days"] == {"from": 30, "to": 14}


def test_hosts_are_read_from_whatever_was_pasted(admin):
    admin.post("/settings/", ANSWERS)

    assert Brand.current().allowed_hosts == {"shop.cornerpc.example", "xn--brse-5qa.example"}


@pytest.mark.parametrize(
    "wrong",
    [{"destination_hosts": "not a host"}, {"attribution_window_days": "0"}, {"reporting_currency": "XXX"}],
)
def test_what_is_wrong_is_said_and_nothing_changes(admin, wrong):
    answer = admin.post("/settings/", {**ANSWERS, **wrong, "name": "Changed"})

    assert answer.status_code == 422
    assert Brand.current().name == "Corner PC"


def test_an_invitation_lets_its_owner_choose_a_password(admin, client):
    answer = admin.post(
        "/settings/staff/invite/", {"name": "Lee", "email": "Lee@cornerpc.example", "role": "manager"}
    )
    url = re.search(r'data-copy="[^"]*?(/accounts/password/reset/key/[^"]+)"', answer.content.decode())[1]
    client.logout()

    page = client.get(url, follow=True)
    path = page.redirect_chain[-1][0] if page.redirect_chain else url
    client.post(path, {"password1": "a-long-pass-phrase", "password2": "a-long-pass-phrase"})

    lee = Staff.objects.get(email="lee@cornerpc.example")
    assert lee.check_password("a-long-pass-phrase")
    assert lee.role == Staff.Role.MANAGER


def test_nobody_is_invited_twice(admin):
    answer = admin.post(
        "/settings/staff/invite/", {"name": "Ada", "email": "ADA@cornerpc.example", "role": "analyst"}
    )

    assert answer.status_code == 422
    assert Staff.objects.count() == 1


def test_the_last_admin_stays_one(admin):
    ada = cast.ada()

    answer = admin.post(f"/settings/staff/{ada.pk}/", {"role": "analyst", "is_active": "on"}, follow=True)

    ada.refresh_from_db()
    assert ada.role == Staff.Role.ADMIN
    assert "last admin" in answer.content.decode()


def test_a_door_can_be_shut(admin, client):
    maya = cast.staff()

    admin.post(f"/settings/staff/{maya.pk}/", {"role": "community_manager"})

    maya.refresh_from_db()
    assert not maya.is_active


def test_others_read_but_do_not_change(client, db):
    cast.open_house()
    client.force_login(cast.staff())

    page = client.get("/settings/").content.decode()

    assert "admins change them" in page
    assert "Invite somebody" not in page
    assert client.post("/settings/", ANSWERS).status_code == 403
    assert (
        client.post(
            "/settings/staff/invite/", {"name": "X", "email": "x@example.com", "role": "admin"}
        ).status_code
        == 403
    )


def test_each_label_on_the_page_belongs_to_a_field_of_its_own(admin):
    page = admin.get("/settings/").content.decode()

    ids = re.findall(r'\sid="([^"]+)"', page)
    assert "invite_name" in ids
    assert len(ids) == len(set(ids))
