from datetime import datetime

from django.db import models
from django.db.models import Q

from livingroom.branches.models import Branch


class Lottery(models.Model):
    """Single-use codes go to those who win a draw: a keyed hash of seed and visitor decides, so it can be told again."""

    key = models.CharField(max_length=60, unique=True, help_text="Whose it is, such as “experiment 7”.")
    seed = models.BigIntegerField()
    share = models.FloatField(help_text="Of visitors who win, between 0 and 1.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(help_text="From then on everybody gets a code, as without a lottery.")

    class Meta:
        verbose_name_plural = "lotteries"
        constraints = [models.CheckConstraint(condition=Q(share__gt=0, share__lt=1), name="lottery_has_both")]

    def __str__(self) -> str:
        return self.key

    def runs_at(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at


class Link(models.Model):
    """The short link of exactly one placement, or of one non-social channel. Never reused.

    `destination` is final but for the click id, so that the redirector, which reads this table without Django, only appends it.
    """

    slug = models.CharField(max_length=24, unique=True)
    destination = models.URLField(max_length=2000)
    channel = models.CharField(max_length=40, help_text="The network, or mail, search, print …")
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.PROTECT, related_name="links")
    label = models.CharField(max_length=120, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    fallback = models.URLField(
        max_length=2000, blank=True, help_text="Where visitors go once the link is stopped."
    )
    onward = models.URLField(
        max_length=2000,
        blank=True,
        db_default="",
        help_text="Where the page that shows a single-use code leads on.",
    )
    lottery = models.ForeignKey(
        Lottery, null=True, blank=True, on_delete=models.SET_NULL, related_name="links"
    )
    is_test = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return self.slug


class CodeQuerySet(models.QuerySet["Code"]):
    def live_at(self, now: datetime) -> "CodeQuerySet":
        return self.filter(Q(stopped_at=None) | Q(stopped_at__gt=now), Q(ends_at=None) | Q(ends_at__gt=now))

    def unissued(self) -> "CodeQuerySet":
        return self.filter(kind=Code.Kind.SINGLE, issued_at=None)


class Code(models.Model):
    """A coupon code that exists on one placement only (shared), or for one visitor only (single use)."""

    class Kind(models.TextChoices):
        SHARED = "shared", "One code for everybody who sees the placement"
        SINGLE = "single", "One code per visitor"

    text = models.CharField(max_length=24, unique=True)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="codes")
    kind = models.CharField(max_length=8, choices=Kind)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_click = models.CharField(
        max_length=32, blank=True, db_index=True, help_text="The click a single-use code went to."
    )

    objects = CodeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["link", "issued_at"], name="code_pool")]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "issued_click"], condition=~Q(issued_click=""), name="one_code_per_click"
            )
        ]

    def __str__(self) -> str:
        return self.text


class LotteryDraw(models.Model):
    """One visitor's luck, decided once in a lottery, whichever of its links they come through. Losers count, too."""

    lottery = models.ForeignKey(Lottery, on_delete=models.PROTECT, related_name="draws")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="draws")
    visitor = models.CharField(max_length=32, help_text="The click of the browser's first draw.")
    won = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["lottery", "visitor"], name="one_draw_per_visitor")]

    def __str__(self) -> str:
        return f"{self.visitor} {'won' if self.won else 'lost'}"


class ClickClass(models.TextChoices):
    HUMAN = "human", "Human"
    PREVIEW = "preview", "Preview"
    BOT = "bot", "Bot"
    PREFETCH = "prefetch", "Prefetch"
    HEAD = "head", "HEAD request"
    SUSPECT = "suspect", "Suspect"
    TEST = "test", "Test"


class ClickCount(models.Model):
    """Roll-up: clicks of a link on a day (UTC) by class, written with the segment they came from."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="click_counts")
    on = models.DateField()
    click_class = models.CharField(max_length=8, choices=ClickClass)
    n = models.PositiveIntegerField()
    n_unique = models.PositiveIntegerField(default=0, help_text="First of a visitor within 30 minutes.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "on", "click_class"], name="click_count_once")]

    def __str__(self) -> str:
        return f"{self.link_id} {self.on} {self.click_class}: {self.n}"


class BranchClickCount(models.Model):
    """Roll-up: the same by branch, so that pages need not add up thousands of links. Written in the same transaction."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="click_counts")
    on = models.DateField()
    click_class = models.CharField(max_length=8, choices=ClickClass)
    n = models.PositiveIntegerField()
    n_unique = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "on", "click_class"], name="branch_click_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.on} {self.click_class}: {self.n}"


class ClickSegment(models.Model):
    """A journal segment that reached the lake; its existence makes shipping it again harmless."""

    node = models.CharField(max_length=40)
    sequence = models.PositiveBigIntegerField()
    n_clicks = models.PositiveIntegerField()
    shipped_at = models.DateTimeField()
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "sequence"], name="segment_ships_once")]

    def __str__(self) -> str:
        return f"{self.node}-{self.sequence}"
