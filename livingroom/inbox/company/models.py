"""Who else is here: who follows a conversation, looks at it or types; what was promised; what people are told."""

from django.db import models
from django.db.models import Q

from livingroom.inbox.models import Conversation, Message
from livingroom.people.models import Staff


class Follow(models.Model):
    """Somebody wants to hear what happens in a conversation; or, muted, does not, whatever happens."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="follows")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField()
    is_muted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "staff"], name="follows_once")]

    def __str__(self) -> str:
        return f"{self.staff} {'hears nothing of' if self.is_muted else 'follows'} #{self.conversation_id}"


class Presence(models.Model):
    """Somebody has a conversation open, and perhaps types; true for some seconds, unless it is said again."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="presences")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    came_at = models.DateTimeField()
    here_until = models.DateTimeField()
    typing_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "staff"], name="present_once")]

    def __str__(self) -> str:
        return f"{self.staff} at #{self.conversation_id}"


class Reminder(models.Model):
    """We said that we would do something by a day. Found in our own words, kept when a person says so, rings when it is due."""

    class State(models.TextChoices):
        FOUND = "found", "Found in what was said"
        KEPT = "kept", "Reminds"
        DONE = "done", "Done"
        DROPPED = "dropped", "Was no promise"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="reminders")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="reminders")
    words = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.FOUND)
    rang_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "words"], condition=Q(message__isnull=False), name="promise_found_once"
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="reminder_due")]

    def __str__(self) -> str:
        return f"“{self.words}” in #{self.conversation_id}"


class Notice(models.Model):
    """Something a person of ours should know of a conversation: on their page at once, in one mail every quarter of an hour."""

    class Kind(models.TextChoices):
        MENTIONED = "mentioned", "named you in a note"
        ANSWERED = "answered", "answered"
        SAID = "said", "new words from outside"
        NOTED = "noted", "left a note"
        REMINDER = "reminder", "what you promised is due"
        OVERDUE = "overdue", "an answer is owed"

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="notices")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notices")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind)
    by = models.CharField(max_length=120, blank=True)
    text = models.CharField(max_length=200)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["staff", "message", "kind"], name="told_once"),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(mailed_at=None, seen_at=None), name="notice_to_mail"),
            models.Index(fields=["staff", "-at"], name="notice_of_staff"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.get_kind_display()}: {self.text}"
