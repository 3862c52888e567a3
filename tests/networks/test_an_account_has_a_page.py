import pytest
from django.test import Client

from livingroom.networks.models import Connection
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.sandbox.models import SandboxAccount
from tests.posts import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection(client: Client) -> Connection:
    cast.open_house()
    client.force_login(cast.ada())
    client.post("/networks/sandbox/connect/", {"handle": "corner"})
    return Connection.objects.get()


def test_it_says_how_the_account_is(client: Client, connection: Connection) -> None:
    page = client.get(f"/networks/accounts/{connection.pk}/").content.decode()

    assert "Connected" in page
    assert "500 characters" in page


def test_a_check_finds_a_token_that_was_taken_back(client: Client, connection: Connection) -> None:
    arm_fault(SandboxAccount.objects.get(handle="corner"), "revoked")

    page = client.post(f"/networks/accounts/{connection.pk}/check/", follow=True).content.decode()

    assert "Revoked" in page
    assert "Connect again" in page
    assert f"/networks/accounts/{connection.pk}/" in client.get("/networks/").content.decode()


def test_a_check_that_finds_all_well_says_who_we_are(client: Client, connection: Connection) -> None:
    page = client.post(f"/networks/accounts/{connection.pk}/check/", follow=True).content.decode()

    assert "Sandbox knows us as corner" in page


def test_disconnecting_forgets_the_secrets_and_keeps_the_page(client: Client, connection: Connection) -> None:
    client.post(f"/networks/accounts/{connection.pk}/disconnect/")

    connection.refresh_from_db()
    page = client.get(f"/networks/accounts/{connection.pk}/").content.decode()
    assert connection.credentials_encrypted == ""
    assert "Disconnected here" in page
    assert f"/networks/accounts/{connection.pk}/check/" not in page


def test_rights_that_are_missing_are_named(client: Client, connection: Connection) -> None:
    Connection.objects.update(network="mastodon", scopes=["read:accounts"])

    page = client.get(f"/networks/accounts/{connection.pk}/").content.decode()

    assert "read:accounts: allowed." in page
    assert "write:statuses is missing: to post, answer, edit and delete" in page


def test_those_who_may_only_look_see_it_without_buttons(client: Client, connection: Connection) -> None:
    client.force_login(cast.ian())

    page = client.get(f"/networks/accounts/{connection.pk}/").content.decode()

    assert "Disconnect" not in page
    assert client.post(f"/networks/accounts/{connection.pk}/disconnect/").status_code == 403
