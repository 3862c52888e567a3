"""Credentials at rest: encrypted with the first of settings.CREDENTIAL_KEYS, readable with any of them."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken

from livingroom.config.locks import one_at_a_time
from livingroom.networks.credentials import Renewal
from livingroom.networks.errors import AuthExpired
from livingroom.networks.models import Connection, ConnectionQuerySet
from livingroom.shared.sealing import sealing_keys

LOST = "None of CREDENTIAL_KEYS opens these credentials. Add the older key, or connect again."


class CannotDecrypt(Exception):
    """None of the keys opens it: a key was lost, or the database belongs to another installation."""


def seal(secrets: Mapping[str, str]) -> str:
    return sealing_keys().encrypt(json.dumps(dict(secrets)).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """Raises CannotDecrypt."""
    try:
        secrets: dict[str, str] = json.loads(sealing_keys().decrypt(sealed.encode()))
    except InvalidToken:
        raise CannotDecrypt(LOST) from None
    return secrets


def reseal(sealed: str) -> str:
    """The same secrets under the newest key, whatever their form. Raises CannotDecrypt."""
    try:
        return sealing_keys().rotate(sealed.encode()).decode()
    except InvalidToken:
        raise CannotDecrypt(LOST) from None


class StoredCredentials:
    """One connection's secrets, as connectors see them."""

    def __init__(self, connection_id: int) -> None:
        self._connection_id = connection_id
        self._seen = ""

    def load(self) -> Mapping[str, str]:
        self._seen = Connection.objects.values_list("credentials_encrypted", flat=True).get(
            pk=self._connection_id
        )
        if not self._seen:
            raise AuthExpired("This account was disconnected. Connect it again.")
        try:
            return unseal(self._seen)
        except CannotDecrypt as error:
            raise AuthExpired(str(error)) from None

    def renew(self, stale: Mapping[str, str], renewal: Renewal) -> Mapping[str, str]:
        # Not a row lock: that would keep a transaction open, and on SQLite everybody's writes, while the network thinks.
        with one_at_a_time(f"connection-{self._connection_id}"):
            current = self.load()
            if dict(current) != dict(stale):
                return current  # another worker was first
            fresh = renewal(current)
            if not self._replace(fresh):
                return self.load()  # a person connected again, or disconnected, meanwhile: theirs stand
            return fresh

    def refused(self, text: str) -> None:
        # Only if they are still the ones that were refused: a person may have connected again meanwhile.
        self._unchanged().update(state=Connection.State.REVOKED, problem=text)

    def _replace(self, fresh: Mapping[str, str]) -> bool:
        sealed, until = seal(fresh), fresh.get("expires_at", "")
        changes: dict[str, Any] = {"credentials_encrypted": sealed}
        if until:
            changes["expires_at"] = datetime.fromisoformat(until)
        replaced = self._unchanged().update(**changes) == 1
        self._seen = sealed if replaced else self._seen
        return replaced

    def _unchanged(self) -> ConnectionQuerySet:
        return Connection.objects.filter(pk=self._connection_id, credentials_encrypted=self._seen)
