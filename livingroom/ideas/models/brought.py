"""What was brought along from another portal: each thing once, and who voted there, until they prove their address here."""

from django.db import models
from django.db.models import Q

from livingroom.ideas.models.boards import Board
from livingroom.ideas.models.ideas import Idea
from livingroom.ideas.models.words import Comment
from livingroom.people.models import Staff


class IdeaImport(models.Model):
    """One file that was brought in, and what became of its rows."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="imports")
    source = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    n_rows = models.PositiveIntegerField(default=0)
    n_new = models.PositiveIntegerField(default=0)
    n_changed = models.PositiveIntegerField(default=0)
    n_same = models.PositiveIntegerField(default=0)
    n_comments = models.PositiveIntegerField(default=0)
    n_votes = models.PositiveIntegerField(default=0)
    bad = models.JSONField(default=list, help_text="Rows that were set apart: [where, why].")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.name


class Brought(models.Model):
    """By this we know a thing of another portal again: it comes in once, however often its file does."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=20)
    external_id = models.CharField(max_length=120)
    idea = models.ForeignKey(Idea, null=True, blank=True, on_delete=models.CASCADE, related_name="brought")
    comment = models.ForeignKey(
        Comment, null=True, blank=True, on_delete=models.CASCADE, related_name="brought"
    )
    digest = models.CharField(max_length=64, help_text="Of what the file said of it.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["board", "source", "external_id"], name="brought_once"),
            models.CheckConstraint(
                condition=Q(idea__isnull=False) | Q(comment__isnull=False), name="brought_is_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class BroughtVote(models.Model):
    """Somebody voted for it there. It becomes a vote when who holds the address proves it here; until then it only is shown."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="brought_votes")
    mail_hash = models.CharField(max_length=60, db_index=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "mail_hash"], name="brought_vote_once")]

    def __str__(self) -> str:
        return f"a vote brought along for {self.idea_id}"
