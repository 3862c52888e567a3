"""Who gets what: rules in order, the room on each desk, and what a person chose where the house was not sure."""

from django.db import models

from livingroom.branches.models import Branch
from livingroom.inbox.models import Conversation, Team
from livingroom.people.models import Staff

ROOM_ON_A_DESK = 20


class RoutingRule(models.Model):
    """The first rule that fits decides. What it leaves empty fits everything, or is left as it is."""

    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveIntegerField(default=0)
    is_on = models.BooleanField(default=True)

    # If
    said_to = models.ForeignKey(
        Branch,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="The account mentioned.",
    )
    networks = models.JSONField(default=list, blank=True)
    countries = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    terms = models.JSONField(default=list, blank=True, help_text="Products or words, any of them.")
    abouts = models.JSONField(default=list, blank=True, help_text="Subjects, any of them, where we are sure.")

    # Then
    branch = models.ForeignKey(Branch, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    priority = models.PositiveSmallIntegerField(choices=Conversation.Priority, null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Conversation.Kind, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """How much one person may have open at a time, and when they were last given something."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, related_name="desk")
    room = models.PositiveSmallIntegerField(default=ROOM_ON_A_DESK)
    is_away = models.BooleanField(default=False)
    given_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.staff}: room for {self.room}"


class Pick(models.Model):
    """Where the house was not sure what it is about: three to choose from, and the choice, from which it learns."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="pick")
    offered = models.JSONField(help_text="Subjects, the likeliest first.")
    offered_at = models.DateTimeField()
    picked = models.CharField(max_length=60, blank=True)
    picked_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    picked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-offered_at"]

    def __str__(self) -> str:
        return self.picked or " / ".join(self.offered)
