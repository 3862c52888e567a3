"""What is about to be said: drafts that are saved while they are written, and how a branch signs."""

from django.db import models

from livingroom.branches.models import Branch
from livingroom.inbox.models import Conversation, Message
from livingroom.people.models import Staff


class AnswerDraft(models.Model):
    """What one person is writing in one conversation; kept until it is sent or thrown away."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="drafts")
    text = models.TextField(blank=True)
    is_note = models.BooleanField(default=False)
    seen_message = models.PositiveBigIntegerField(
        default=0, help_text="The last words that were on the page it was written on."
    )
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "staff", "is_note"], name="one_draft_each")
        ]

    def __str__(self) -> str:
        return f"{self.staff} on #{self.conversation_id}: {self.text[:40]}"


class SigningCustom(models.Model):
    """How a branch's people sign what they answer."""

    class How(models.TextChoices):
        INITIALS = "initials", "Initials: ^AB"
        NAME = "name", "Name: – Anna"
        NONE = "none", "Not at all: the account speaks"

    branch = models.OneToOneField(Branch, on_delete=models.CASCADE, related_name="signing")
    how = models.CharField(max_length=8, choices=How, default=How.INITIALS)

    def __str__(self) -> str:
        return f"{self.branch}: {self.get_how_display()}"


class AnswerAttempt(models.Model):
    """One try to send an answer: when, and what came of it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"attempt {self.number} of message {self.message_id}: {self.outcome or 'under way'}"
