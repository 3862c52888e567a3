"""Customers who may be one person: why we think so, and what a person said about it."""

from django.db import models

from livingroom.people.identities import CustomerMerge
from livingroom.people.models import Customer, Staff


class LinkProposalQuerySet(models.QuerySet["LinkProposal"]):
    def open(self) -> "LinkProposalQuerySet":
        return self.filter(state=LinkProposal.State.OPEN)


class LinkProposal(models.Model):
    """Two customers and the evidence that they are one. `one` is the older number."""

    class State(models.TextChoices):
        OPEN = "open", "Waits for a person"
        JOINED = "joined", "One person"
        REFUSED = "refused", "Two people"
        LAPSED = "lapsed", "One by now"

    one = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    two = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=60, help_text="What found it, such as: one browser.")
    evidence = models.TextField(help_text="What they did, in words for whoever decides.")
    is_certain = models.BooleanField(default=False, help_text="It joins by itself.")
    found_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    merge = models.ForeignKey(
        CustomerMerge, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = LinkProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["one", "two", "rule"], name="link_proposed_once")]
        indexes = [
            models.Index(
                fields=["-found_at", "-id"], condition=models.Q(state="open"), name="link_proposals_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.one_id} and {self.two_id}: {self.rule}"
