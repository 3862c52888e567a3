"""Boards, their categories with a named partner each, and storm sessions."""

from django.db import models

from livingroom.ideas.words import Named
from livingroom.people.models import Staff


class Board(Named):
    """A place for ideas: the public portal, or its twin for employees."""

    class Digest(models.TextChoices):
        NEVER = "", "Never"
        WEEKLY = "weekly", "Every week"
        FORTNIGHTLY = "fortnightly", "Every two weeks"

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    intro = models.CharField(max_length=300, blank=True)
    is_twin = models.BooleanField(
        default=False, help_text="For employees only; they are who they signed in as."
    )
    allows_against = models.BooleanField(default=False, help_text="One may vote against an idea, too.")
    vote_budget = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="How many votes one person may have standing on open ideas; empty for any.",
    )
    looks_first = models.BooleanField(
        default=False, help_text="A person looks at each new idea before others see it."
    )
    half_life_days = models.FloatField(
        default=7.0, help_text="After how long a vote weighs half in the popular list."
    )
    epoch = models.DateTimeField(help_text="From when the keys of the popular list are reckoned.")
    answer_line = models.PositiveSmallIntegerField(
        default=10, help_text="From how many votes an idea is owed an answer."
    )
    answer_within_days = models.PositiveSmallIntegerField(default=30)
    partner = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="Who owes the answers where no category names a partner.",
    )  # fmt: skip
    archive_after_months = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Open ideas below the line without a vote for so long are archived; empty for never.",
    )
    digest_every = models.CharField(max_length=12, choices=Digest, blank=True, default=Digest.WEEKLY)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["is_twin", "name"]

    def __str__(self) -> str:
        return self.name


class Category(Named):
    """A field of ideas, with the named partner who owes the answers."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="categories")
    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    partner = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answer_within_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty for the board's."
    )
    position = models.PositiveSmallIntegerField(default=50)

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["board", "slug"], name="category_once_on_board")]

    def __str__(self) -> str:
        return self.name


class Storm(models.Model):
    """A storm session: one topic, a host, a window, and in the end a summary."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="storms")
    slug = models.SlugField(max_length=60)
    topic = models.CharField(max_length=120)
    intro = models.TextField(blank=True)
    host = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    summary = models.TextField(blank=True)
    summed_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opens_at"]
        constraints = [
            models.UniqueConstraint(fields=["board", "slug"], name="storm_once_on_board"),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="storm_has_a_window"
            ),
        ]

    def __str__(self) -> str:
        return self.topic
