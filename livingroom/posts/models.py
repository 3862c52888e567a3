import secrets
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import models

from livingroom.branches.models import Branch
from livingroom.experiments.models import Experiment
from livingroom.links.models import Link
from livingroom.people.models import Staff
from livingroom.shared.money import format_money

LATE_AFTER = timedelta(minutes=5)
# Longer than the longest delivery: a session is renewed, something is looked up and one write is answered or not.
LEASE = timedelta(minutes=3)


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
    bundle = models.CharField(
        max_length=200, blank=True, help_text="What comes with it, such as a free mouse."
    )
    products = models.CharField(max_length=200, blank=True)
    division = models.CharField(max_length=60, blank=True)
    countries = models.JSONField(default=list, blank=True)
    destination = models.URLField(max_length=1500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=40, default="UTC", help_text="In which the window was written.")
    stock_cap = models.PositiveIntegerField(null=True, blank=True)
    terms = models.TextField(blank=True)
    margin_share = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    unit_cost_minor = models.PositiveBigIntegerField(null=True, blank=True)
    utm_campaign = models.CharField(
        max_length=120, blank=True, help_text="The name of its links, where the offer wants its own."
    )
    experiment = models.ForeignKey(
        Experiment,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="offers",
        help_text="The experiment that tests it, where one tests chosen offers.",
    )
    created_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def promise(self) -> str:
        """What a customer gets, in a few words."""
        if self.kind == self.Kind.PERCENT and self.percent is not None:
            return f"{Decimal(self.percent).normalize():f} % off"
        if self.kind == self.Kind.AMOUNT and self.amount_minor is not None:
            return f"{format_money(self.amount_minor, self.currency)} off"
        return self.bundle or self.get_kind_display()

    def is_over_at(self, now: datetime) -> bool:
        return self.ends_at <= now


class Post(models.Model):
    """What is said, once; placements may say it differently."""

    title = models.CharField(max_length=120)
    text = models.TextField()
    destination = models.URLField(
        max_length=1500, blank=True, help_text="Where its links lead, when there is no offer."
    )
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    first_comment = models.TextField(
        blank=True, help_text="Our own first answer below it, where networks can."
    )
    may_split = models.BooleanField(default=False, help_text="Where it is too long, it becomes a thread.")
    tags = models.JSONField(default=list, blank=True, help_text="Words to find, count and stop it by.")
    created_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title


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


# The tables of the room's other parts, so that Django finds them; they name Post and Placement by words.
from livingroom.posts.approval import models as approval  # noqa: E402, F401
from livingroom.posts.calendar import models as calendar  # noqa: E402, F401
from livingroom.posts.media import models as media  # noqa: E402, F401
from livingroom.posts.pausing import models as pausing  # noqa: E402, F401
from livingroom.posts.reactions import models as reactions  # noqa: E402, F401
from livingroom.posts.risk import models as risk  # noqa: E402, F401
from livingroom.posts.threads import models as threads  # noqa: E402, F401
