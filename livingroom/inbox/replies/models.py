"""What is said often: saved replies in several languages, and macros that do several things at once."""

from django.db import models
from django.db.models.functions import Lower

from livingroom.branches.models import Branch
from livingroom.inbox.models import Conversation, Team
from livingroom.people.models import Staff


class SavedReply(models.Model):
    """Words that fit often. Found by its shortcut, written in the customer's language."""

    shortcut = models.SlugField(max_length=30, unique=True, help_text="Typed after a slash: /refund")
    title = models.CharField(max_length=80)
    branches = models.ManyToManyField(
        Branch, blank=True, related_name="saved_replies", help_text="None: it fits on every branch."
    )
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    n_used = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = [Lower("title")]
        verbose_name_plural = "saved replies"

    def __str__(self) -> str:
        return self.title


class SavedText(models.Model):
    """A saved reply in one language."""

    reply = models.ForeignKey(SavedReply, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8)
    text = models.TextField()

    class Meta:
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["reply", "language"], name="saved_once_per_language")]

    def __str__(self) -> str:
        return f"{self.reply} ({self.language})"


class Macro(models.Model):
    """Several things with one click: answer, tag, hand over, close. What is empty is left as it is."""

    class Then(models.TextChoices):
        STAY = "", "Leave it open"
        CLOSE = "close", "Close it"
        SNOOZE = "snooze", "Snooze it"

    name = models.CharField(max_length=60, unique=True)
    reply = models.ForeignKey(
        SavedReply, null=True, blank=True, on_delete=models.PROTECT, related_name="macros"
    )
    tags = models.JSONField(default=list, blank=True)
    to_team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    to_staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    priority = models.PositiveSmallIntegerField(null=True, blank=True, choices=Conversation.Priority)
    then = models.CharField(max_length=6, choices=Then, blank=True)
    snooze_hours = models.PositiveSmallIntegerField(default=24)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
