"""How often ideas had been shown, day by day: what explains a burst of votes that a link sent."""

from django.db import models

from livingroom.ideas.models.ideas import Idea


class ShownUntil(models.Model):
    """An idea's count of showings at the end of a day. A day's own are what it adds to the row before."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(db_index=True)
    n_shown = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "on"], name="shown_until_once_a_day")]

    def __str__(self) -> str:
        return f"{self.idea_id} until {self.on}: {self.n_shown}"
