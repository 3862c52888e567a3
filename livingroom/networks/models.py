from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from livingroom.networks.connecting import Limits
from livingroom.networks.feeds.models import FeedSubscription
from livingroom.networks.reactions.models import OptOut, PostCount, Reaction, StreamPlace
from livingroom.networks.readings import ReadingDay
from livingroom.networks.sandbox.models import (
    SandboxAccount,
    SandboxFault,
    SandboxFollow,
    SandboxNotice,
    SandboxPicture,
    SandboxPost,
    SandboxReaction,
)
from livingroom.networks.webhook.models import PlaceEvent, PlaceFigure, PlacePost
from livingroom.networks.webmention.models import ReceivedMention, SentMention

__all__ = [
    "ConnectAttempt",
    "Connection",
    "FeedSubscription",
    "NetworkApp",
    "OptOut",
    "PlaceEvent",
    "PlaceFigure",
    "PlacePost",
    "PostCount",
    "Reaction",
    "ReadingDay",
    "ReceivedMention",
    "SandboxAccount",
    "SandboxFault",
    "SandboxFollow",
    "SandboxNotice",
    "SandboxPicture",
    "SandboxPost",
    "SandboxReaction",
    "SentMention",
    "StreamPlace",
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
    # What the network said of this account: the rights we hold (null: it does not say) and its own limits.
    scopes = models.JSONField(null=True, blank=True)
    limits = models.JSONField(null=True, blank=True)

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

    @property
    def own_limits(self) -> Limits | None:
        """The limits of this account's server; None where the network's own hold."""
        if not self.limits:
            return None
        return Limits(**{**self.limits, "image_types": tuple(self.limits.get("image_types", ()))})

    def __getstate__(self) -> dict[str, Any]:
        # What is pickled lands in caches and task tables; the secrets stay in this table.
        return {**super().__getstate__(), "credentials_encrypted": ""}


class NetworkApp(models.Model):
    """Our app on the network's side: registered by itself, one per server, or typed in by its owner."""

    network = models.CharField(max_length=20)
    server_url = models.CharField(max_length=300, blank=True)
    secrets_encrypted = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["network", "server_url"]
        constraints = [models.UniqueConstraint(fields=["network", "server_url"], name="app_once_per_server")]

    def __str__(self) -> str:
        return f"{self.network} app {self.server_url}".strip()

    def __repr__(self) -> str:
        return f"<NetworkApp {self.pk}: {self}>"

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "secrets_encrypted": ""}


class ConnectAttempt(models.Model):
    """Somebody is on the network's pages to allow us in. Used once, by the same person in the same browser, or never."""

    state_digest = models.CharField(max_length=64, unique=True)
    browser_digest = models.CharField(max_length=64)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    network = models.CharField(max_length=20)
    # What is to be connected, such as "branch 12"; empty: the account alone.
    subject = models.CharField(max_length=100, blank=True)
    # Where the person goes afterwards.
    then = models.CharField(max_length=300, blank=True)
    kept_encrypted = models.TextField()
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["begun_at"]

    def __str__(self) -> str:
        return f"connecting {self.network}"

    def __repr__(self) -> str:
        return f"<ConnectAttempt {self.pk}: {self}>"

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "kept_encrypted": ""}
