"""How much is said, hour by hour, and when it was so much (or so little) that somebody had to look."""

import secrets

from django.db import models
from django.db.models import Q

from livingroom.branches.models import Branch
from livingroom.listening.models.topics import Topic
from livingroom.people.models import Staff


def new_key() -> str:
    return secrets.token_hex(16)


class HourCount(models.Model):
    """Mentions of one hour: of one topic (0: all there are), language, and branch (0: said to none of ours).

    Kept by `counting.recount`, which writes whole hours anew from the rows.
    """

    hour = models.DateTimeField()
    topic_number = models.BigIntegerField(default=0)
    language = models.CharField(max_length=8, blank=True)
    branch_number = models.BigIntegerField(default=0)
    n = models.PositiveIntegerField()
    n_judged = models.PositiveIntegerField(default=0, help_text="Of them, with a tone.")
    negative_sum = models.FloatField(default=0, help_text="Their shares of being negative, added up.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "topic_number", "language", "branch_number"], name="hour_counted_once"
            )
        ]
        indexes = [models.Index(fields=["topic_number", "hour"], name="hour_of_topic")]

    def __str__(self) -> str:
        return f"{self.n} in the hour of {self.hour}"


class StaleHour(models.Model):
    """An hour whose counts are to be written anew."""

    hour = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["hour"], name="stale_hour")]

    def __str__(self) -> str:
        return str(self.hour)


class AlertQuerySet(models.QuerySet["Alert"]):
    def waiting(self) -> "AlertQuerySet":
        """Nobody of the right branch has answered yet."""
        return self.filter(answered_at=None, closed_at=None).exclude(kind=Alert.Kind.SILENCE)


class Alert(models.Model):
    """An hour that was unlike the week before it, in one topic, language or branch, with what it brought."""

    class Kind(models.TextChoices):
        SPIKE = "spike", "Spike"
        CRISIS = "crisis", "Crisis"
        SILENCE = "silence", "Silence"

    kind = models.CharField(max_length=7, choices=Kind)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts")
    language = models.CharField(max_length=8, blank=True)
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(
        max_length=60, help_text="Topic, language and branch in one: what cools down together."
    )
    hour = models.DateTimeField(help_text="The hour that rang.")
    raised_at = models.DateTimeField()
    n = models.PositiveIntegerField()
    expected = models.FloatField()
    score = models.FloatField(help_text="Standard deviations above the week before.")
    first_said_at = models.DateTimeField(null=True, blank=True, help_text="Where the answer timer begins.")
    evidence = models.JSONField(
        default=dict, help_text="Mentions, terms, languages, branches, reach, reasons."
    )

    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    why_closed = models.CharField(max_length=300, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-hour", "-pk"]
        constraints = [models.UniqueConstraint(fields=["scope", "hour"], name="alert_once_an_hour")]
        indexes = [
            models.Index(
                fields=["first_said_at"], condition=Q(answered_at=None, closed_at=None), name="alert_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"

    @property
    def about(self) -> str:
        parts = [str(self.topic or "everything"), self.language, str(self.branch or "")]
        return ", ".join(part for part in parts if part)


class AlertReceiver(models.Model):
    """Who is told of alarms outside the house."""

    class Kind(models.TextChoices):
        MAIL = "mail", "By mail"
        WEBHOOK = "webhook", "By webhook"

    kind = models.CharField(max_length=7, choices=Kind)
    address = models.CharField(max_length=500)
    secret = models.TextField(blank=True, help_text="Sealed; a webhook's signature is made with it.")
    only_crises = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "address"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "address"], condition=Q(ended_at=None), name="receiver_once"
            )
        ]

    def __str__(self) -> str:
        return self.address


class AlertDelivery(models.Model):
    """One alarm on its way to one receiver."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="deliveries")
    receiver = models.ForeignKey(AlertReceiver, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=32, unique=True, default=new_key)
    try_at = models.DateTimeField(null=True, blank=True, help_text="Empty when nothing is left to try.")
    n_attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "receiver"], name="alert_told_once")]
        indexes = [models.Index(fields=["try_at"], condition=Q(try_at__isnull=False), name="delivery_to_try")]

    def __str__(self) -> str:
        return f"{self.alert_id} to {self.receiver}"
