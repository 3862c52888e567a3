"""What is said under ideas, who follows them, and their pictures."""

from django.db import models
from django.db.models import Q

from livingroom.ideas.models.ideas import Idea
from livingroom.people.models import Member, Staff


class Comment(models.Model):
    """Something said under an idea. It is shown at `root`: the idea itself, or the one it was merged with."""

    class Standing(models.TextChoices):
        PUBLIC = "public", "Public"
        HELD = "held", "Waits for a person of ours"
        HIDDEN = "hidden", "Hidden"
        WITHDRAWN = "withdrawn", "Withdrawn by its author"

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="comments")
    root = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="comments_shown")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    member = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="comments"
    )
    staff = models.ForeignKey(
        Staff,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who of ours said it.",
    )
    credited_name = models.CharField(
        max_length=80, blank=True, help_text="Who said it on the portal it was brought along from."
    )
    text = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.PUBLIC)
    standing_because = models.CharField(max_length=300, blank=True)
    is_part = models.BooleanField(default=False, help_text="Taken up into the idea, as a part of it.")
    n_thanks = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["root", "at"], name="comment_of_root")]

    def __str__(self) -> str:
        return self.text[:60]


class CommentThanks(models.Model):
    """A member liked what was said."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="thanks")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "member"], name="comment_thanked_once")]

    def __str__(self) -> str:
        return f"{self.member_id} thanks {self.comment_id}"


class Follow(models.Model):
    """A member hears what becomes of an idea, until they end it."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="follows")
    root = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="follows_counted")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="follows")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "member"], name="follow_once")]
        indexes = [models.Index(fields=["root"], condition=Q(ended_at=None), name="follow_of_root")]

    def __str__(self) -> str:
        return f"{self.member_id} follows {self.idea_id}"


class Picture(models.Model):
    """A picture of an idea, under its digest."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="pictures")
    name = models.CharField(max_length=80, help_text="Digest and ending.")
    alt = models.CharField(max_length=300, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "name"], name="picture_once_on_idea")]

    def __str__(self) -> str:
        return self.name
