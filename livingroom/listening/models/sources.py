"""Roads that mentions come by, beside the accounts' own, and what came by them that could not be read."""

from django.db import models


class Source(models.Model):
    """A stream that is read without an account, such as Bluesky's public one."""

    class Kind(models.TextChoices):
        JETSTREAM = "jetstream", "Bluesky's public stream"

    kind = models.CharField(max_length=10, choices=Kind)
    address = models.CharField(max_length=500)
    cursor = models.BigIntegerField(null=True, blank=True, help_text="Where reading stands, in microseconds.")
    heard_at = models.DateTimeField(null=True, blank=True)
    n_seen = models.PositiveBigIntegerField(default=0)
    n_kept = models.PositiveBigIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "address"]
        constraints = [models.UniqueConstraint(fields=["kind", "address"], name="source_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.address}"


class PoisonQuerySet(models.QuerySet["Poison"]):
    def open(self) -> "PoisonQuerySet":
        return self.filter(settled_at=None)


class Poison(models.Model):
    """Something that came in and could not be kept: set apart with its reason, so that it holds up nothing."""

    source = models.CharField(max_length=80)
    content = models.JSONField()
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    n_tries = models.PositiveSmallIntegerField(default=1)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="Replayed well, or let go.")
    settled_by = models.CharField(max_length=120, blank=True)

    objects = PoisonQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], condition=models.Q(settled_at=None), name="poison_open")]

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"
