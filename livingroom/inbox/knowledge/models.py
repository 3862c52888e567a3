"""Answers for all: what one person asked and many want to know."""

from django.db import models

from livingroom.branches.models import Branch
from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff


class SnippetQuerySet(models.QuerySet["Snippet"]):
    def published(self) -> "SnippetQuerySet":
        return self.filter(state=Snippet.State.PUBLISHED)


class Snippet(models.Model):
    """A question and its answer in one language. Those with the same short name are translations of each other."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    slug = models.SlugField(max_length=80)
    language = models.CharField(max_length=8, default="en")
    question = models.CharField(max_length=200)
    answer = models.TextField()
    branch = models.ForeignKey(
        Branch, null=True, blank=True, on_delete=models.SET_NULL, related_name="snippets"
    )
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="snippets"
    )
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    written_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    n_helped = models.PositiveIntegerField(default=0)
    n_not_helped = models.PositiveIntegerField(default=0)

    objects = SnippetQuerySet.as_manager()

    class Meta:
        ordering = ["slug", "language"]
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="snippet_once_per_language")]

    def __str__(self) -> str:
        return self.question
