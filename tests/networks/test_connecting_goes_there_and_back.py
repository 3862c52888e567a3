"""The guided way over a network's own pages, with a real server that asks and answers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from livingroom.networks.models import ConnectAttempt, Connection, NetworkApp
from livingroom.networks.registry import NETWORKS, find_network
from livingroom.networks.rotation import sealed_columns
from livingroom.networks.sign_in import ALLOWED_MINUTES
from livingroom.networks.vault import unseal
from livingroom.orders.models import Shop
from scripts.peers.mastodon import Account, MastodonServer
from tests.networks.two_houses import TwoHouses
from tests.posts import cast
from tests_peers.fault_proxy import FaultProxy

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, settings: Settings) -> Client:
    settings.ALLOW_PRIVATE_NETWORKS = True
    cast.open_house()
    client.force_login(cast.ada())
    return client


@pytest.fixture
def corner(mastodon: MastodonServer) -> Account:
    return mastodon.create_account("corner")


@pytest.fixture
def two_houses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(NETWORKS, TwoHouses.name, f"{TwoHouses.__module__}:TwoHouses")
    find_network.cache_clear()
    yield
    find_network.cache_clear()


def go(client: Client, network: str, **typed: str) -> str:
    """Press the button; where the page leads that follows."""
    answer = client.post(f"/networks/{network}/connect/", typed)
    assert answer.headers["Location"] == "/networks/go/", answer.content.decode()[:3000]
    page = client.get("/networks/go/")
    return str(page.context["url"])


def allow(mastodon: MastodonServer, account: Account, asked: str) -> str:
    """What the server's page does when the person allows it: back to us with a code."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
    answer = mastodon.http.post("/oauth/authorize", data={**query, "username": account.username})
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def test_a_server_is_connected_over_its_own_page(
    admin: Client, mastodon: MastodonServer, corner: Account
) -> None:
    asked = go(admin, "mastodon", server_url=mastodon.url)

    answer = admin.get(allow(mastodon, corner, asked))

    connection = Connection.objects.get()
    assert answer.headers["Location"] == f"/networks/accounts/{connection.pk}/"
    assert (connection.account_id, connection.state) == (corner.id, "connected")
    assert "write:statuses" in connection.scopes
    assert connection.own_limits is not None
    assert connection.own_limits.graphemes == 500
    assert unseal(connection.credentials_encrypted)["access_token"] not in connection.credentials_encrypted
    assert not ConnectAttempt.objects.exists()


def test_a_branch_gets_the_account_that_was_connected_for_it(
    admin: Client, mastodon: MastodonServer, corner: Account
) -> None:
    branch = cast.branch(connected=False, network="mastodon")
    guide = admin.get(f"/branches/{branch.slug}/connect/").headers["Location"]
    purpose = parse_qs(urlsplit(guide).query)["for"][0]

    back = allow(mastodon, corner, go(admin, "mastodon", server_url=mastodon.url, **{"for": purpose}))
    answer = admin.get(back)

    branch.refresh_from_db()
    assert answer.headers["Location"] == f"/branches/{branch.slug}/"
    assert branch.connection == Connection.objects.get()
    assert branch.handle.startswith(corner.username)


def test_an_account_that_is_another_branchs_is_refused_and_nothing_is_kept(
    admin: Client, mastodon: MastodonServer, corner: Account
) -> None:
    cast.branch("First", connected=False, network="mastodon", handle=f"{corner.username}@127.0.0.1")
    second = cast.branch("Second", connected=False, network="mastodon")
    guide = admin.get(f"/branches/{second.slug}/connect/").headers["Location"]
    purpose = parse_qs(urlsplit(guide).query)["for"][0]
    back = allow(mastodon, corner, go(admin, "mastodon", server_url=mastodon.url, **{"for": purpose}))

    answer = admin.get(back)

    assert answer.status_code == 422
    assert "One account is one branch" in answer.content.decode()
    assert not Connection.objects.exists()


def test_a_way_back_works_once(admin: Client, mastodon: MastodonServer, corner: Account) -> None:
    back = allow(mastodon, corner, go(admin, "mastodon", server_url=mastodon.url))
    admin.get(back)

    again = admin.get(back)

    assert again.status_code == 422
    assert "was used already" in again.content.decode()
    assert Connection.objects.count() == 1


def test_a_way_back_belongs_to_the_browser_and_the_person_who_began(
    admin: Client, mastodon: MastodonServer, corner: Account
) -> None:
    back = allow(mastodon, corner, go(admin, "mastodon", server_url=mastodon.url))
    other_browser, other_person = Client(), Client()
    other_browser.force_login(cast.ada())
    other_person.force_login(cast.staff("Eve", "admin"))
    session = other_person.session
    session["connecting"] = admin.session["connecting"]
    session.save()

    refused = [other_browser.get(back).status_code, other_person.get(back).status_code]

    assert refused == [422, 422]
    assert not Connection.objects.exists()
    assert admin.get(back).status_code == 302


