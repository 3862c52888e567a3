from django.db import models

from livingroom.branches.models import Branch
from livingroom.people.models import Staff


class QueueSlot(models.Model):
    """A time of the week at which a branch likes to speak, on its own clock."""

    WEEKDAYS = (
        (0, "Monday"),
        (1, "Tuesday"),
        (2, "Wednesday"),
        (3, "Thursday"),
        (4, "Friday"),
        (5, "Saturday"),
        (6, "Sunday"),
    )

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="queue_slots")
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    at = models.TimeField()

    class Meta:
        ordering = ["branch", "weekday", "at"]
        constraints = [models.UniqueConstraint(fields=["branch", "weekday", "at"], name="slot_once_a_week")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.at:%H:%M}"


class Recurrence(models.Model):
    """A post that comes again: each time a post of its own, with its own links, codes and approvals."""

    class Every(models.TextChoices):
        DAY = "day", "Every day"
        WEEK = "week", "Every week"
        MONTH = "month", "Every month"

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="recurrences")
    every = models.CharField(max_length=8, choices=Every, default=Every.WEEK)
    starts_on = models.DateField()
    at = models.TimeField(help_text="On each branch’s own clock.")
    ends_on = models.DateField(null=True, blank=True)
    n_made = models.PositiveIntegerField(
        default=0, help_text="How many times it was made; the next is this one."
    )
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.post}, {self.get_every_display().lower()}"


class PostImport(models.Model):
    """A file of posts somebody sent in; its rows are worked through in the background."""

    name = models.CharField(max_length=120)
    path = models.CharField(max_length=200)
    by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.name


class ImportedRow(models.Model):
    """What became of one row of a file. A row that has one is never made again."""

    class Outcome(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        DRAFT = "draft", "Kept as a draft"
        REFUSED = "refused", "Refused"

    of = models.ForeignKey(PostImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="As a spreadsheet counts them: the head is 1.")
    outcome = models.CharField(max_length=10, choices=Outcome)
    words = models.TextField(blank=True)
    post = models.ForeignKey("posts.Post", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["of", "number"]
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="row_imported_once")]

    def __str__(self) -> str:
        return f"row {self.number}: {self.outcome}"
