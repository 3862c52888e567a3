"""Events: what is on, where, when and with whom."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from livingroom.branches.models import Host
from livingroom.community.events.models.venues import Venue
from livingroom.people.models import Staff


class EventQuerySet(models.QuerySet["Event"]):
    def public(self) -> "EventQuerySet":
        return self.exclude(state=Event.State.DRAFT)

    def to_come(self, now: datetime) -> "EventQuerySet":
        return self.filter(state=Event.State.ANNOUNCED, ends_at__gt=now).order_by("starts_at")

    def gone_by(self, now: datetime) -> "EventQuerySet":
        return self.public().filter(ends_at__lte=now).order_by("-starts_at")


class Event(models.Model):
    """A launch, a meet-up, a session: when, where, with whom."""

    class Kind(models.TextChoices):
        LAUNCH = "launch", "Launch"
        MEET_UP = "meet_up", "Meet-up"
        SESSION = "session", "Session in a virtual world"

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ANNOUNCED = "announced", "Announced"
        CANCELLED = "cancelled", "Cancelled"
        OVER = "over", "Over"

    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en", help_text="Of the title and the text.")
    words = models.JSONField(
        default=dict, blank=True, help_text="The same in other languages: {'de': {'title': …, 'text': …}}."
    )

    # Where
    place = models.CharField(max_length=120, blank=True, help_text="The name of a real place.")
    address = models.CharField(max_length=300, blank=True)
    map_url = models.URLField(
        max_length=500, blank=True, help_text="A map to open; nothing of it is loaded by us."
    )
    venue = models.ForeignKey(Venue, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    url = models.URLField(
        max_length=500, blank=True, help_text="Where to go for what is not in a real place."
    )
    region = models.CharField(max_length=80, blank=True)
    coordinates = models.CharField(max_length=40, blank=True)

    # When and with whom
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=40, default="UTC", help_text="The clock of the place.")
    host = models.ForeignKey(Host, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    capacity = models.PositiveIntegerField(null=True, blank=True, help_text="Seats; empty for any number.")
    most_guests = models.PositiveSmallIntegerField(
        default=3, validators=[MaxValueValidator(20)], help_text="How many one person may bring."
    )
    more_url = models.URLField(
        max_length=500, blank=True, help_text="Its page on your own site, if it has one."
    )

    cancelled_because = models.CharField(max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0, help_text="Rises when time, place or state change.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(
        null=True, blank=True, help_text="When who hears of its groups was written to."
    )
    groups = models.ManyToManyField("community.Group", blank=True, related_name="events")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["state", "starts_at"], name="event_by_start")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="event_has_a_length")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event", args=[self.slug])

    @property
    def page_url(self) -> str:
        return f"{settings.PUBLIC_URL}{self.get_absolute_url()}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_virtual(self) -> bool:
        return bool(self.venue_id or self.url) and not self.place

    def said_in(self, language: str) -> dict[str, str]:
        """Title and text in a language; in the event's own where nobody wrote them."""
        own = {"title": self.title, "text": self.text, "language": self.language[:2]}
        theirs = self.words.get(language[:2]) or {}
        if language[:2] == self.language[:2] or not theirs.get("title"):
            return own
        return {"title": theirs["title"], "text": theirs.get("text") or self.text, "language": language[:2]}
