from django.db import models


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
    credentials_encrypted = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.CONNECTED)
    problem = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "account_id"], name="connection_once_per_account")]

    def __str__(self) -> str:
        return f"{self.handle} on {self.network}"
