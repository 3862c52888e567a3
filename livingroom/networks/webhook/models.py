"""The counter: what places were handed, and what they told us."""

from django.db import models


class PlacePost(models.Model):
    """A post that a place was handed, or that lies ready for it. `change` rises with every change of any row of the place."""

    connection = models.ForeignKey(
        "networks.Connection", on_delete=models.CASCADE, related_name="place_posts"
    )
    key = models.CharField(max_length=100)
    post_id = models.CharField(max_length=200, help_text="The post's name in the place, or our key.")
    url = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    data = models.JSONField(help_text="As it is handed over.")
    in_reply_to = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    change = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["change"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "key"], name="place_post_once_per_key"),
            models.UniqueConstraint(fields=["connection", "post_id"], name="place_post_once_per_name"),
        ]
        indexes = [models.Index(fields=["connection", "change"], name="place_posts_by_change")]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.text[:40]}"


class PlaceEvent(models.Model):
    """Something that people said or did in a place. The same event delivered again is the same row."""

    connection = models.ForeignKey(
        "networks.Connection", on_delete=models.CASCADE, related_name="place_events"
    )
    event_id = models.CharField(max_length=100)
    stream = models.CharField(max_length=10)
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    person_id = models.CharField(max_length=120, blank=True)
    person_handle = models.CharField(max_length=120, blank=True)
    person_name = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    subject = models.CharField(max_length=200, blank=True, help_text="The post that it is about.")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["connection", "event_id"], name="place_event_once")]
        indexes = [
            models.Index(fields=["connection", "stream", "id"], name="place_events_in_line"),
            models.Index(fields=["connection", "subject"], name="place_events_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class PlaceFigure(models.Model):
    """A figure that a place told for a day: followers, visits, posts. The last telling counts."""

    connection = models.ForeignKey(
        "networks.Connection", on_delete=models.CASCADE, related_name="place_figures"
    )
    name = models.CharField(max_length=20)
    on = models.DateField()
    value = models.PositiveIntegerField()

    class Meta:
        ordering = ["-on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "name", "on"], name="place_figure_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.on}: {self.value}"
