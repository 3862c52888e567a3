from datetime import datetime
from typing import Any

from django.db import models

from livingroom.networks.sandbox.models import (
    SandboxAccount,
    SandboxFault,
    SandboxFollow,
    SandboxNotice,
    SandboxPost,
    SandboxReaction,
)

__all__ = [
    "Connection",
    "SandboxAccount",
    "SandboxFault",
    "SandboxFollow",
    "SandboxNotice",
    "SandboxPost",
    "SandboxReaction",
]


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def connected(self) -> "ConnectionQuerySet":
        return self.filter(state=Connection.State.CONNECTED)

    def not_checked_since(self, moment: datetime) -> "ConnectionQuerySet":
        return self.connected().filter(models.Q(checked_at=None) | models.Q(checked_at__lt=moment))


class Connection(models.Model):
    """Our key to one account on one network. The credentials are encrypted at rest."""

    class State(models.TextChoices):
        CONNECTED = "connected", "Connected"
        EXPIRED = "expired", "Expired"
        REVOKED = "revoked", "Revoked"
        BROKEN = "broken", "Broken"

    network = models.CharField(max_length=20)
    server_url = models.URLField(blank=True)
    account_id = models.CharField(max_length=200)
    handle = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500, blank=True)
    credentials_encrypted = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.CONNECTED)
    problem = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["network", "handle"]
        constraints = [
            models.UniqueConstraint(fields=["network", "account_id"], name="connection_once_per_account")
        ]

    def __str__(self) -> str:
        return f"{self.handle} on {self.network}"

    def __repr__(self) -> str:
        return f"<Connection {self.pk}: {self}>"

    def __getstate__(self) -> dict[str, Any]:
        # What is pickled lands in caches and task tables; the secrets stay in this table.
        return {**super().__getstate__(), "credentials_encrypted": ""}
