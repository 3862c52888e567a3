from django.db import models


class SentPart(models.Model):
    """A part of a thread that is out. What is noted here is never written again."""

    placement = models.ForeignKey("posts.Placement", on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    remote_id = models.CharField(max_length=200)
    remote_version = models.CharField(max_length=200, blank=True)
    remote_url = models.URLField(max_length=500, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["placement", "number"]
        constraints = [models.UniqueConstraint(fields=["placement", "number"], name="part_sent_once")]

    def __str__(self) -> str:
        return f"part {self.number} of placement {self.placement_id}"