def test_a_way_back_that_nobody_began_leads_nowhere(admin: Client) -> None:
    answer = admin.get("/networks/return/?state=made-up&code=stolen")

    assert answer.status_code == 422
    assert not Connection.objects.exists()


def test_a_way_back_ends_after_some_minutes_and_is_swept_away(
    admin: Client, mastodon: MastodonServer, corner: Account
) -> None:
    back = allow(mastodon, corner, go(admin, "mastodon", server_url=mastodon.url))
    long_ago = datetime.now(UTC) - ALLOWED_MINUTES - timedelta(seconds=1)
    ConnectAttempt.objects.update(begun_at=long_ago, expires_at=long_ago + ALLOWED_MINUTES)

    late = admin.get(back)
    go(admin, "mastodon", server_url=mastodon.url)

    assert late.status_code == 422
    assert ConnectAttempt.objects.count() == 1


def test_who_says_no_there_is_told_so_here(admin: Client, mastodon: MastodonServer) -> None:
    state = parse_qs(urlsplit(go(admin, "mastodon", server_url=mastodon.url)).query)["state"][0]

    answer = admin.get(
        f"/networks/return/?state={state}&error=access_denied&error_description=The+owner+denied+it"
    )

    assert answer.status_code == 422
    assert "The owner denied it" in answer.content.decode()


def test_livingroom_introduces_itself_to_a_server_once(admin: Client, mastodon: MastodonServer) -> None:
    first, second = (
        parse_qs(urlsplit(go(admin, "mastodon", server_url=mastodon.url)).query) for _ in range(2)
    )

    app = NetworkApp.objects.get()
    assert first["client_id"] == second["client_id"]
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]
    assert unseal(app.secrets_encrypted)["client_secret"] not in app.secrets_encrypted


def test_a_server_that_forgot_us_meets_us_again(admin: Client, mastodon_proxy: FaultProxy) -> None:
    first = parse_qs(urlsplit(go(admin, "mastodon", server_url=mastodon_proxy.url)).query)
    mastodon_proxy.answer(401, b'{"error": "invalid_client"}', writes=True)

    second = parse_qs(urlsplit(go(admin, "mastodon", server_url=mastodon_proxy.url)).query)

    assert first["client_id"] != second["client_id"]
    assert NetworkApp.objects.count() == 1


def test_a_check_names_what_is_missing_and_keeps_no_account(admin: Client, mastodon: MastodonServer) -> None:
    said = {
        "empty": {},
        "not a server": {"server_url": "corner"},
        "nobody there": {"server_url": "http://127.0.0.1:9"},
        "wrong token": {"server_url": mastodon.url, "access_token": "made-up-token"},
        "all is there": {"server_url": mastodon.url},
    }

    found = {
        name: admin.post("/networks/mastodon/check/", typed).context["findings"]
        for name, typed in said.items()
    }

    assert found["empty"][0].text == "Server is missing."
    assert found["not a server"][0].field == "server_url"
    assert "cannot be reached" in found["nobody there"][0].text
    assert found["wrong token"][0].field == "access_token"
    assert [finding.is_well for finding in found["all is there"]] == [True]
    assert not Connection.objects.exists()


def test_a_check_with_a_token_says_who_we_are_there(
    admin: Client, mastodon: MastodonServer, corner: Account
) -> None:
    typed = {"server_url": mastodon.url, "access_token": corner.token}

    page = admin.post("/networks/mastodon/check/", typed, headers={"HX-Request": "true"}).content.decode()

    assert f"Mastodon knows us as {corner.username}" in page
    assert "<html" not in page
    assert not Connection.objects.exists()


def test_a_check_in_place_of_the_page_does_not_show_the_secret_again(
    admin: Client, mastodon: MastodonServer, corner: Account
) -> None:
    page = admin.post("/networks/mastodon/check/", {"server_url": mastodon.url, "access_token": corner.token})

    assert "<html" in page.content.decode()
    assert corner.token not in page.content.decode()


def test_an_owners_app_is_asked_for_first_and_kept_encrypted(admin: Client, two_houses: None) -> None:
    before = admin.get("/networks/twohouses/").content.decode()

    admin.post("/networks/twohouses/app/", {"client_id": "house", "client_secret": "right-secret"})

    app = NetworkApp.objects.get()
    after = admin.get("/networks/twohouses/").content.decode()
    assert 'action="/networks/twohouses/connect/"' not in before
    assert 'action="/networks/twohouses/connect/"' in after
    assert unseal(app.secrets_encrypted) == {"client_id": "house", "client_secret": "right-secret"}
    assert "right-secret" not in app.secrets_encrypted + after + repr(app)


