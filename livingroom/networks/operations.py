"""Connect accounts, keep them well, and open them for use."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from livingroom.networks.connecting import AccountInfo, AppRefused, Choices, Connected, Finding, Redirect
from livingroom.networks.errors import AuthExpired, Forbidden, Invalid, NetworkError
from livingroom.networks.interface import Network
from livingroom.networks.models import Connection
from livingroom.networks.own_apps import app_for, app_of, drop_app, forget_app
from livingroom.networks.readings import StoredReadings
from livingroom.networks.registry import UnknownNetwork, find_network
from livingroom.networks.sign_in import Choosing, Visit, chosen, remember, remember_choices, take
from livingroom.networks.signals import account_connected
from livingroom.networks.transport import Transport
from livingroom.networks.vault import StoredCredentials, seal
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm

CHECKED_EVERY = timedelta(hours=6)


def connect_account(
    *, staff: Staff, network: str, form: Mapping[str, str], now: datetime, visit: Visit | None = None
) -> Connection | Redirect:
    """Connect an account, or connect it again: the same account stays the same row. Some networks go on on their own
    pages; then the way back is remembered for this `visit`.

    Raises Invalid with the field that is wrong, UnknownNetwork, NetworkError, CannotBeUsed, PermissionDenied.
    """
    require(staff, "set_up")
    connector = find_network(network)
    begun = _begin(connector, {**form, "redirect_uri": visit.redirect_uri if visit else ""}, now)
    if isinstance(begun, Connected):
        return _hand_over(staff, network, visit.subject if visit else "", begun, now)
    if visit is None:
        raise Forbidden(f"{connector.title} connects on its own page: a browser is needed.")
    remember(staff=staff, network=network, redirect=begun, visit=visit, now=now)
    return begun


def finish_connecting(
    *, staff: Staff, params: Mapping[str, str], visit: Visit, now: datetime
) -> tuple[Connection | Choosing, str]:
    """The person is back from the network's pages: end the connection, or ask which of several accounts. Says where to go.

    Raises WayLost, CannotBeUsed, NetworkError, PermissionDenied.
    """
    require(staff, "set_up")
    state = params.get("state", "")
    taken = take(staff=staff, state=state, browser=visit.browser, now=now)
    connector = find_network(taken.network)
    try:
        ended = connector.finish({**params, **taken.kept}, state, open_transport(connector))
    except AppRefused:
        forget_app(staff=staff, connector=connector, server=taken.kept.get("server_url", ""), now=now)
        raise
    if isinstance(ended, Choices):
        return remember_choices(staff=staff, taken=taken, choices=ended, visit=visit, now=now), taken.then
    return _hand_over(staff, taken.network, taken.subject, ended, now), taken.then


def choose_account(
    *, staff: Staff, state: str, number: str, visit: Visit, now: datetime
) -> tuple[Connection, str]:
    """Connect one of the accounts that the person allowed. Raises WayLost, CannotBeUsed, PermissionDenied."""
    require(staff, "set_up")
    taken = take(staff=staff, state=state, browser=visit.browser, now=now)
    connected = chosen(taken, number)
    return _hand_over(staff, taken.network, taken.subject, connected, now), taken.then


def try_connecting(
    *, staff: Staff, network: str, form: Mapping[str, str], visit: Visit, now: datetime
) -> list[Finding]:
    """Say what is missing before an account can be connected. Keeps nothing but an app that registers itself."""
    require(staff, "set_up")
    connector = find_network(network)
    whole = {**form, "redirect_uri": visit.redirect_uri}
    missing = connector.missing_fields({**whole, **app_of(connector)})
    if missing:
        return missing
    try:
        app = app_for(connector, whole, open_transport(connector), now)
        return connector.try_out({**whole, **app}, open_transport(connector))
    except Invalid as error:
        return [Finding(error.text, field=error.field)]
    except NetworkError as error:
        return [Finding(error.text)]


def _begin(connector: type[Network], form: Mapping[str, str], now: datetime) -> Connected | Redirect:
    app = app_for(connector, form, open_transport(connector), now)
    try:
        return connector.begin({**form, **app}, open_transport(connector))
    except AppRefused:
        if not connector.registers_itself:
            raise
    # The server forgot us, or knew us under another address: introduce ourselves again, once.
    drop_app(connector, connector.app_server(form))
    again = app_for(connector, form, open_transport(connector), now)
    return connector.begin({**form, **again}, open_transport(connector))


def _hand_over(staff: Staff, network: str, subject: str, connected: Connected, now: datetime) -> Connection:
    """Keep the account, and give it to what it was connected for (a branch listens)."""
    with transaction.atomic():
        connection = keep_connection(staff=staff, network=network, connected=connected, now=now)
        if subject:
            account_connected.send(
                sender=Connection, connection=connection, staff=staff, subject=subject, now=now
            )
    return connection


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
    network = connector(
        transport=open_transport(connector),
        credentials=StoredCredentials(connection.pk),
        server_url=connection.server_url,
        account_id=connection.account_id,
    )
    network.readings = StoredReadings(connection.pk)
    return network


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
        **_shown(account),
        state=Connection.State.CONNECTED,
        problem=_missing_rights(network, account),
        checked_at=now,
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
            url=f"/networks/accounts/{connection.pk}/",
            now=now,
        )


def _missing_rights(network: Network, account: AccountInfo) -> str:
    """What we may not do there although we need it: the account works, and somebody should connect it again."""
    return " ".join(finding.text for finding in network.scope_findings(account) if not finding.is_well)


def _state_after(error: NetworkError) -> Connection.State | None:
    """A network that is down or busy says nothing about our account."""
    if isinstance(error, AuthExpired):
        return Connection.State.REVOKED
    return Connection.State.BROKEN if isinstance(error, Forbidden) or error.permanent else None


def _shown(account: AccountInfo) -> dict[str, Any]:
    return {
        "handle": account.handle,
        "name": account.name,
        "url": account.url,
        "scopes": sorted(account.scopes) if account.scopes is not None else None,
        "limits": asdict(account.limits) if account.limits else None,
    }
