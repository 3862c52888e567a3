import secrets
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import models

from livingroom.branches.models import Branch
from livingroom.links.models import Link
from livingroom.networks.writing import LEASE as LEASE
from livingroom.posts.models.posts import Post

LATE_AFTER = timedelta(minutes=5)


def new_delivery_key() -> str:
    return secrets.token_hex(16)


class PlacementQuerySet(models.QuerySet["Placement"]):
    def due_at(self, now: datetime) -> "PlacementQuerySet":
        return self.filter(state=Placement.State.SCHEDULED, try_at__lte=now)

    def late_at(self, now: datetime) -> "PlacementQuerySet":
        """Promised for more than five minutes ago, and not out."""
        return self.filter(state__in=Placement.PROMISED, due_at__lte=now - LATE_AFTER)

    def lost_at(self, now: datetime) -> "PlacementQuerySet":
        """Claimed by a worker that has not been heard of for longer than any delivery takes."""
        return self.filter(state=Placement.State.SENDING, claimed_at__lte=now - LEASE)

    def to_settle_at(self, now: datetime) -> "PlacementQuerySet":
        return self.filter(state=Placement.State.UNKNOWN, settle_at__lte=now)

    def on_calendar(self, start: datetime, end: datetime) -> "PlacementQuerySet":
        return self.filter(due_at__gte=start, due_at__lt=end)


class Placement(models.Model):
    """One post on one branch: the unit that has a link, a code, a delivery state and results."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        WAITING = "waiting", "Waiting for approval"
        SCHEDULED = "scheduled", "Scheduled"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        UNKNOWN = "unknown", "Outcome unknown"
        FAILED = "failed", "Failed"
        HELD = "held", "Held back"
        CANCELLED = "cancelled", "Cancelled"

    class Codes(models.TextChoices):
        NONE = "none", "No code"
        SHARED = "shared", "One code for this placement"
        SINGLE = "single", "A single-use code per visitor"

    UNDER_WAY = (State.SCHEDULED, State.SENDING, State.UNKNOWN)
    PROMISED = (State.WAITING, *UNDER_WAY)
    EDITABLE = (State.DRAFT, State.WAITING, State.SCHEDULED, State.FAILED, State.HELD, State.CANCELLED)

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="placements")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="placements")
    text_override = models.TextField(blank=True)
    code_kind = models.CharField(max_length=8, choices=Codes, default=Codes.NONE)
    n_codes = models.PositiveIntegerField(default=0, help_text="How many single-use codes to make.")
    link = models.OneToOneField(
        Link, null=True, blank=True, on_delete=models.PROTECT, related_name="placement"
    )
    due_at = models.DateTimeField(null=True, blank=True, help_text="When it was promised to go out.")
    try_at = models.DateTimeField(
        null=True, blank=True, help_text="When to try next; later than due when a network asked us to wait."
    )
    queued_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was last handed to the workers."
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    delivery_key = models.CharField(max_length=32, unique=True, default=new_delivery_key)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    settle_at = models.DateTimeField(
        null=True, blank=True, help_text="When to look on the network what became of it."
    )
    n_looks = models.PositiveSmallIntegerField(
        default=0, help_text="How often we looked and did not find it."
    )
    sent_text = models.TextField(
        blank=True, help_text="What was handed to the network, frozen at the attempt."
    )
    sent_extras = models.JSONField(
        default=dict, blank=True, help_text="Comment, pictures and the rest of it, frozen at the attempt."
    )
    sent_digest = models.CharField(max_length=64, blank=True, help_text="Of the version that was frozen.")
    n_parts_sent = models.PositiveSmallIntegerField(default=0, help_text="How much of a thread is out.")
    sent_at = models.DateTimeField(null=True, blank=True)
    remote_id = models.CharField(max_length=200, blank=True)
    remote_url = models.URLField(max_length=500, blank=True)
    problem = models.TextField(blank=True)
    pause = models.ForeignKey(
        "posts.Pause",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="kept_back",
        help_text="The stop that kept it back, until somebody chooses.",
    )
    n_attempts = models.PositiveSmallIntegerField(default=0)
    fee_usd = models.DecimalField(max_digits=8, decimal_places=4, default=Decimal(0))

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "branch"], name="post_once_per_branch")]
        indexes = [
            models.Index(fields=["state", "try_at"], name="placement_to_try"),
            models.Index(fields=["state", "due_at"], name="placement_due"),
            models.Index(fields=["due_at"], name="placement_calendar"),
            models.Index(fields=["branch", "-sent_at"], name="placement_by_branch"),
        ]

    def __str__(self) -> str:
        return f"{self.post} on {self.branch}"

    @property
    def text(self) -> str:
        return self.text_override or self.post.text

    @property
    def is_editable(self) -> bool:
        """Its words may still change. Those of a thread that is out in part may not: the rest belongs to them."""
        return self.is_schedulable and not self.n_parts_sent

    @property
    def is_schedulable(self) -> bool:
        return self.state in self.EDITABLE


class DeliveryAttempt(models.Model):
    """One try to hand a placement to its network, and how it ended."""

    class Outcome(models.TextChoices):
        SENT = "sent", "Sent"
        NOT_SENT = "not_sent", "Not sent, tried again later"
        FAILED = "failed", "Refused"
        HELD = "held", "Held back"
        UNKNOWN = "unknown", "Outcome unknown"

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True, choices=Outcome)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"attempt {self.number} of placement {self.placement_id}: {self.outcome or 'under way'}"
