from django.db import models

from livingroom.attribution.answered_models import AnsweredOrder as AnsweredOrder
from livingroom.attribution.whole_models import ChannelCredit as ChannelCredit
from livingroom.attribution.whole_models import Leak as Leak
from livingroom.attribution.whole_models import Overlap as Overlap
from livingroom.attribution.whole_models import WholeRun as WholeRun
from livingroom.branches.models import Branch
from livingroom.orders.models import Order
from livingroom.posts.models import Offer, Placement


class Grade(models.TextChoices):
    A = "A", "Single-use code, or code and click of the same visitor"
    B = "B", "Code, and another touch of the same branch"
    C = "C", "Click by the same visitor, no code"
    D = "D", "Code with no touch at all: leak suspect"
    E = "E", "The buyer's own answer"
    NONE = "none", "Nothing"


FLOOR = (Grade.A, Grade.B)
CEILING = (Grade.A, Grade.B, Grade.C, Grade.D, Grade.E)


class Evidence(models.Model):
    """Why we believe a touch belongs to an order. One row per order; an order without any has the grade none."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="evidence")
    grade = models.CharField(max_length=4, choices=Grade)
    kind = models.CharField(max_length=16, blank=True)
    touch_id = models.CharField(max_length=80, blank=True)
    # No index for every foreign key: each index below serves one question a page asks, newest order first.
    placement = models.ForeignKey(
        Placement, null=True, blank=True, on_delete=models.SET_NULL, related_name="evidence"
    )
    branch = models.ForeignKey(
        Branch, null=True, blank=True, on_delete=models.SET_NULL, related_name="evidence", db_index=False
    )
    reason = models.CharField(max_length=300)
    rule_version = models.CharField(max_length=20)
    # The order's date, country and currency again, so that the newest page of any filter is one index range.
    placed_at = models.DateTimeField()
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        verbose_name_plural = "evidence"
        indexes = [
            models.Index(fields=["-placed_at", "-order"], name="evidence_newest"),
            models.Index(fields=["grade", "-placed_at", "-order"], name="evidence_by_grade"),
            models.Index(fields=["branch", "grade", "-placed_at", "-order"], name="evidence_by_branch"),
            models.Index(fields=["country", "grade", "-placed_at", "-order"], name="evidence_by_country"),
            models.Index(fields=["currency", "grade", "-placed_at", "-order"], name="evidence_by_currency"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.grade}"


class Touch(models.Model):
    """A touch on the path to an order, as the receipt shows it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="path", db_index=False)
    touch_id = models.CharField(max_length=80)
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    channel = models.CharField(max_length=40)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.SET_NULL, db_index=False)
    placement = models.ForeignKey(Placement, null=True, blank=True, on_delete=models.SET_NULL, db_index=False)
    code = models.CharField(max_length=24, blank=True)

    class Meta:
        ordering = ["at", "touch_id"]
        verbose_name_plural = "touches"
        constraints = [models.UniqueConstraint(fields=["order", "touch_id"], name="touch_once_per_order")]
        indexes = [
            models.Index(fields=["code", "at"], condition=~models.Q(code=""), name="touch_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.touch_id}"


class Credit(models.Model):
    """The share of one order's net revenue given to one touch by one named rule.

    Orders without any touch have no rows: every rule leaves them unattributed.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="credits", db_index=False)
    touch_id = models.CharField(max_length=80)
    model = models.CharField(max_length=16)
    channel = models.CharField(max_length=40)
    branch = models.ForeignKey(
        Branch, null=True, blank=True, on_delete=models.SET_NULL, related_name="credits", db_index=False
    )
    placement = models.ForeignKey(
        Placement, null=True, blank=True, on_delete=models.SET_NULL, related_name="credits", db_index=False
    )
    share = models.FloatField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reporting_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "model", "touch_id"], name="credit_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.amount_minor} {self.currency}"


class Figure(models.Model):
    """Orders added up, in the reporting currency. Only ever written as a difference to what the orders say."""

    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.CASCADE, db_index=False)
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(
        max_length=3, help_text="The orders' own; the sums are in the reporting currency."
    )
    grade = models.CharField(max_length=4, choices=Grade)
    n_orders = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField()
    goods_minor = models.BigIntegerField()

    class Meta:
        abstract = True


class DailyFigure(Figure):
    """By order date (UTC), branch, country, currency, grade and whether it was the customer's first order."""

    on = models.DateField()
    is_first_order = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["on"], name="figure_by_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.branch_id} {self.grade}: {self.net_minor}"


class MonthFigure(Figure):
    """By month, branch, country, currency and grade: it stays small however many orders there are, so the overview reads it."""

    month = models.DateField(help_text="Its first day.")

    class Meta:
        indexes = [models.Index(fields=["month"], name="figure_by_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.branch_id} {self.grade}: {self.net_minor}"


class ReturnMonth(models.Model):
    """What orders with social evidence brought, by everything the Return page asks for, in the reporting currency."""

    month = models.DateField(help_text="Its first day.")
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.CASCADE, db_index=False)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.CASCADE, db_index=False)
    country = models.CharField(max_length=2, blank=True)
    grade = models.CharField(max_length=4, choices=Grade)
    is_first_order = models.BooleanField(default=False)
    n_orders = models.PositiveIntegerField()
    net_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField()
    goods_minor = models.BigIntegerField(help_text="Its own, or by the margin that its offer declares.")
    n_without_goods = models.PositiveIntegerField(
        default=0, help_text="Orders whose cost of goods nobody knows."
    )
    net_without_goods_minor = models.BigIntegerField(default=0, help_text="Their net revenue.")
    to_come_minor = models.BigIntegerField(default=0, help_text="Refunds that are expected still.")

    class Meta:
        indexes = [models.Index(fields=["month"], name="return_by_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.offer_id} {self.branch_id} {self.grade}: {self.net_minor}"


class BranchMonth(models.Model):
    """What a branch did in a month and what it cost; costs of the programme as a whole have no branch."""

    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.CASCADE, related_name="months")
    month = models.DateField(help_text="Its first day.")
    n_posts = models.PositiveIntegerField(default=0)
    n_clicks = models.PositiveIntegerField(default=0, help_text="By people.")
    n_unique_clicks = models.PositiveIntegerField(default=0)
    n_other_clicks = models.PositiveIntegerField(
        default=0, help_text="Bots, previews, prefetches and the like."
    )
    followers = models.PositiveIntegerField(null=True, blank=True, help_text="Last known in the month.")
    staff_minor = models.BigIntegerField(default=0)
    tools_minor = models.BigIntegerField(default=0)
    network_fee_minor = models.BigIntegerField(default=0)
    ads_minor = models.BigIntegerField(default=0)
    other_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "month"], name="branch_month_once")]

    def __str__(self) -> str:
        return f"{self.branch_id} in {self.month:%Y-%m}"

    @property
    def cost_minor(self) -> int:
        return (
            self.staff_minor + self.tools_minor + self.network_fee_minor + self.ads_minor + self.other_minor
        )


class Milestone(models.Model):
    """The day on which revenue with social evidence, cumulated, first passed a round figure."""

    amount_minor = models.BigIntegerField(unique=True)
    passed_on = models.DateField()

    class Meta:
        ordering = ["amount_minor"]

    def __str__(self) -> str:
        return f"{self.amount_minor} on {self.passed_on}"


class Run(models.Model):
    """One pass of the measuring room over the orders and touches that changed."""

    started_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    is_full = models.BooleanField(default=False, help_text="Every person, not only those whose rows changed.")
    n_orders = models.PositiveIntegerField(default=0)
    n_touches = models.PositiveIntegerField(default=0)
    n_people = models.PositiveIntegerField(default=0, help_text="People who were measured again.")
    n_changed = models.PositiveIntegerField(default=0, help_text="Rows written or removed.")
    seen = models.JSONField(default=dict, help_text="How far each input had come; equal means nothing to do.")
    is_kept = models.BooleanField(
        default=False, help_text="What it measured reached the lake, so the next run may compare with it."
    )
    rule_version = models.CharField(max_length=20, blank=True)
    window_days = models.PositiveSmallIntegerField(default=30)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"run of {self.started_at:%Y-%m-%d %H:%M}"
