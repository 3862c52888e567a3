"""Connect accounts, keep them well, and open them for use."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from livingroom.networks.errors import AuthExpired, Forbidden, NetworkError
from livingroom.networks.interface import AccountInfo, Connected, Network, Redirect
from livingroom.networks.models import Connection
from livingroom.networks.registry import UnknownNetwork, find_network
from livingroom.networks.transport import Transport
from livingroom.networks.vault import StoredCredentials, reseal, seal
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm

CHECKED_EVERY = timedelta(hours=6)


def connect_account(
    *, staff: Staff, network: str, form: Mapping[str, str], now: datetime
) -> Connection | Redirect:
    """Connect an account, or connect it again: the same account stays the same row.

    Raises Invalid with the field that is wrong, UnknownNetwork, NetworkError, PermissionDenied.
    """
    require(staff, "set_up")
    connector = find_network(network)
    begun = connector.begin(form, open_transport(connector))
    if isinstance(begun, Redirect):
        return begun
    return keep_connection(staff=staff, network=network, connected=begun, now=now)


def keep_connection(*, staff: Staff, network: str, connected: Connected, now: datetime) -> Connection:
    """Store what connecting ended with."""
    account = connected.account
    with transaction.atomic():
        connection, created = Connection.objects.update_or_create(
            network=network,
            account_id=account.account_id,
            defaults={
                **_shown(account),
                "server_url": connected.server_url,
                "credentials_encrypted": seal(connected.credentials),
                "state": Connection.State.CONNECTED,
                "problem": "",
                "checked_at": now,
                "expires_at": connected.expires_at,
            },
        )
        verb = "connected" if created else "connected again"
        record_event(
            actor=staff, verb=verb, subject=connection, now=now, handle=account.handle, network=network
        )
        resolve_alarm(kind="connection", subject=connection, now=now)
    return connection


def open_connection(connection: Connection) -> Network:
    """The account, ready to be used. Raises UnknownNetwork."""
    connector = find_network(connection.network)
    return connector(
        transport=open_transport(connector),
        credentials=StoredCredentials(connection.pk),
        server_url=connection.server_url,
        account_id=connection.account_id,
    )


def open_transport(connector: type[Network]) -> Transport:
    return Transport(inner=connector.inner_transport(), allow_private=settings.ALLOW_PRIVATE_NETWORKS)


def check_connection(*, connection: Connection, now: datetime) -> AccountInfo:
    """Ask the network who we are there and write down how the connection is. Raises NetworkError after that."""
    network = open_connection(connection)
    try:
        # A revoked password shows at renewal only: a session that runs goes on for hours.
        network.refresh()
        account = network.check()
    except NetworkError as error:
        _write_down_problem(connection, error, now)
        raise
    Connection.objects.filter(pk=connection.pk).update(
        **_shown(account), state=Connection.State.CONNECTED, problem="", checked_at=now
    )
    resolve_alarm(kind="connection", subject=connection, now=now)
    connection.refresh_from_db()
    return account


def check_connections(now: datetime) -> int:
    """Check the accounts that nobody has checked for some hours, so that a dead one rings before a post is due.

    Returns how many are well. What is wrong is on their rows.
    """
    n_well = 0
    for connection in Connection.objects.not_checked_since(now - CHECKED_EVERY):
        with suppress(NetworkError, UnknownNetwork):
            check_connection(connection=connection, now=now)
            n_well += 1
    return n_well


def disconnect_account(*, staff: Staff, connection: Connection, now: datetime) -> None:
    """Forget the secrets. The row stays, so that history keeps its name. Raises PermissionDenied."""
    require(staff, "set_up")
    with transaction.atomic():
        Connection.objects.filter(pk=connection.pk).update(
            credentials_encrypted="",
            state=Connection.State.REVOKED,
            problem="Disconnected here.",
            checked_at=now,
        )
        record_event(actor=staff, verb="disconnected", subject=connection, now=now)
    connection.refresh_from_db()


def rotate_credentials() -> int:
    """Encrypt all credentials with the newest key. Returns how many. Raises CannotDecrypt and then changes nothing."""
    with transaction.atomic():
        rows = list(Connection.objects.select_for_update().exclude(credentials_encrypted=""))
        for row in rows:
            row.credentials_encrypted = reseal(row.credentials_encrypted)
        Connection.objects.bulk_update(rows, ["credentials_encrypted"], batch_size=500)
    return len(rows)


def _write_down_problem(connection: Connection, error: NetworkError, now: datetime) -> None:
    state = _state_after(error)
    changes = {"problem": error.text, "checked_at": now} | ({"state": state} if state else {})
    Connection.objects.filter(pk=connection.pk).update(**changes)
    connection.refresh_from_db()
    if state:
        raise_alarm(
            kind="connection",
            subject=connection,
            text=f"{connection} must be looked at: {error.text}",
            url="/connections/",
            now=now,
        )


def _state_after(error: NetworkError) -> Connection.State | None:
    """A network that is down or busy says nothing about our account."""
    if isinstance(error, AuthExpired):
        return Connection.State.REVOKED
    return Connection.State.BROKEN if isinstance(error, Forbidden) or error.permanent else None


def _shown(account: AccountInfo) -> dict[str, str]:
    return {"handle": account.handle, "name": account.name, "url": account.url}
