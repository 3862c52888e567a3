"""What people everywhere did with what we said, as it came home; and who asked us not to keep theirs."""

from django.db import models
from django.db.models import Q


class StreamPlace(models.Model):
    """Where reading one stream of one account stands. The cursor moves with the rows that it brought, or not at all."""

    connection = models.ForeignKey("networks.Connection", on_delete=models.CASCADE, related_name="places")
    stream = models.CharField(max_length=12)
    cursor = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    ask_after = models.DateTimeField()
    n_failures = models.PositiveSmallIntegerField(default=0, help_text="One after the other.")
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["connection", "stream"]
        constraints = [models.UniqueConstraint(fields=["connection", "stream"], name="place_once_per_stream")]
        indexes = [models.Index(fields=["ask_after"], name="place_ask_after")]

    def __str__(self) -> str:
        return f"{self.stream} of {self.connection}"


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def standing(self) -> "ReactionQuerySet":
        """What the public can see, each thing once."""
        return self.filter(gone_at=None, hidden_at=None, same_as=None)

    def hidden(self) -> "ReactionQuerySet":
        """What somebody hid here, and what still stands at its source."""
        return self.filter(gone_at=None, same_as=None).exclude(hidden_at=None)

    def said(self) -> "ReactionQuerySet":
        return self.filter(kind__in=Reaction.SAID)


class Reaction(models.Model):
    """One reply, like, repost, quote, mention or link, under what it reacts to."""

    class Kind(models.TextChoices):
        REPLY = "reply", "Reply"
        QUOTE = "quote", "Quote"
        MENTION = "mention", "Mention"
        LINK = "link", "Link"
        LIKE = "like", "Like"
        REPOST = "repost", "Repost"

    SAID = (Kind.REPLY, Kind.QUOTE, Kind.MENTION, Kind.LINK)

    connection = models.ForeignKey("networks.Connection", on_delete=models.CASCADE, related_name="reactions")
    event_id = models.CharField(max_length=300)
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=300)
    actor_handle = models.CharField(max_length=200, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    ref_id = models.CharField(max_length=300, blank=True, help_text="The network's name of what was said.")
    ref_version = models.CharField(max_length=200, blank=True)
    ref_url = models.CharField(max_length=1000, blank=True)
    subject_id = models.CharField(max_length=1000, blank=True, help_text="What it answers, directly.")
    under_id = models.CharField(
        max_length=1000, blank=True, help_text="What the whole conversation stands under."
    )
    same_as = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, help_text="It came by another way before."
    )
    seen_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    n_missed = models.PositiveSmallIntegerField(default=0, help_text="Looks in a row that did not find it.")
    gone_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.CharField(max_length=120, blank=True)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "event_id"], name="reaction_once_per_event")
        ]
        indexes = [
            models.Index(fields=["connection", "under_id"], name="reaction_under"),
            models.Index(fields=["connection", "ref_id"], name="reaction_ref"),
            models.Index(fields=["ref_url"], name="reaction_url"),
            models.Index(fields=["-at"], name="reaction_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.who}"

    @property
    def who(self) -> str:
        return self.actor_name or self.actor_handle or self.actor_id


class PostCount(models.Model):
    """The network's own count of reactions to one post of ours, which sees more than streams tell."""

    connection = models.ForeignKey("networks.Connection", on_delete=models.CASCADE, related_name="counts")
    ref_id = models.CharField(max_length=300)
    likes = models.PositiveIntegerField(default=0)
    reposts = models.PositiveIntegerField(default=0)
    replies = models.PositiveIntegerField(default=0)
    quotes = models.PositiveIntegerField(default=0)
    is_gone = models.BooleanField(default=False)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "ref_id"], name="count_once_per_post")]

    def __str__(self) -> str:
        return f"{self.likes} likes, {self.replies} replies on {self.ref_id}"


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def of(self, network: str, names: set[str]) -> "OptOutQuerySet":
        return self.filter(Q(network="") | Q(network=network), who__in=names)


class OptOut(models.Model):
    """Somebody does not want what they say to be brought home: an id, a handle, or the host of a site."""

    network = models.CharField(max_length=20, blank=True, help_text="Empty: everywhere.")
    who = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    entered_by = models.CharField(max_length=120)

    objects = OptOutQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [models.UniqueConstraint(fields=["network", "who"], name="opted_out_once")]

    def __str__(self) -> str:
        return f"{self.who} on {self.network or 'every network'}"
