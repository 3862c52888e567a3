"""What we promised: how soon an answer comes, by whose clock, and what happens before and after it is broken."""

from django.db import models

from livingroom.branches.models import Branch
from livingroom.inbox.models import Conversation, Team
from livingroom.people.models import Staff


class BusinessCalendar(models.Model):
    """When somebody is there. Its hours may be split; on holidays nobody is."""

    name = models.CharField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=40, default="UTC")
    branches = models.ManyToManyField(Branch, blank=True, related_name="business_calendars")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """One stretch of one weekday; a weekday may have several. One that ends before it begins goes over midnight."""

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday.")
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [models.UniqueConstraint(fields=["calendar", "weekday", "starts"], name="opening_once")]

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"


class Holiday(models.Model):
    """A day on which the calendar's hours do not count."""

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="holidays")
    on = models.DateField()
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.name}".strip()


class ServiceLevel(models.Model):
    """A promise to customers. The first that fits a conversation holds; without a calendar the clock never stops."""

    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveIntegerField(default=0)
    is_on = models.BooleanField(default=True)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Conversation.Kind, blank=True)
    at_least = models.PositiveSmallIntegerField(
        choices=Conversation.Priority, null=True, blank=True, help_text="Of this priority or a higher one."
    )
    first_minutes = models.PositiveIntegerField(null=True, blank=True)
    next_minutes = models.PositiveIntegerField(null=True, blank=True)
    resolve_minutes = models.PositiveIntegerField(null=True, blank=True)
    in_business_hours = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Escalation(models.Model):
    """What happens so many minutes before (negative) or after a promise is broken."""

    level = models.ForeignKey(ServiceLevel, on_delete=models.CASCADE, related_name="escalations")
    minutes = models.IntegerField(help_text="After the promised moment; negative is before.")
    tell_owner = models.BooleanField(default=True)
    tell = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    to_team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    priority = models.PositiveSmallIntegerField(choices=Conversation.Priority, null=True, blank=True)

    class Meta:
        ordering = ["minutes"]
        constraints = [models.UniqueConstraint(fields=["level", "minutes"], name="escalation_once_a_minute")]

    def __str__(self) -> str:
        return f"{abs(self.minutes)} minutes {'before' if self.minutes < 0 else 'after'}"


class Clock(models.Model):
    """One promise to one conversation: when it began, when it is due, when it was kept."""

    class What(models.TextChoices):
        FIRST = "first", "First answer"
        NEXT = "next", "Next answer"
        RESOLVE = "resolve", "Resolution"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="clocks")
    level = models.ForeignKey(ServiceLevel, on_delete=models.CASCADE, related_name="clocks")
    what = models.CharField(max_length=7, choices=What)
    began_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="Empty while the clock stands still.")
    spent_seconds = models.PositiveIntegerField(
        default=0, help_text="Of the promised time, before it last stood still."
    )
    ran_on_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it runs; empty: it stands still."
    )
    kept_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Kept, late, or no longer owed.")
    n_escalated = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "what"],
                condition=models.Q(ended_at=None),
                name="clock_runs_once",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(ended_at=None), name="clock_due"),
            models.Index(fields=["conversation", "what"], name="clock_of_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} of #{self.conversation_id}"
