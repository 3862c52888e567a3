from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Q

from livingroom.branches.models import Branch
from livingroom.people.models import Staff


class PauseQuerySet(models.QuerySet["Pause"]):
    def open(self) -> "PauseQuerySet":
        """Nobody ended them, and their time was not noticed to be over."""
        return self.filter(ended_at=None)

    def between(self, since: datetime, now: datetime) -> "PauseQuerySet":
        """Those that held at any moment from `since` to `now`."""
        still = Q(ended_at=None) | Q(ended_at__gt=since)
        not_over = Q(ends_at=None) | Q(ends_at__gt=since)
        return self.filter(still, not_over, started_at__lte=now)


class Pause(models.Model):
    """Nothing goes out on what it covers, from its start to its end."""

    class Covers(models.TextChoices):
        ALL = "all", "Everything"
        COUNTRY = "country", "A country"
        TAG = "tag", "A tag"
        BRANCH = "branch", "A branch"

    covers = models.CharField(max_length=8, choices=Covers, default=Covers.ALL)
    value = models.CharField(
        max_length=60, blank=True, help_text="The country, the tag or the branch’s short name."
    )
    reason = models.CharField(max_length=300)
    started_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until somebody ends it.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["ended_at"], name="pause_open")]

    def __str__(self) -> str:
        return f"stop of {self.what}"

    @property
    def what(self) -> str:
        if self.covers == self.Covers.ALL:
            return "everything"
        return f"{self.get_covers_display().lower().removeprefix('a ')} {self.value}"

    @property
    def said(self) -> str:
        """One sentence for pages, alarms and placements."""
        until = f"until {self.ends_at:%-d %B %Y, %H:%M} UTC" if self.ends_at else "until somebody ends it"
        return f"{self.started_by or 'Somebody'} stopped {self.what} {until}: {self.reason.rstrip('. ')}"

    def holds_at(self, at: datetime) -> bool:
        is_over = any(end is not None and end <= at for end in (self.ends_at, self.ended_at))
        return self.started_at <= at and not is_over

    def is_about(self, branch: Branch, tags: Collection[str]) -> bool:
        """Say whether it covers a post with these tags on this branch."""
        kinds = self.Covers
        return {
            kinds.ALL: True,
            kinds.COUNTRY: branch.country == self.value,
            kinds.TAG: self.value in tags,
            kinds.BRANCH: branch.slug == self.value,
        }[kinds(self.covers)]
