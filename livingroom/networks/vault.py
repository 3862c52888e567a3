"""Credentials at rest: encrypted with the first of settings.CREDENTIAL_KEYS, readable with any of them."""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from livingroom.config.locks import one_at_a_time
from livingroom.networks.credentials import Renewal
from livingroom.networks.errors import AuthExpired
from livingroom.networks.models import Connection


class CannotDecrypt(Exception):
    """None of the keys opens it: a key was lost, or the database belongs to another installation."""


def seal(secrets: Mapping[str, str]) -> str:
    return _keys().encrypt(json.dumps(dict(secrets)).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """Raises CannotDecrypt."""
    try:
        secrets: dict[str, str] = json.loads(_keys().decrypt(sealed.encode()))
    except InvalidToken:
        raise CannotDecrypt(
            "None of CREDENTIAL_KEYS opens these credentials. Add the older key, or connect again."
        ) from None
    return secrets


def reseal(sealed: str) -> str:
    """The same secrets under the newest key. Raises CannotDecrypt."""
    return seal(unseal(sealed))


def _keys() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])
    except ValueError as error:
        raise ImproperlyConfigured(
            "CREDENTIAL_KEYS must hold Fernet keys, newest first, with commas between. Make one with: "
            'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        ) from error


class StoredCredentials:
    """One connection's secrets, as connectors see them."""

    def __init__(self, connection_id: int) -> None:
        self._connection_id = connection_id

    def load(self) -> Mapping[str, str]:
        sealed = Connection.objects.values_list("credentials_encrypted", flat=True).get(
            pk=self._connection_id
        )
        if not sealed:
            raise AuthExpired("This account was disconnected. Connect it again.")
        try:
            return unseal(sealed)
        except CannotDecrypt as error:
            raise AuthExpired(str(error)) from None

    def renew(self, stale: Mapping[str, str], renewal: Renewal) -> Mapping[str, str]:
        # Not a row lock: that would keep a transaction open, and on SQLite everybody's writes, while the network thinks.
        with one_at_a_time(f"connection-{self._connection_id}"):
            current = self.load()
            if dict(current) != dict(stale):
                return current  # another worker was first
            fresh = renewal(current)
            Connection.objects.filter(pk=self._connection_id).update(credentials_encrypted=seal(fresh))
            return fresh

    def refused(self, text: str) -> None:
        Connection.objects.filter(pk=self._connection_id).update(state=Connection.State.REVOKED, problem=text)
