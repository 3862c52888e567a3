"""What we listen for: queries with their versions, what each one caught, and what reading for it cost."""

from decimal import Decimal

from django.db import models

from livingroom.listening.models.mentions import Mention
from livingroom.networks.models import Connection
from livingroom.people.models import Staff
from livingroom.segments.models import SegmentVersion


class TopicQuerySet(models.QuerySet["Topic"]):
    def running(self) -> "TopicQuerySet":
        return self.filter(paused_at=None, current__isnull=False).select_related("current")


class Topic(models.Model):
    """Something we want to hear of, wherever it is said."""

    name = models.CharField(max_length=80, unique=True)
    current = models.ForeignKey(
        "TopicVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    is_searched = models.BooleanField(default=False, help_text="Ask networks that search for it, too.")

    # What reading for it may cost; empty is without a limit. Streams that cost nothing are never stopped.
    calls_a_day = models.PositiveIntegerField(null=True, blank=True)
    calls_a_month = models.PositiveIntegerField(null=True, blank=True)
    money_a_day_minor = models.PositiveIntegerField(null=True, blank=True)
    money_a_month_minor = models.PositiveIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="USD")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TopicVersion(models.Model):
    """One wording of the query, who wrote it and why. Rows are only ever added."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    query = models.TextField()
    why = models.CharField(max_length=300, blank=True)
    segment_version = models.ForeignKey(
        SegmentVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="topics",
        help_text="Whose words it catches; empty for everybody’s.",
    )
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="topic_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}, version {self.number}"


class TopicMatch(models.Model):
    """A mention that a topic caught, and by which wording of it."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="matches")
    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, related_name="matches")
    version = models.ForeignKey(TopicVersion, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "mention"], name="topic_match_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} caught {self.mention_id}"


class TopicReading(models.Model):
    """What searching for a topic took on one day (UTC, as networks bill), and what was left unread."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="readings")
    on = models.DateField()
    n_calls = models.PositiveIntegerField(default=0)
    n_read = models.PositiveIntegerField(default=0)
    n_refused = models.PositiveIntegerField(default=0, help_text="Calls that the budget did not allow.")
    # Exact, because a single read costs a fraction of a cent.
    amount = models.DecimalField(max_digits=12, decimal_places=4, default=Decimal(0))

    class Meta:
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["topic", "on"], name="topic_reading_once_per_day")]

    def __str__(self) -> str:
        return f"{self.n_read} read for {self.topic_id} on {self.on}"


class TopicSearch(models.Model):
    """Where searching one network for one topic stands."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="searches")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(TopicVersion, on_delete=models.CASCADE, related_name="+")
    cursor = models.TextField(blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    ask_after = models.DateTimeField()
    n_failures = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "connection"], name="topic_search_once")]
        indexes = [models.Index(fields=["ask_after"], name="topic_search_ask_after")]

    def __str__(self) -> str:
        return f"{self.topic} on {self.connection}"
