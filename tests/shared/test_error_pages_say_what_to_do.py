import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views import defaults
from django.views.csrf import csrf_failure

from livingroom.people.models import Staff
from livingroom.people.policy import require


@pytest.fixture
def request_of_maya(maya: Staff) -> HttpRequest:
    request = RequestFactory().get("/settings/")
    request.user = maya
    return request


def test_a_missing_page_leads_somewhere(client: Client, db: None) -> None:
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "/no/such/page/" in response.content.decode()
    assert 'href="/contact/"' in response.content.decode()


def test_a_missing_page_leads_us_back_to_the_desk(signed_in: Client) -> None:
    response = signed_in.get("/no/such/page/")

    assert 'href="/overview/"' in response.content.decode()


def test_a_refusal_says_who_may(request_of_maya: HttpRequest, maya: Staff) -> None:
    with pytest.raises(PermissionDenied) as refusal:
        require(maya, "set_up")

    response = defaults.permission_denied(request_of_maya, refusal.value)

    assert response.status_code == 403
    assert "These roles may: admin." in response.content.decode()


def test_a_failure_is_shown_without_the_database(rf: RequestFactory, db: None) -> None:
    with connection.execute_wrapper(_no_database):
        response = defaults.server_error(rf.get("/overview/"))

    assert response.status_code == 500
    assert "livingroom doctor" in response.content.decode()


def test_a_malformed_request_is_told(rf: RequestFactory, db: None) -> None:
    response = defaults.bad_request(rf.get("/"), ValueError("secret detail"))

    assert response.status_code == 400
    assert "secret detail" not in response.content.decode()


def test_a_form_that_is_too_old_changes_nothing_and_says_so(rf: RequestFactory, db: None) -> None:
    response = csrf_failure(rf.post("/settings/"))

    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()


def _no_database(*_: object) -> None:
    raise AssertionError("An error page must stand without the database.")
