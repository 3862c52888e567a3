from django.db import models

from livingroom.branches.models import Branch
from livingroom.orders.models import Order
from livingroom.posts.models import Placement


class Grade(models.TextChoices):
    A = "A", "Single-use code, or code and click of the same visitor"
    B = "B", "Code, and another touch of the same branch"
    C = "C", "Click by the same visitor, no code"
    D = "D", "Code with no touch at all: leak suspect"
    E = "E", "The buyer's own answer"
    NONE = "none", "Nothing"


class Evidence(models.Model):
    """Why we believe a touch belongs to an order. One row per order that has any."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="evidence")
    grade = models.CharField(max_length=4, choices=Grade)
    kind = models.CharField(max_length=16, blank=True)
    touch_id = models.CharField(max_length=80, blank=True)
    placement = models.ForeignKey(Placement, null=True, blank=True, on_delete=models.SET_NULL, related_name="evidence")
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.SET_NULL, related_name="evidence")
    reason = models.CharField(max_length=300)
    rule_version = models.CharField(max_length=20)
    # The order's date and id again, so that the newest page of one grade or branch is one index range.
    placed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["grade", "-placed_at", "-order"], name="evidence_by_grade"),
            models.Index(fields=["branch", "-placed_at", "-order"], name="evidence_by_branch"),
            models.Index(fields=["placement"], name="evidence_by_placement"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.grade}"


class Touch(models.Model):
    """A touch on the path to an order, as the receipt shows it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="path")
    touch_id = models.CharField(max_length=80)
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    channel = models.CharField(max_length=40)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.SET_NULL)
    placement = models.ForeignKey(Placement, null=True, blank=True, on_delete=models.SET_NULL)
    code = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["at", "touch_id"]
        constraints = [models.UniqueConstraint(fields=["order", "touch_id"], name="touch_once_per_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.touch_id}"


class Credit(models.Model):
    """The share of one order's net revenue given to one touch by one named rule."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="credits")
    touch_id = models.CharField(max_length=80, blank=True)
    model = models.CharField(max_length=16)
    channel = models.CharField(max_length=40)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.SET_NULL, related_name="credits")
    placement = models.ForeignKey(Placement, null=True, blank=True, on_delete=models.SET_NULL, related_name="credits")
    share = models.FloatField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reporting_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "model", "touch_id"], name="credit_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.amount_minor} {self.currency}"


class DailyFigure(models.Model):
    """Roll-up of evidence by order date, branch, country and grade, in the reporting currency. Rebuilt with each run."""

    on = models.DateField()
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.CASCADE, related_name="figures")
    country = models.CharField(max_length=2, blank=True)
    grade = models.CharField(max_length=4, choices=Grade)
    is_first_order = models.BooleanField(default=False)
    n_orders = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField()
    goods_minor = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["on"], name="figure_by_day"), models.Index(fields=["branch", "on"], name="figure_by_branch")]

    def __str__(self) -> str:
        return f"{self.on} {self.branch_id} {self.grade}: {self.net_minor}"


class Milestone(models.Model):
    """The day on which revenue with social evidence, cumulated, first passed a round figure."""

    amount_minor = models.BigIntegerField(unique=True)
    passed_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.amount_minor} on {self.passed_on}"


class Run(models.Model):
    """One pass of the measuring room over all orders and touches."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    n_orders = models.PositiveIntegerField(default=0)
    n_touches = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    orders_until = models.DateTimeField(null=True, blank=True, help_text="The newest change of an order that was seen.")
    segments_until = models.PositiveBigIntegerField(default=0, help_text="The newest click segment that was seen.")
    rule_version = models.CharField(max_length=20, blank=True)
    window_days = models.PositiveSmallIntegerField(default=30)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"run of {self.started_at:%Y-%m-%d %H:%M}"
