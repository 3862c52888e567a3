"""Our app on the network's side: typed in by its owner, or registered by itself, once per server. Kept encrypted."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from livingroom.networks.interface import Network
from livingroom.networks.models import NetworkApp
from livingroom.networks.transport import Transport
from livingroom.networks.vault import CannotDecrypt, seal, unseal
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


def keep_app(
    *, staff: Staff, connector: type[Network], values: Mapping[str, str], now: datetime
) -> NetworkApp:
    """Store the values of an app that its owner made. Raises PermissionDenied."""
    require(staff, "set_up")
    wanted = {field.name: values.get(field.name, "").strip() for field in connector.app_fields}
    with transaction.atomic():
        app = _store(connector, "", wanted, now)
        record_event(actor=staff, verb="typed the app of", subject=app, now=now, network=connector.name)
    return app


def forget_app(*, staff: Staff, connector: type[Network], now: datetime, server: str = "") -> None:
    """Forget an app; accounts that are connected stay so. Raises PermissionDenied."""
    require(staff, "set_up")
    with transaction.atomic():
        n_gone, _ = _rows(connector, server).delete()
        if n_gone:
            record_event(actor=staff, verb="forgot the app of", subject=f"network {connector.name}", now=now)


def app_of(connector: type[Network], server: str = "") -> Mapping[str, str]:
    """The values of the app; empty where there is none, or none of our keys opens it."""
    sealed = _rows(connector, server).values_list("secrets_encrypted", flat=True).first()
    try:
        return unseal(sealed) if sealed else {}
    except CannotDecrypt:
        return {}


def app_for(
    connector: type[Network], form: Mapping[str, str], transport: Transport, now: datetime
) -> Mapping[str, str]:
    """The app that this form needs: the stored one, or one that registers itself now. Raises NetworkError."""
    server = connector.app_server(form)
    found = app_of(connector, server)
    if found or not connector.registers_itself or not server:
        return found
    made = connector.register_app(form, transport)
    _store(connector, server, made, now)
    return made


def drop_app(connector: type[Network], server: str) -> None:
    """The network does not know this app any more."""
    _rows(connector, server).delete()


def _store(connector: type[Network], server: str, values: Mapping[str, str], now: datetime) -> NetworkApp:
    app, _ = NetworkApp.objects.update_or_create(
        network=connector.name,
        server_url=server,
        defaults={"secrets_encrypted": seal(values), "made_at": now},
    )
    return app


def _rows(connector: type[Network], server: str) -> QuerySet[NetworkApp]:
    return NetworkApp.objects.filter(network=connector.name, server_url=server)
