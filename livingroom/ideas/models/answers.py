"""What we answered and why, what is told to management, and what branches say of it."""

from django.db import models

from livingroom.ideas.models.boards import Board
from livingroom.ideas.models.ideas import Idea
from livingroom.people.models import Staff
from livingroom.posts.models import Post


class Answer(models.Model):
    """Our official word on an idea: its new state, and the reason."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="answers")
    before = models.CharField(max_length=12, choices=Idea.State)
    state = models.CharField(max_length=12, choices=Idea.State)
    reason = models.TextField()
    url = models.URLField(max_length=1000, blank=True, help_text="Where the release is, once it shipped.")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="answer_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.reason[:60]}"


class InAction(models.Model):
    """A post that tells what became of an idea, prepared for branches."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="in_action")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "post"], name="in_action_once")]

    def __str__(self) -> str:
        return f"{self.post_id} tells of {self.idea_id}"


class Digest(models.Model):
    """What management was told of one period; made once, kept as it was."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="digests")
    begins_on = models.DateField()
    ends_on = models.DateField(help_text="The day after the last.")
    made_at = models.DateTimeField()
    content = models.JSONField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-ends_on"]
        constraints = [models.UniqueConstraint(fields=["board", "begins_on", "ends_on"], name="digest_once")]

    def __str__(self) -> str:
        return f"{self.board}, {self.begins_on} to {self.ends_on}"


class DigestReader(models.Model):
    """Somebody of ours who gets the digest by mail."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="digest_readers")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "staff"], name="digest_reader_once")]

    def __str__(self) -> str:
        return str(self.staff)
