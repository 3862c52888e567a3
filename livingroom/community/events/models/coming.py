"""Who comes to an event, and who was there."""

from django.db import models
from django.db.models import Q

from livingroom.community.events.models.events import Event
from livingroom.people.models import Customer, Member


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