def test_a_missing_field_of_the_owners_app_is_named(admin: Client, two_houses: None) -> None:
    answer = admin.post("/networks/twohouses/app/", {"client_id": "house"})

    assert answer.status_code == 422
    assert "id_client_secret_error" in answer.content.decode()
    assert not NetworkApp.objects.exists()


def test_of_several_accounts_the_person_chooses_one(admin: Client, two_houses: None) -> None:
    admin.post("/networks/twohouses/app/", {"client_id": "house", "client_secret": "right-secret"})
    state = parse_qs(urlsplit(go(admin, "twohouses")).query)["state"][0]

    choosing = admin.get(f"/networks/return/?state={state}&code=abc")
    word = choosing.context["choosing"].state
    admin.post("/networks/choose/", {"state": word, "number": "1"})
    again = admin.post("/networks/choose/", {"state": word, "number": "0"})

    connection = Connection.objects.get()
    assert "token of abc" not in choosing.content.decode()
    assert (connection.handle, connection.scopes) == ("house2", ["read"])
    assert unseal(connection.credentials_encrypted) == {"token": "token of abc 2"}
    assert again.status_code == 422


def test_what_came_back_cannot_take_the_place_of_what_was_kept(admin: Client, two_houses: None) -> None:
    admin.post("/networks/twohouses/app/", {"client_id": "house", "client_secret": "wrong-secret"})
    state = parse_qs(urlsplit(go(admin, "twohouses")).query)["state"][0]

    answer = admin.get(f"/networks/return/?state={state}&code=abc&client_secret=right-secret")

    assert answer.status_code == 422
    assert "does not know this app" in answer.content.decode()
    assert not NetworkApp.objects.exists()  # so that the page asks for it anew


def test_all_secrets_move_to_the_new_key(admin: Client, two_houses: None, settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [old]
    admin.post("/networks/twohouses/app/", {"client_id": "house", "client_secret": "right-secret"})
    admin.post("/networks/sandbox/connect/", {"handle": "corner"})
    state = parse_qs(urlsplit(go(admin, "twohouses")).query)["state"][0]
    settings.CREDENTIAL_KEYS = [new, old]

    call_command("rotate_credentials")

    settings.CREDENTIAL_KEYS = [new]
    assert unseal(NetworkApp.objects.get().secrets_encrypted)["client_secret"] == "right-secret"
    assert unseal(Connection.objects.get().credentials_encrypted)["token"]
    assert admin.get(f"/networks/return/?state={state}&code=abc").status_code == 200


def test_secrets_of_other_rooms_move_too(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [old]
    sealed = Fernet(old).encrypt(b"whsec_of_a_shop").decode()
    shop = Shop.objects.create(name="Corner shop", slug="corner", kind="generic", secret_encrypted=sealed)
    settings.CREDENTIAL_KEYS = [new, old]

    call_command("rotate_credentials")

    shop.refresh_from_db()
    assert Fernet(new).decrypt(shop.secret_encrypted.encode()) == b"whsec_of_a_shop"


def test_every_column_of_secrets_is_known_to_the_command() -> None:
    found = {f"{model.__name__}.{column}" for model, column in sealed_columns()}

    assert {
        "Connection.credentials_encrypted",
        "NetworkApp.secrets_encrypted",
        "ConnectAttempt.kept_encrypted",
        "Shop.secret_encrypted",
    } <= found


@pytest.mark.parametrize("path", ["mastodon/", "go/", "return/?state=x", "accounts/1/check/"])
def test_only_those_who_set_up_connect(client: Client, path: str) -> None:
    client.force_login(cast.staff())
    answer = client.post(f"/networks/{path}") if "check" in path else client.get(f"/networks/{path}")

    assert answer.status_code == 403
    assert client.get("/networks/").status_code == 200


def test_a_purpose_that_we_did_not_sign_is_none(admin: Client) -> None:
    admin.post("/networks/sandbox/connect/", {"handle": "corner", "for": "branch 1"})

    assert Connection.objects.get().handle == "corner"


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_has_a_guided_page(admin: Client, name: str) -> None:
    page = admin.get(f"/networks/{name}/").content.decode()

    network = find_network(name)
    assert network.title in page
    assert f"{network.connect_minutes} minute" in page
    assert all(scope.name in page for scope in network.connect_scopes)


def test_a_network_that_nobody_knows_has_no_page(admin: Client) -> None:
    assert admin.get("/networks/myspace/").status_code == 404
