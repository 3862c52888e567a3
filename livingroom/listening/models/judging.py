"""What people say of our guesses: corrections, what was learnt of them, and the monthly sample that keeps us honest."""

from django.db import models

from livingroom.listening.models.mentions import Mention
from livingroom.people.models import Staff


class Correction(models.Model):
    """A person's word on a guess; the latest stands. Rows are only ever added."""

    class Kind(models.TextChoices):
        LANGUAGE = "language", "Language"
        SPAM = "spam", "Spam or not"
        SENTIMENT = "sentiment", "Tone"
        SUBJECT = "subject", "Subject"
        BRANCH = "branch", "Branch"

    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=9, choices=Kind)
    was = models.CharField(max_length=80, blank=True)
    is_now = models.CharField(max_length=80, blank=True)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["mention", "kind", "-at"], name="correction_latest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.was or '–'} → {self.is_now or '–'}"


class Lesson(models.Model):
    """The corrections up to one of them, learnt together. The same lesson always teaches the same."""

    number = models.PositiveIntegerField(unique=True)
    upto = models.BigIntegerField(help_text="The last correction in it.")
    n_examples = models.PositiveIntegerField()
    took_seconds = models.FloatField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Lesson {self.number}, {self.n_examples} corrections"


class Audit(models.Model):
    """One of the month's random mentions, and what a person took it for."""

    class Label(models.TextChoices):
        OPEN = "", "Not read yet"
        NEGATIVE = "negative", "Negative"
        OTHER = "other", "Not negative"
        UNCLEAR = "unclear", "Cannot be told"

    month = models.DateField(help_text="Its first day.")
    place = models.PositiveIntegerField(help_text="In the random order of the month.")
    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, related_name="audits")
    negative_share = models.FloatField(help_text="What we believed when it was drawn.")
    label = models.CharField(max_length=8, choices=Label, blank=True)
    labelled_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    labelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-month", "place"]
        constraints = [models.UniqueConstraint(fields=["month", "mention"], name="audited_once_a_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} number {self.place}: {self.get_label_display()}"
