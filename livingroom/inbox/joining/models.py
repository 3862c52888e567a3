"""Two conversations that are one, and one that is two: what was moved, so that it can be moved back."""

from django.db import models

from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff


class Joining(models.Model):
    """Messages that went from one conversation to another, in a merge or a split."""

    class Kind(models.TextChoices):
        MERGE = "merge", "Merged"
        SPLIT = "split", "Split off"

    kind = models.CharField(max_length=5, choices=Kind)
    source = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="joinings_from")
    target = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="joinings_to")
    message_ids = models.JSONField(default=list)
    source_state = models.CharField(max_length=8, help_text="What the source was before.")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.source_id} → #{self.target_id}"
