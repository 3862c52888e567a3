"""Were you happy with us? Asked after a conversation was closed, answered with one click."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from livingroom.branches.models import Branch
from livingroom.inbox.models import Author, Conversation, Message, new_key


class Survey(models.Model):
    """What is asked, of whom and how often. The first that fits a branch is asked."""

    name = models.CharField(max_length=60, unique=True)
    is_on = models.BooleanField(default=True)
    branches = models.ManyToManyField(
        Branch, blank=True, related_name="surveys", help_text="None: every branch."
    )
    questions = models.JSONField(
        default=dict, blank=True, help_text="The question by language; where empty, our own words."
    )
    in_public = models.BooleanField(
        default=False, help_text="Ask in public threads, too, where anybody who reads them can click."
    )
    sample_share = models.FloatField(
        default=1.0, validators=[MinValueValidator(0.0), MaxValueValidator(1.0)], help_text="0 to 1."
    )
    rest_days = models.PositiveSmallIntegerField(
        default=30, help_text="Nobody is asked more than once within so many days."
    )
    after_minutes = models.PositiveSmallIntegerField(
        default=30, help_text="How long after closing: it may be opened again."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Asked(models.Model):
    """One question to one person about one conversation, and what they said."""

    class State(models.TextChoices):
        WAITING = "waiting", "To be asked"
        ASKED = "asked", "Asked"
        ANSWERED = "answered", "Answered"
        SPARED = "spared", "Not asked"

    GOOD: ClassVar[tuple[int, ...]] = (4, 5)

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="asked")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="ratings")
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="ratings")
    closed_at = models.DateTimeField(help_text="The closing it is about.")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    why_spared = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True)
    key = models.CharField(max_length=32, unique=True, default=new_key)
    ask_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    comment = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-closed_at"]
        verbose_name_plural = "asked"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "closed_at"], name="asked_once_per_closing")
        ]
        indexes = [
            models.Index(fields=["state", "ask_at"], name="csat_to_ask"),
            models.Index(fields=["-answered_at"], name="csat_newest"),
            models.Index(fields=["author", "-asked_at"], name="csat_of_author"),
        ]

    def __str__(self) -> str:
        return f"{self.rating or 'no word yet'} on #{self.conversation_id}"
