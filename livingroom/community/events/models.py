"""Events: what is on, who comes, who was there, and what came of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from livingroom.branches.models import Host
from livingroom.ideas.models import Idea
from livingroom.inbox.models import Conversation
from livingroom.people.models import Customer, Member, Staff
from livingroom.posts.models import Post


class Venue(models.Model):
    """A place in a virtual world that tells us who came, by signed deliveries."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    world = models.SlugField(
        max_length=20, help_text="The world's short name, by which its people's handles are kept."
    )
    url = models.URLField(max_length=500, blank=True, help_text="How one gets there.")
    region = models.CharField(max_length=80, blank=True)
    coordinates = models.CharField(max_length=40, blank=True, help_text="Such as 128, 64, 22.")
    secret_sealed = models.TextField(blank=True)
    previous_secret_sealed = models.TextField(blank=True)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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


class Rsvp(models.Model):
    """A member's word whether they come."""

    class Answer(models.TextChoices):
        YES = "yes", "Comes"
        MAYBE = "maybe", "Perhaps"
        NO = "no", "Does not come"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rsvps")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="rsvps")
    answer = models.CharField(max_length=5, choices=Answer)
    n_guests = models.PositiveSmallIntegerField(default=0)
    waits_since = models.DateTimeField(
        null=True, blank=True, help_text="On the waiting list since; empty with a seat."
    )
    avatar = models.CharField(
        max_length=120, blank=True, help_text="Their name in the virtual world, as they say."
    )
    hears = models.BooleanField(default=True, help_text="Letters about this event.")
    at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "member"], name="rsvp_once")]
        indexes = [
            models.Index(fields=["event", "waits_since"], condition=Q(answer="yes"), name="rsvp_in_line")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.answer} to {self.event_id}"

    @property
    def n_seats(self) -> int:
        return 1 + self.n_guests


class VenueDelivery(models.Model):
    """A delivery of a venue that was taken in: the same once more changes nothing."""

    venue = models.ForeignKey(Venue, on_delete=models.CASCADE, related_name="deliveries")
    delivery_id = models.CharField(max_length=100)
    received_at = models.DateTimeField()
    n = models.PositiveIntegerField(help_text="How many comings and goings it told of.")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["venue", "delivery_id"], name="venue_delivery_once")]

    def __str__(self) -> str:
        return self.delivery_id


class Attendance(models.Model):
    """Somebody was there. Whom we do not know stays an avatar, apart from those we know."""

    class Source(models.TextChoices):
        VENUE = "venue", "Told by the venue"
        HAND = "hand", "Noted by us"

    class LinkedBy(models.TextChoices):
        NOBODY = "", "Not known"
        HANDLE = "handle", "A handle of a customer"
        SAID = "said", "They said so when they announced themselves"
        HAND = "hand", "One of us knows them"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="attendances")
    source = models.CharField(max_length=5, choices=Source)
    avatar_id = models.CharField(max_length=120)
    avatar_name = models.CharField(max_length=120, blank=True)
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="attendances"
    )
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="attendances"
    )
    linked_by = models.CharField(max_length=6, choices=LinkedBy, blank=True)
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["came_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "avatar_id"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.avatar_name or self.avatar_id} at {self.event_id}"


class EventPost(models.Model):
    """A post that announces an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="event_posts")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["event", "post"], name="event_post_once")]

    def __str__(self) -> str:
        return f"{self.post_id} announces {self.event_id}"


class CameOfIt(models.Model):
    """A conversation or an idea that somebody of ours put down to an event; taken away again, the row stays."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="came_of_it")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    idea = models.ForeignKey(Idea, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "conversation"],
                condition=Q(undone_at=None),
                name="came_of_event_conversation",
            ),
            models.UniqueConstraint(
                fields=["event", "idea"], condition=Q(undone_at=None), name="came_of_event_idea"
            ),
        ]

    def __str__(self) -> str:
        return f"of event {self.event_id}"
