"""Who knocked at the web form, so that nobody floods it; rows live for a day."""

from django.db import models


class Knock(models.Model):
    """One use of the form. The visitor is a name for one day that cannot be turned back into an address."""

    visitor = models.CharField(max_length=24)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["visitor", "at"], name="knock_of_visitor")]

    def __str__(self) -> str:
        return f"{self.visitor} at {self.at:%H:%M}"
