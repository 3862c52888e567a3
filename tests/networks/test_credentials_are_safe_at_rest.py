import pickle
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection as database
from pytest_django.fixtures import Settings

from livingroom.networks.errors import AuthExpired, Invalid
from livingroom.networks.models import Connection, SandboxAccount
from livingroom.networks.operations import (
    CHECKED_EVERY,
    check_connection,
    check_connections,
    connect_account,
    disconnect_account,
    open_connection,
)
from livingroom.networks.rotation import rotate_credentials
from livingroom.networks.sandbox.faults import arm_fault
from livingroom.networks.vault import CannotDecrypt, StoredCredentials, unseal
from livingroom.people.models import Staff
from livingroom.shared.models import Alarm, Event

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def admin() -> Staff:
    return Staff.objects.create_user("ada@example.com", name="Ada", role=Staff.Role.ADMIN)


def connect(handle: str = "corner") -> Connection:
    staff = Staff.objects.filter(role=Staff.Role.ADMIN).first() or admin()
    connection = connect_account(staff=staff, network="sandbox", form={"handle": handle}, now=NOW)
    assert isinstance(connection, Connection)
    return connection


@pytest.mark.django_db
def test_connecting_keeps_the_account_and_seals_the_secret() -> None:
    connection = connect()

    token = SandboxAccount.objects.get(handle="corner").token
    assert (connection.handle, connection.state) == ("corner", "connected")
    assert token not in connection.credentials_encrypted
    assert StoredCredentials(connection.pk).load() == {"token": token}
    assert Event.objects.get().verb == "connected"


@pytest.mark.django_db
def test_connecting_again_is_the_same_connection() -> None:
    first = connect()

    again = connect()

    assert again.pk == first.pk
    assert Connection.objects.count() == 1


@pytest.mark.django_db
def test_only_those_who_set_up_may_connect() -> None:
    manager = Staff.objects.create_user("bo@example.com", name="Bo", role=Staff.Role.COMMUNITY_MANAGER)

    with pytest.raises(PermissionDenied):
        connect_account(staff=manager, network="sandbox", form={"handle": "corner"}, now=NOW)

    assert not Connection.objects.exists()
    assert not SandboxAccount.objects.exists()


@pytest.mark.django_db
def test_a_wrong_field_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        connect_account(staff=admin(), network="sandbox", form={"handle": "!"}, now=NOW)

    assert refused.value.field == "handle"


@pytest.mark.django_db
def test_a_revoked_token_is_noticed_rings_and_ends_with_connecting_again() -> None:
    connection = connect()
    arm_fault(SandboxAccount.objects.get(handle="corner"), "revoked")

    with pytest.raises(AuthExpired):
        check_connection(connection=connection, now=NOW)

    assert connection.state == Connection.State.REVOKED
    assert Alarm.objects.ringing().get().kind == "connection"
    assert connect().state == Connection.State.CONNECTED
    assert check_connection(connection=Connection.objects.get(), now=NOW).handle == "corner"
    assert not Alarm.objects.ringing().exists()


@pytest.mark.django_db
def test_a_token_revoked_while_it_is_used_is_noticed_too() -> None:
    connection = connect()
    arm_fault(SandboxAccount.objects.get(handle="corner"), "revoked")

    with pytest.raises(AuthExpired):
        open_connection(connection).poll("replies")

    connection.refresh_from_db()
    assert connection.state == Connection.State.REVOKED
    assert connection.problem


@pytest.mark.django_db
def test_a_network_that_is_down_says_nothing_about_the_account() -> None:
    connection = connect()
    arm_fault(SandboxAccount.objects.get(handle="corner"), "too_many")

    with pytest.raises(Exception, match="429"):
        check_connection(connection=connection, now=NOW)

    assert connection.state == Connection.State.CONNECTED
    assert "429" in connection.problem


@pytest.mark.django_db
def test_every_account_is_checked_some_times_a_day_and_a_dead_one_stops_no_other() -> None:
    for handle in ("corner", "other"):
        connect(handle)
    arm_fault(SandboxAccount.objects.get(handle="corner"), "revoked")

    at_once = check_connections(NOW)
    later = check_connections(NOW + CHECKED_EVERY + timedelta(minutes=1))

    assert (at_once, later) == (0, 1)
    states = dict(Connection.objects.values_list("handle", "state"))
    assert states == {"corner": "revoked", "other": "connected"}


@pytest.mark.django_db
def test_disconnecting_forgets_the_secret_and_keeps_the_name() -> None:
    connection = connect()

    disconnect_account(staff=Staff.objects.get(), connection=connection, now=NOW)

    assert (connection.credentials_encrypted, connection.handle) == ("", "corner")
    with pytest.raises(AuthExpired, match="Connect it again"):
        open_connection(connection).check()


@pytest.mark.django_db
def test_keys_rotate_by_a_command_and_the_old_one_can_go(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [old]
    connection = connect()
    before = unseal(connection.credentials_encrypted)
    settings.CREDENTIAL_KEYS = [new, old]

    call_command("rotate_credentials")

    settings.CREDENTIAL_KEYS = [new]
    connection.refresh_from_db()
    assert unseal(connection.credentials_encrypted) == before


@pytest.mark.django_db
def test_a_lost_key_is_said_plainly_and_changes_nothing(settings: Settings) -> None:
    connection = connect()
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(CannotDecrypt):
        rotate_credentials()
    with pytest.raises(AuthExpired, match="older key"):
        open_connection(connection).check()

    sealed = connection.credentials_encrypted
    connection.refresh_from_db()
    assert connection.credentials_encrypted == sealed


@pytest.mark.django_db
def test_a_pickled_connection_carries_no_secret() -> None:
    connection = connect()

    copy = pickle.loads(pickle.dumps(connection))

    assert copy.credentials_encrypted == ""
    assert connection.credentials_encrypted not in repr(connection)


@pytest.mark.django_db(transaction=True)
def test_two_workers_renew_a_session_once_and_both_get_the_new_one() -> None:
    connection = connect()
    stale = StoredCredentials(connection.pk).load()
    renewals: list[int] = []
    found: list[Mapping[str, str]] = []

    def renewal(secrets: Mapping[str, str]) -> Mapping[str, str]:
        renewals.append(1)
        time.sleep(0.2)  # long enough for the others to arrive at the lock
        return {"token": f"renewed {len(renewals)}"}

    def work() -> None:
        try:
            found.append(StoredCredentials(connection.pk).renew(stale, renewal))
        finally:
            database.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(renewals) == 1
    assert found == [{"token": "renewed 1"}] * 4
    assert StoredCredentials(connection.pk).load() == {"token": "renewed 1"}
