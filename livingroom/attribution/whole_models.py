"""What is said of the whole house at once: credit by channel with intervals, overlap of channels, leaks of codes.

Unlike a single order's evidence these cannot be brought up to date person by person, so they are measured when the house
is quiet (`whole.py`), for the whole programme and for each span that the pages offer.
"""

import json

from django.db import models

from livingroom.links.models import Code
from livingroom.posts.models import Placement


class Span(models.Model):
    """Whole months: what a row speaks of."""

    first = models.DateField(help_text="The first day of its first month.")
    last = models.DateField(help_text="The first day of its last month.")

    class Meta:
        abstract = True


class ChannelCredit(Span):
    """What one rule or model gives one channel, in the reporting currency, with its interval."""

    model = models.CharField(max_length=16)
    channel = models.CharField(max_length=40)
    orders = models.FloatField(help_text="Orders in parts: the sum of shares.")
    share = models.FloatField(help_text="Of all net revenue of the span.")
    amount_minor = models.BigIntegerField()
    low_minor = models.BigIntegerField()
    high_minor = models.BigIntegerField()
    level = models.FloatField()
    effect = models.FloatField(
        null=True, blank=True, help_text="Removal effect (Markov) or value in the game (Shapley)."
    )
    effect_low = models.FloatField(null=True, blank=True)
    effect_high = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "last", "model", "channel"], name="channel_credit_once")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.channel}: {self.amount_minor}"


class Overlap(Span):
    """Orders that two channels touched inside the window; a channel with itself is all that it touched.

    `n_alone` and `alone_minor` stand on the rows of a channel with itself: orders that no other channel touched.
    """

    channel = models.CharField(max_length=40)
    other = models.CharField(max_length=40)
    n_orders = models.PositiveIntegerField()
    revenue_minor = models.BigIntegerField()
    n_alone = models.PositiveIntegerField(default=0)
    alone_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "last", "channel", "other"], name="overlap_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} and {self.other}: {self.n_orders}"


class Leak(models.Model):
    """What was redeemed of a code, and how much of it by people whom its placement never reached."""

    class Proposal(models.TextChoices):
        KEEP = "keep", "Keep"
        ROTATE = "rotate", "Rotate"
        STOP = "stop", "Stop"

    code = models.OneToOneField(Code, on_delete=models.CASCADE, primary_key=True, related_name="leak")
    placement = models.ForeignKey(
        Placement, null=True, blank=True, on_delete=models.CASCADE, related_name="leaks"
    )
    is_leaking = models.BooleanField()
    leaks_from_on = models.DateField(null=True, blank=True, help_text="The most likely first day.")
    found_on = models.DateField(
        null=True, blank=True, help_text="The day on which a daily look would have found it."
    )
    n_redeemed = models.PositiveIntegerField()
    n_touched = models.PositiveIntegerField(help_text="By customers known to have met a post of the brand.")
    n_expected_untouched = models.FloatField(help_text="What lost cookies and other devices explain.")
    n_leaked = models.FloatField()
    n_leaked_low = models.FloatField()
    n_leaked_high = models.FloatField()
    revenue_minor = models.BigIntegerField(help_text="Net, in the reporting currency.")
    leaked_minor = models.BigIntegerField()
    remaining_minor = models.BigIntegerField(help_text="The corrected claim.")
    remaining_low_minor = models.BigIntegerField()
    remaining_high_minor = models.BigIntegerField()
    reasons_json = models.CharField(max_length=2000, default="[]")
    proposal = models.CharField(max_length=8, choices=Proposal)
    last_redeemed_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["is_leaking", "-leaked_minor"], name="leak_largest_first")]

    def __str__(self) -> str:
        return f"{self.code_id}: {self.n_leaked:g} of {self.n_redeemed}"

    @property
    def reasons(self) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.reasons_json)
        return found


class WholeRun(models.Model):
    """One measurement of the whole house."""

    started_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    run_id = models.PositiveBigIntegerField(help_text="The run whose orders and touches were read.")
    n_changed = models.PositiveIntegerField(default=0)
    n_null_journeys = models.PositiveIntegerField(default=0, help_text="Journeys without an order.")
    window_days = models.PositiveSmallIntegerField(default=30)
    currency = models.CharField(max_length=3, default="USD")
    notes = models.JSONField(default=list)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"the whole house, {self.started_at:%Y-%m-%d %H:%M}"
