"""Votes that look as if they were cast together, and the public log of all that was taken away."""

from django.db import models

from livingroom.ideas.models.boards import Board
from livingroom.ideas.models.ideas import Idea
from livingroom.people.models import Staff


class VoteReview(models.Model):
    """A group of votes on one idea that a person looks at; they count only when found honest."""

    class State(models.TextChoices):
        OPEN = "open", "Waits for a person"
        REMOVED = "removed", "Removed"
        HONEST = "honest", "Found honest"

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="reviews")
    score = models.FloatField()
    reasons = models.JSONField(default=list, help_text="Sentences.")
    n_votes = models.PositiveIntegerField()
    found_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-found_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.n_votes} votes on {self.idea_id}"


class PublicLogEntry(models.Model):
    """Something of others was taken away, moved or given back, and why: for everybody to read, without names."""

    class What(models.TextChoices):
        VOTES_WITHHELD = "votes_withheld", "Votes under review"
        VOTES_REMOVED = "votes_removed", "Votes removed"
        VOTES_RETURNED = "votes_returned", "Votes found honest"
        SAME_PERSON = "same_person", "Second votes of one person"
        TWO_PEOPLE = "two_people", "Votes of two people after all"
        MERGED = "merged", "Merged"
        UNMERGED = "unmerged", "Merge undone"
        IDEA_REMOVED = "idea_removed", "Idea removed"
        IDEA_RETURNED = "idea_returned", "Idea returned"
        COMMENT_HIDDEN = "comment_hidden", "Comment hidden"
        COMMENT_RETURNED = "comment_returned", "Comment returned"
        ARCHIVED = "archived", "Archived by rule"

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="log")
    what = models.CharField(max_length=16, choices=What)
    idea = models.ForeignKey(Idea, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    n = models.PositiveIntegerField(default=1)
    reason = models.TextField()
    by_rule = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["board", "-at", "-id"], name="log_newest_first")]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.n}"
