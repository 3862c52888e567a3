from datetime import datetime

from django.db import models


class FeedSubscriptionQuerySet(models.QuerySet["FeedSubscription"]):
    def to_ask_for(self, now: datetime, *, lease_before: datetime) -> "FeedSubscriptionQuerySet":
        """Those whose turn it is: never confirmed since they were asked for, or with a lease that ends soon."""
        states = FeedSubscription.State
        ends_soon = models.Q(state=states.ACTIVE, lease_until__lt=lease_before)
        open_still = models.Q(state__in=(states.WANTED, states.ASKED, states.FAILED))
        return self.filter(ends_soon | open_still, ask_after__lte=now)


class FeedSubscription(models.Model):
    """Being told by a feed's hub (WebSub). The secret of the signature lies with the connection's secrets."""

    class State(models.TextChoices):
        WANTED = "wanted", "Not asked yet"
        ASKED = "asked", "Asked for"
        ACTIVE = "active", "Told at once"
        REFUSED = "refused", "Refused by the hub"
        FAILED = "failed", "Hub not reached"

    connection = models.OneToOneField(
        "networks.Connection", on_delete=models.CASCADE, related_name="feed_subscription"
    )
    hub = models.CharField(max_length=1000)
    topic = models.CharField(max_length=1000)
    # In the address that the hub calls: who does not know it cannot even knock.
    token = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.WANTED)
    problem = models.CharField(max_length=300, blank=True)
    ask_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    last_push_at = models.DateTimeField(null=True, blank=True)
    n_pushes = models.PositiveIntegerField(default=0)

    objects = FeedSubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.topic} at {self.hub}"
