"""That somebody was erased: a receipt that names nobody, and the keyed hashes by which they are not taken in again."""

from django.db import models


class ErasureReceipt(models.Model):
    """One erasure. It is also the list of what is still to do, so that a crash loses nothing."""

    class State(models.TextChoices):
        ASKED = "asked", "Begun"
        DONE = "done", "Done"

    number = models.CharField(max_length=20, unique=True, help_text="For the person: E-261122-K7QM4.")
    state = models.CharField(max_length=5, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    by = models.CharField(
        max_length=120, help_text="Staff by name; “the person” when they did it themselves."
    )
    is_for_good = models.BooleanField(default=False, help_text="Nothing they say later is kept either.")
    person_sealed = models.TextField(blank=True, help_text="Whom to erase; empty once it is done.")
    n_customers = models.PositiveIntegerField(default=0, help_text="Records that were this person.")
    rooms = models.JSONField(default=dict, help_text="What was done, by room: {'inbox': {'messages': 3}}.")
    kept = models.JSONField(default=list, help_text="What stays without the person, and why.")
    searched = models.JSONField(default=dict, help_text="Where we looked afterwards, and what was left.")
    problem = models.TextField(blank=True, help_text="What stopped it the last time; it is tried again.")
    done_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what the receipt says.")

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.number


class Suppression(models.Model):
    """By this keyed hash we know again somebody who was erased. It cannot be turned back into a name."""

    key = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField(
        null=True, blank=True, help_text="What happened up to then is not taken in; empty: nothing ever."
    )

    def __str__(self) -> str:
        return f"not taken in until {self.until:%Y-%m-%d}" if self.until else "never taken in"
