import secrets
from datetime import datetime
from decimal import Decimal

from django.db import models

from livingroom.branches.models import Branch
from livingroom.links.models import Link
from livingroom.people.models import Staff


def new_delivery_key() -> str:
    return secrets.token_hex(16)


class Offer(models.Model):
    """What is promised."""

    class Kind(models.TextChoices):
        PERCENT = "percent", "Percentage off"
        AMOUNT = "amount", "Amount off"
        BUNDLE = "bundle", "Bundle"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    amount_minor = models.PositiveBigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    bundle = models.CharField(max_length=200, blank=True, help_text="What comes with it, such as a free mouse.")
    products = models.CharField(max_length=200, blank=True)
    division = models.CharField(max_length=60, blank=True)
    countries = models.JSONField(default=list, blank=True)
    destination = models.URLField(max_length=1500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    stock_cap = models.PositiveIntegerField(null=True, blank=True)
    terms = models.TextField(blank=True)
    margin_share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    unit_cost_minor = models.PositiveBigIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """What is said, once; placements may say it differently."""

    title = models.CharField(max_length=120)
    text = models.TextField()
    destination = models.URLField(max_length=1500, blank=True, help_text="Where its links lead, when there is no offer.")
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    created_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title


class PlacementQuerySet(models.QuerySet["Placement"]):
    def due_at(self, now: datetime) -> "PlacementQuerySet":
        return self.filter(state=Placement.State.SCHEDULED, due_at__lte=now)

    def on_calendar(self, start: datetime, end: datetime) -> "PlacementQuerySet":
        return self.filter(due_at__gte=start, due_at__lt=end)


class Placement(models.Model):
    """One post on one branch: the unit that has a link, a code, a delivery state and results."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SCHEDULED = "scheduled", "Scheduled"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        UNKNOWN = "unknown", "Outcome unknown"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    class Codes(models.TextChoices):
        NONE = "none", "No code"
        SHARED = "shared", "One code for this placement"
        SINGLE = "single", "A single-use code per visitor"

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="placements")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="placements")
    text_override = models.TextField(blank=True)
    code_kind = models.CharField(max_length=8, choices=Codes, default=Codes.NONE)
    link = models.OneToOneField(Link, null=True, blank=True, on_delete=models.PROTECT, related_name="placement")
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    delivery_key = models.CharField(max_length=32, unique=True, default=new_delivery_key)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    remote_id = models.CharField(max_length=200, blank=True)
    remote_url = models.URLField(max_length=500, blank=True)
    problem = models.TextField(blank=True)
    n_attempts = models.PositiveSmallIntegerField(default=0)
    fee_usd = models.DecimalField(max_digits=8, decimal_places=4, default=Decimal(0))

    objects = PlacementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "branch"], name="post_once_per_branch")]
        indexes = [
            models.Index(fields=["state", "due_at"], name="placement_due"),
            models.Index(fields=["due_at"], name="placement_calendar"),
            models.Index(fields=["branch", "-sent_at"], name="placement_by_branch"),
        ]

    def __str__(self) -> str:
        return f"{self.post} on {self.branch}"

    @property
    def text(self) -> str:
        return self.text_override or self.post.text


class DeliveryAttempt(models.Model):
    """One try to hand a placement to its network, and how it ended."""

    placement = models.ForeignKey(Placement, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"attempt {self.number} of placement {self.placement_id}: {self.outcome or 'under way'}"
