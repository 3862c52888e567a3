"""What was said about us or to us, each thing once, and what we believe it says."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from livingroom.branches.models import Branch
from livingroom.networks.models import Connection


class MentionQuerySet(models.QuerySet["Mention"]):
    def heard(self) -> "MentionQuerySet":
        """What is still there; spam, too."""
        return self.filter(gone_at=None)

    def to_understand(self) -> "MentionQuerySet":
        return self.filter(understood_at=None, poison="").order_by("pk")

    def standing(self) -> "MentionQuerySet":
        """What is still there and not taken for spam."""
        return self.filter(gone_at=None).exclude(verdict=Mention.Verdict.HIDDEN)


class Mention(models.Model):
    """Something said about us or to us: a reply, a comment, a message, a find of a search, a line of a file."""

    class Kind(models.TextChoices):
        REPLY = "reply", "Reply"
        COMMENT = "comment", "Comment"
        QUOTE = "quote", "Quote"
        MENTION = "mention", "Mention"
        LINK = "link", "Link"
        MESSAGE = "message", "Message to us alone"
        FOUND = "found", "Found by a topic"

    class Verdict(models.TextChoices):
        UNKNOWN = "", "Not judged yet"
        GOOD = "good", "Good"
        QUEUED = "queued", "Perhaps spam"
        HIDDEN = "hidden", "Hidden as spam"

    class Sentiment(models.TextChoices):
        UNKNOWN = "", "Not judged yet"
        NEGATIVE = "negative", "Negative"
        NEUTRAL = "neutral", "Neutral"
        POSITIVE = "positive", "Positive"
        UNSURE = "unsure", "Unsure"

    TO_US = (Kind.REPLY, Kind.COMMENT, Kind.QUOTE, Kind.MENTION, Kind.MESSAGE)

    # Where it comes from
    network = models.CharField(max_length=20, help_text="Or the kind of source: mail, form, csv, stream.")
    key = models.CharField(
        max_length=300, help_text="The network's own name of it: seen twice is one mention."
    )
    source = models.CharField(max_length=20, help_text="The road it came by first.")
    connection = models.ForeignKey(
        Connection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    branch = models.ForeignKey(
        Branch,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Whom it was said to.",
    )
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField(help_text="When it was said.")
    heard_at = models.DateTimeField(help_text="When it came to us.")
    edited_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    is_public = models.BooleanField(default=True)

    # Who and what
    author_id = models.CharField(max_length=300)
    author_handle = models.CharField(max_length=200, blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    author_followers = models.PositiveIntegerField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=1000, blank=True)
    ref_version = models.CharField(max_length=200, blank=True)
    subject_id = models.CharField(max_length=1000, blank=True, help_text="What it answers, directly.")
    under_id = models.CharField(
        max_length=1000, blank=True, help_text="What the whole conversation stands under."
    )

    # What we believe of it; a person's word is kept as a correction and written here, too
    understood_at = models.DateTimeField(null=True, blank=True)
    poison = models.CharField(max_length=300, blank=True, help_text="Why it could not be understood.")
    language = models.CharField(max_length=8, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    spam_share = models.FloatField(null=True, blank=True)
    sentiment = models.CharField(max_length=8, choices=Sentiment, blank=True)
    negative_share = models.FloatField(
        null=True, blank=True, help_text="How likely it is negative, uncorrected."
    )
    subject = models.CharField(max_length=60, blank=True, help_text="What it is about, as routing names it.")
    subject_share = models.FloatField(null=True, blank=True)
    terms = models.JSONField(default=list, blank=True, help_text="Brand and product terms in it.")
    lesson = models.PositiveIntegerField(default=0, help_text="How much the judge had learnt by then.")
    reasons = models.JSONField(default=dict, blank=True, help_text="Why, by guess, in words.")
    like = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Nearly the same words.",
    )

    objects = MentionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["network", "key"], name="mention_once")]
        indexes = [
            models.Index(fields=["-at", "-id"], name="mention_newest"),
            models.Index(fields=["branch", "-at"], name="mention_of_branch"),
            models.Index(fields=["network", "author_id", "-at"], name="mention_of_author"),
            models.Index(
                fields=["id"], condition=Q(understood_at=None, poison=""), name="mention_to_understand"
            ),
            models.Index(
                fields=["verdict", "-at"], condition=Q(verdict__in=["queued", "hidden"]), name="mention_spam"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.who}"

    def get_absolute_url(self) -> str:
        return reverse("mention", args=[self.pk])

    @property
    def tone(self) -> str:
        """How its tone looks on a badge."""
        tones = {self.Sentiment.NEGATIVE: "bad", self.Sentiment.POSITIVE: "good"}
        return tones.get(self.Sentiment(self.sentiment), "neutral")

    @property
    def who(self) -> str:
        return self.author_name or self.author_handle or self.author_id
