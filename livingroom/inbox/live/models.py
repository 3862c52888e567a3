"""That something changed: what screens are told by. Rows live for an hour."""

from django.db import models


class Change(models.Model):
    """A conversation changed. Numbers, no keys: a row must cost next to nothing, and nothing hangs on it."""

    conversation_id = models.PositiveBigIntegerField()
    at = models.DateTimeField(db_index=True)
    is_new = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"#{self.conversation_id} at {self.at:%H:%M:%S}"
