from datetime import datetime
from decimal import Decimal

from django.db import models

from livingroom.experiments.models import Experiment
from livingroom.people.models import Staff
from livingroom.segments.models import SegmentVersion
from livingroom.shared.money import format_money


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
    segment_version = models.ForeignKey(
        SegmentVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offers",
        help_text="Whom it is for, in the version that held when it was sent; empty for everybody.",
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
