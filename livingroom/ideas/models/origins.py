"""Where an idea came from, what else speaks for it, and whether who said it agreed."""

from django.db import models
from django.db.models import Q

from livingroom.ideas.models.ideas import Idea
from livingroom.inbox.models import Conversation
from livingroom.listening.models import Mention, Topic
from livingroom.people.models import Staff


class Evidence(models.Model):
    """Something said or done elsewhere that speaks for an idea. It can be taken away again; the row stays."""

    class Kind(models.TextChoices):
        MENTION = "mention", "Mention"
        CONVERSATION = "conversation", "Conversation"
        CODE = "code", "Code used"

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=12, choices=Kind)
    mention = models.ForeignKey(Mention, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    code = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    is_origin = models.BooleanField(default=False, help_text="The idea was made from it.")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["idea", "mention"], condition=Q(undone_at=None), name="mention_is_evidence_once"
            ),
            models.UniqueConstraint(
                fields=["idea", "conversation"],
                condition=Q(undone_at=None),
                name="conversation_is_evidence_once",
            ),
            models.UniqueConstraint(
                fields=["idea", "code"],
                condition=Q(undone_at=None) & ~Q(code=""),
                name="code_is_evidence_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.idea_id}"


class IdeaTopic(models.Model):
    """A topic that hears who else says it: its finds are the idea's live evidence."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="topics")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "topic"], name="idea_topic_once")]

    def __str__(self) -> str:
        return f"{self.topic} speaks for {self.idea_id}"


class ConsentAsk(models.Model):
    """Whether who said it agrees that it becomes an idea, and under which name. Until they do, nobody else sees it."""

    idea = models.OneToOneField(Idea, on_delete=models.CASCADE, related_name="consent")
    mention = models.ForeignKey(Mention, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    secret = models.CharField(max_length=64, unique=True, help_text="In the link that asks.")
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When the question went out.")
    answered_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(null=True, blank=True)
    said = models.CharField(
        max_length=300, blank=True, help_text="How they agreed, when it was not by the link."
    )
    noted_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"consent for {self.idea_id}"
