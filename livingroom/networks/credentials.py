"""Where a connector keeps its secrets, so that it need not know the database.

Both kinds of renewal go through `renew`: where the network rotates (a new refresh token replaces the old one, which dies)
and where it extends (the same long-lived token lives on). Secrets named `expires_at` (ISO 8601, with its zone) say until
when the account stays connected without a person; it shows on the account's page.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

Renewal = Callable[[Mapping[str, str]], Mapping[str, str]]


class CredentialStore(Protocol):
    def load(self) -> Mapping[str, str]:
        """The secrets as they are now."""

    def renew(self, stale: Mapping[str, str], renewal: Renewal) -> Mapping[str, str]:
        """Replace `stale` by what `renewal` gets, once, however many workers ask; all of them get the new ones."""

    def refused(self, text: str) -> None:
        """The network does not accept these secrets any more, nor a renewal: a person must connect again."""


class CredentialsInMemory:
    """For commands and tests that hold an account without a database."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = dict(secrets)

    def load(self) -> Mapping[str, str]:
        return dict(self._secrets)

    def renew(self, stale: Mapping[str, str], renewal: Renewal) -> Mapping[str, str]:
        if self._secrets == dict(stale):
            self._secrets = dict(renewal(stale))
        return dict(self._secrets)

    def refused(self, text: str) -> None:
        """Nobody to tell: the exception does."""
