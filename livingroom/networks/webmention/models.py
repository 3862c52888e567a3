"""Mentions that arrived and mentions that we sent. A pair of source and target is one mention, however often it comes."""

from datetime import datetime

from django.db import models

PROTOCOLS = [("webmention", "Webmention"), ("pingback", "Pingback")]


class ReceivedMentionQuerySet(models.QuerySet["ReceivedMention"]):
    def waiting(self) -> "ReceivedMentionQuerySet":
        return self.filter(state=ReceivedMention.State.WAITING)

    def standing(self) -> "ReceivedMentionQuerySet":
        return self.filter(state=ReceivedMention.State.VERIFIED, hidden_at=None)

    def due(self, now: datetime) -> "ReceivedMentionQuerySet":
        states = (ReceivedMention.State.WAITING, ReceivedMention.State.VERIFIED)
        return self.filter(state__in=states, look_after__lte=now).order_by("look_after", "pk")


class ReceivedMention(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be read"
        VERIFIED = "verified", "Verified"
        REFUSED = "refused", "Refused"
        GONE = "gone", "Gone"

    class Kind(models.TextChoices):
        REPLY = "reply", "Reply"
        LIKE = "like", "Like"
        REPOST = "repost", "Repost"
        BOOKMARK = "bookmark", "Bookmark"
        MENTION = "mention", "Mention"

    source = models.CharField(max_length=1000)
    target = models.CharField(max_length=1000, db_index=True)
    # Two addresses of a thousand letters are too long for an index: it stands on their digest.
    pair = models.CharField(max_length=64, unique=True)
    source_host = models.CharField(max_length=255)
    protocol = models.CharField(max_length=10, choices=PROTOCOLS)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MENTION)
    author_name = models.CharField(max_length=200, blank=True)
    author_url = models.CharField(max_length=1000, blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    said_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    look_after = models.DateTimeField()
    n_looks = models.PositiveSmallIntegerField(default=0)
    # The order in which mentions became what they are: readers go on behind the last number they saw.
    change = models.PositiveBigIntegerField(default=0, db_index=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects = ReceivedMentionQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "look_after"], name="mention_state_look"),
            models.Index(fields=["source_host", "state"], name="mention_host_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.source_host}"


class SentMention(models.Model):
    class State(models.TextChoices):
        SENT = "sent", "Sent"
        NO_DOOR = "no_door", "Takes no mentions"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Not reached"

    source = models.CharField(max_length=1000)
    target = models.CharField(max_length=1000)
    pair = models.CharField(max_length=64, unique=True)
    endpoint = models.CharField(max_length=1000, blank=True)
    protocol = models.CharField(max_length=10, choices=PROTOCOLS, blank=True)
    state = models.CharField(max_length=8, choices=State)
    answer = models.CharField(max_length=300, blank=True)
    still_linked = models.BooleanField(default=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.target} from {self.source}"
