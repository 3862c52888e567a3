import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from livingroom.config.secrets import stored_key
from livingroom.people.doors import set_up_path
from livingroom.people.models import Staff
from livingroom.shared.models import Brand, Event

ANSWERS = {"brand": "Corner PC", "name": "Ada", "email": "Ada@Shop.example", "password": "a-long-word-1906"}


@pytest.fixture(autouse=True)
def token(db):
    yield stored_key(django_settings.HOME / "setup.token")
    (django_settings.HOME / "setup.token").unlink(missing_ok=True)


def test_the_first_account_becomes_admin_and_names_the_brand(client):
    answer = client.post(set_up_path(), ANSWERS)

    assert answer.status_code == 302
    assert Staff.objects.get().role == "admin"
    assert Staff.objects.get().email == "ada@shop.example"
    assert Brand.current().name == "Corner PC"
    assert Event.objects.filter(verb="opened the house").exists()


def test_the_door_closes_behind_the_first_account(client, token):
    path = set_up_path()
    client.post(path, ANSWERS)
    client.logout()

    assert set_up_path() == ""
    assert client.post(path, {**ANSWERS, "email": "eve@shop.example"}).status_code == 404
    assert Staff.objects.count() == 1


def test_a_guessed_token_opens_nothing(client):
    assert client.get(reverse("set_up", args=["guess"])).status_code == 404


def test_a_weak_password_is_explained_next_to_its_field(client):
    answer = client.post(set_up_path(), {**ANSWERS, "password": "password"})

    assert answer.status_code == 200
    assert "too common" in answer.content.decode()
    assert not Staff.objects.exists()


def test_outside_the_demo_its_door_does_not_exist(client, settings):
    settings.DEMO = False

    assert client.post(reverse("enter_demo")).status_code == 404


def test_in_the_demo_one_button_signs_in(client, settings):
    settings.DEMO = True

    answer = client.post(reverse("enter_demo"))

    assert answer.status_code == 302
    assert client.session["_auth_user_id"]


def test_a_link_to_the_demo_door_alone_signs_nobody_in(client, settings):
    settings.DEMO = True

    assert client.get(reverse("enter_demo")).status_code == 405
