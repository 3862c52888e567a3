from zoneinfo import ZoneInfo

from django.db import models

from livingroom.networks.models import Connection
from livingroom.people.models import Staff


class Host(models.Model):
    """The named person who is the face of a branch."""

    name = models.CharField(max_length=80)
    initials = models.CharField(max_length=4)
    face = models.CharField(
        max_length=200, blank=True, help_text="Address of a picture; without one the initials are shown."
    )
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    followers = models.PositiveIntegerField(default=0, help_text="Last known; the history is in reach days.")

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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["branch", "on"], name="reach_once_a_day")]

    def __str__(self) -> str:
        return f"{self.branch_id} on {self.on}: {self.followers}"
