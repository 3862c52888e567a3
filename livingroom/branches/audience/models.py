from datetime import datetime

from django.db import models


class AudienceQuerySet(models.QuerySet["Audience"]):
    def whole(self) -> "AudienceQuerySet":
        return self.exclude(finished_at=None)

    def under_way(self) -> "AudienceQuerySet":
        return self.filter(finished_at=None)


class Audience(models.Model):
    """Who followed a branch when we read the list: a sketch, from which nobody can be named, and how far we read."""

    branch = models.ForeignKey("branches.Branch", on_delete=models.CASCADE, related_name="audiences")
    on = models.DateField(help_text="The day the reading began.")
    sketch = models.BinaryField(default=b"")
    n_read = models.PositiveIntegerField(default=0)
    cursor = models.CharField(
        max_length=500, blank=True, help_text="Where the reading goes on; the network's own."
    )
    begun_at = models.DateTimeField()
    read_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    waits_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["branch", "on"], name="audience_once_a_day")]

    def __str__(self) -> str:
        return f"audience of branch {self.branch_id} on {self.on}"

    @property
    def people(self) -> bytes:
        """The sketch as bytes; some databases hand out a view of them."""
        return bytes(self.sketch)

    def may_go_on(self, now: datetime) -> bool:
        return self.finished_at is None and (self.waits_until is None or self.waits_until <= now)
