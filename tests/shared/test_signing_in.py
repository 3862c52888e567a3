import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from livingroom.people.models import Staff
from tests.shared.conftest import Desk


def test_the_demo_has_its_own_door(client: Client, settings: LazySettings, db: None) -> None:
    settings.DEMO = True

    page = client.get("/accounts/login/").content.decode()

    assert 'action="/demo/enter/"' in page
    assert "Enter the demo as Maya" in page


def test_outside_the_demo_there_is_no_such_door(client: Client, db: None) -> None:
    assert "/demo/enter/" not in client.get("/accounts/login/").content.decode()


def test_a_wrong_password_is_told_beside_the_form(client: Client, maya: Staff) -> None:
    response = client.post("/accounts/login/", {"login": maya.email, "password": "not it"})

    assert response.status_code == 200
    assert "notice--bad" in response.content.decode()


def test_a_forgotten_password_is_chosen_anew(client: Client, maya: Staff) -> None:
    client.post("/accounts/password/reset/", {"email": maya.email}, follow=True)
    link = re.search(r"http://\S+", mail.outbox[0].body)
    assert link

    page = client.get(link[0], follow=True)
    done = client.post(
        page.request["PATH_INFO"], {"password1": "another long one", "password2": "another long one"}
    )

    assert done.status_code == 302
    assert client.login(username=maya.email, password="another long one")


def test_nobody_signs_up_alone(client: Client, db: None) -> None:
    page = client.get("/accounts/signup/", follow=True).content.decode()

    assert "password1" not in page


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
def test_axe_finds_nothing_at_the_door(street: Desk, path: str, scheme: str) -> None:
    page = street.open(path, width=390, scheme=scheme)

    found = Axe().run(page)

    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []


@pytest.mark.browser
def test_one_signs_in_and_out_without_javascript(street: Desk, maya: Staff) -> None:
    page = street.open("/accounts/login/?next=/design/", script=False)

    page.get_by_label("Email").fill(maya.email)
    page.get_by_label("Password", exact=True).fill("a long password")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Design"
    page.get_by_role("button", name="Sign out").click()

    assert page.context.request.get(f"{street.address}/design/").url.endswith(
        "/accounts/login/?next=/design/"
    )
