from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse

from livingroom.branches.audience.models import Audience
from livingroom.branches.questions.models import SolvedQuestion
from livingroom.networks.models import Connection
from livingroom.people.models import Staff

__all__ = [
    "Address",
    "Audience",
    "Branch",
    "HandFigure",
    "Host",
    "LinkCheck",
    "ReachDay",
    "Shift",
    "SolvedQuestion",
]


class Host(models.Model):
    """The named person who is the face of a branch."""

    name = models.CharField(max_length=80)
    initials = models.CharField(max_length=4)
    face = models.CharField(
        max_length=80,
        blank=True,
        help_text="The picture: its digest and ending; without one the initials are shown.",
    )
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def face_url(self) -> str:
        """The address of the picture; empty without one."""
        return face_url(self.face)


def face_url(face: str) -> str:
    return reverse("face", args=face.split(".")) if face else ""


class BranchQuerySet(models.QuerySet["Branch"]):
    def open(self) -> "BranchQuerySet":
        return self.filter(closed_on=None)

    def postable(self) -> "BranchQuerySet":
        return self.open().filter(connection__isnull=False)


class Branch(models.Model):
    """One official account, page, blog, forum, wiki or venue of the brand. It need not be postable."""

    class Purpose(models.TextChoices):
        SALES = "sales", "Sales"
        SERVICE = "service", "Service"
        COMMUNITY = "community", "Community"
        NEWS = "news", "News"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    network = models.CharField(max_length=20)
    handle = models.CharField(max_length=120)
    url = models.URLField(blank=True)
    purpose = models.CharField(max_length=12, choices=Purpose)
    division = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="Two letters; empty for the whole world.")
    language = models.CharField(max_length=8, default="en")
    interests = models.JSONField(default=list, blank=True)
    time_zone = models.CharField(max_length=40, default="UTC")
    connection = models.ForeignKey(
        Connection, null=True, blank=True, on_delete=models.SET_NULL, related_name="branches"
    )
    hosts = models.ManyToManyField(Host, blank=True, related_name="branches")
    lead = models.ForeignKey(
        Host,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="leads",
        help_text="The face of the branch; the others are co-hosts.",
    )
    about = models.CharField(
        max_length=300, blank=True, help_text="What people find there, in its own language."
    )
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    followers = models.PositiveIntegerField(default=0, help_text="Last known; the history is in reach days.")
    silent_after_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(365)],
        help_text="After how many days without a word it rings; empty for the house's custom.",
    )

    objects = BranchQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "branches"
        constraints = [models.UniqueConstraint(fields=["network", "handle"], name="branch_is_one_account")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class ReachDay(models.Model):
    """Followers and posts of a branch on one day."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="reach")
    on = models.DateField()
    followers = models.PositiveIntegerField()
    n_posts = models.PositiveIntegerField(default=0)
    posts_total = models.PositiveIntegerField(
        null=True, blank=True, help_text="All posts there ever, as the network says."
    )
    source = models.CharField(
        max_length=10, blank=True, db_default="", default="", help_text="network, csv, or hand."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "on"], name="reach_once_a_day")]

    def __str__(self) -> str:
        return f"{self.branch_id} on {self.on}: {self.followers}"


class Shift(models.Model):
    """When a host is on duty, on the branch's own clock. One that ends before it begins goes over midnight."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="shifts")
    host = models.ForeignKey(Host, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts", "host__name"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "host", "weekday", "starts"], name="shift_named_once")
        ]

    def __str__(self) -> str:
        return f"{self.host}, {self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class Address(models.Model):
    """Another address that belongs to a branch: its rules, a map, the way to its kiosk."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="addresses")
    title = models.CharField(max_length=60)
    url = models.URLField(max_length=500)

    class Meta:
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["branch", "url"], name="address_once")]

    def __str__(self) -> str:
        return self.title


class HandFigure(models.Model):
    """A figure that no network tells us, written down by somebody who counted."""

    class Name(models.TextChoices):
        VISITORS = "visitors", "Visitors of the day"
        UNANSWERED = "unanswered", "Messages without an answer"
        ANSWER_MINUTES = "answer_minutes", "Minutes until an answer (median of the day)"

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="hand_figures")
    on = models.DateField()
    name = models.CharField(max_length=16, choices=Name)
    value = models.PositiveIntegerField()
    entered_by = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["branch", "on", "name"], name="hand_figure_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} on {self.on}: {self.value}"


class LinkCheck(models.Model):
    """What we found the last time we opened an address of a branch."""

    class State(models.TextChoices):
        ALIVE = "alive", "Opens"
        DEAD = "dead", "Dead"
        SHUT = "shut", "Not shown to us"
        UNREACHED = "unreached", "Not reached"

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="link_checks")
    url = models.URLField(max_length=500)
    state = models.CharField(max_length=10, choices=State)
    links_back = models.BooleanField(
        null=True, help_text="Whether it names us with rel=me; unknown when it was not read."
    )
    problem = models.CharField(max_length=300, blank=True)
    n_failures = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["url"]
        constraints = [models.UniqueConstraint(fields=["branch", "url"], name="link_check_once")]

    def __str__(self) -> str:
        return f"{self.url}: {self.get_state_display()}"
