"""What the house does by itself: rules, and a line for each time one did something."""

from django.db import models

from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff


class Rule(models.Model):
    """When something happens, if all of this holds, then do that. Rules are asked in their order."""

    class When(models.TextChoices):
        OPENED = "opened", "A conversation is opened"
        SAID = "said", "A message comes"
        UNANSWERED = "unanswered", "It has not been answered for some hours"
        RATED = "rated", "The customer rated us"

    name = models.CharField(max_length=80, unique=True)
    place = models.PositiveSmallIntegerField(default=0)
    is_on = models.BooleanField(default=False)
    when = models.CharField(max_length=10, choices=When, default=When.OPENED)
    hours = models.PositiveSmallIntegerField(default=4, help_text="For rules about what is not answered.")
    conditions = models.JSONField(default=dict, blank=True)
    actions = models.JSONField(default=dict, blank=True)
    webhook_secret_encrypted = models.TextField(blank=True)
    stops_here = models.BooleanField(default=False, help_text="Where it fits, no later rule is asked.")
    looked_until = models.DateTimeField(
        null=True, blank=True, help_text="Of what is not answered: up to which waiting it was asked."
    )
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class RuleRun(models.Model):
    """A rule did something to a conversation, because of one happening: once."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="runs")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="rule_runs")
    because = models.CharField(
        max_length=60, help_text="The happening: `said 17`, `unanswered since 2026-11-22T10:00`."
    )
    at = models.DateTimeField()
    why = models.JSONField(default=list, help_text="The conditions that held, in words.")
    did = models.JSONField(default=list, help_text="What was done, in words.")
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "conversation", "because"], name="rule_runs_once")
        ]
        indexes = [models.Index(fields=["conversation", "-at"], name="rule_runs_of")]

    def __str__(self) -> str:
        return f"{self.rule} on #{self.conversation_id}"
