"""Both manners of renewal under workers that come at once: threads on every database, real processes on PostgreSQL."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection as database

from livingroom.networks.connecting import AccountInfo, Connected
from livingroom.networks.models import Connection
from livingroom.networks.operations import disconnect_account, keep_connection
from livingroom.networks.vault import StoredCredentials
from tests.networks.token_office import TokenOffice, renew_at, token_office, work
from tests.posts import cast

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAIR = {"access_token": "access-0", "refresh_token": "refresh-0"}
LONG = {"access_token": "long-lived"}
N_ROUNDS = 3


@pytest.fixture
def office() -> Iterator[TokenOffice]:
    with token_office() as running:
        yield running


def connect(secrets: Mapping[str, str]) -> Connection:
    account = AccountInfo("1", "corner", "Corner", "", 0, 0)
    return keep_connection(
        staff=cast.ada(), network="sandbox", connected=Connected(account, "", secrets), now=NOW
    )


def in_threads(n_workers: int, *arguments: object) -> list[list[str]]:
    found: list[list[str]] = []

    def run() -> None:
        try:
            found.append(work(*arguments))
        finally:
            database.close()

    workers = [threading.Thread(target=run) for _ in range(n_workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return found


def in_processes(n_workers: int, *arguments: object) -> list[list[str]]:
    code = (
        "import json, sys, django; django.setup(); from tests.networks.token_office import work;"
        " print(json.dumps(work(*json.loads(sys.argv[1]))))"
    )
    told = database.settings_dict
    place = f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": place,
        "CREDENTIAL_KEYS": ",".join(settings.CREDENTIAL_KEYS),
        "DJANGO_SETTINGS_MODULE": "livingroom.config.settings",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code, json.dumps(arguments)], env=environment, stdout=subprocess.PIPE
        )
        for _ in range(n_workers)
    ]
    return [json.loads(worker.communicate(timeout=60)[0]) for worker in workers]


def test_a_rotating_token_is_never_presented_twice(office: TokenOffice) -> None:
    number = connect(PAIR).pk

    seen = in_threads(4, number, f"{office.url}/rotate", "refresh_token", N_ROUNDS, time.time() + 0.1)

    assert not office.is_dead
    assert StoredCredentials(number).load()["refresh_token"] == office.refresh_token
    assert [len(each) for each in seen] == [N_ROUNDS] * 4
    assert N_ROUNDS <= office.n_renewals <= 4 * N_ROUNDS


def test_an_extending_token_stays_the_same_and_its_end_moves(office: TokenOffice) -> None:
    number = connect(LONG).pk

    seen = in_threads(4, number, f"{office.url}/extend", "access_token", N_ROUNDS, time.time() + 0.1)

    row = Connection.objects.get(pk=number)
    assert {token for each in seen for token in each} == {"long-lived"}
    assert row.expires_at == datetime.fromisoformat(StoredCredentials(number).load()["expires_at"])
    assert row.expires_at.year == 2027


@pytest.mark.parametrize(
    ("manner", "secrets", "wanted"),
    [("rotate", PAIR, "refresh_token"), ("extend", LONG, "access_token")],
)
def test_workers_in_processes_of_their_own_renew_one_after_the_other(
    office: TokenOffice, manner: str, secrets: Mapping[str, str], wanted: str
) -> None:
    if database.vendor != "postgresql":
        pytest.skip("the tests' SQLite lives in the memory of one process; processes are tried on PostgreSQL")
    number = connect(secrets).pk

    seen = in_processes(2, number, f"{office.url}/{manner}", wanted, N_ROUNDS, time.time() + 3)

    assert not office.is_dead
    assert [len(each) for each in seen] == [N_ROUNDS] * 2
    assert N_ROUNDS <= office.n_renewals <= 2 * N_ROUNDS
    kept = StoredCredentials(number).load()
    assert kept.get("refresh_token", office.refresh_token) == office.refresh_token


def test_who_connects_again_during_a_renewal_is_not_overwritten(office: TokenOffice) -> None:
    number = connect(PAIR).pk
    renewal = renew_at(f"{office.url}/rotate", "refresh_token")

    def meanwhile(secrets: Mapping[str, str]) -> Mapping[str, str]:
        connect({"access_token": "by a person", "refresh_token": "new family"})
        return renewal(secrets)

    got = StoredCredentials(number).renew(PAIR, meanwhile)

    assert got["access_token"] == "by a person"
    assert StoredCredentials(number).load()["refresh_token"] == "new family"


def test_who_disconnects_during_a_renewal_stays_disconnected(office: TokenOffice) -> None:
    connection = connect(PAIR)

    def meanwhile(secrets: Mapping[str, str]) -> Mapping[str, str]:
        disconnect_account(staff=cast.ada(), connection=connection, now=NOW)
        return {**secrets, "access_token": "too late"}

    with pytest.raises(Exception, match="Connect it again"):
        StoredCredentials(connection.pk).renew(PAIR, meanwhile)

    connection.refresh_from_db()
    assert connection.credentials_encrypted == ""


def test_a_refusal_of_old_secrets_does_not_end_what_a_person_connected_since() -> None:
    connection = connect(PAIR)
    worker = StoredCredentials(connection.pk)
    worker.load()
    connect({"access_token": "by a person"})

    worker.refused("401")

    connection.refresh_from_db()
    assert connection.state == Connection.State.CONNECTED


def test_an_answer_of_the_office_that_was_lost_changes_nothing_here() -> None:
    number = connect(PAIR).pk

    def lost(secrets: Mapping[str, str]) -> Mapping[str, str]:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        StoredCredentials(number).renew(PAIR, lost)

    assert StoredCredentials(number).load() == PAIR
