"""What the retention policy did."""

from django.db import models


class RetentionRun(models.Model):
    """One rule of the policy, obeyed once."""

    what = models.CharField(max_length=60)
    ran_at = models.DateTimeField()
    keep_days = models.PositiveIntegerField()
    then = models.CharField(max_length=8)
    n = models.PositiveIntegerField(default=0)
    took_seconds = models.FloatField(default=0.0)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-ran_at", "-pk"]
        indexes = [models.Index(fields=["what", "-ran_at"], name="retention_last_run")]

    def __str__(self) -> str:
        return f"{self.what}: {self.n}"
