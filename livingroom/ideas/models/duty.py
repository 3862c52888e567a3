"""What waits to be told: to owners of ours, to those who follow, and to the readers of a digest."""

from django.db import models
from django.db.models import Q

from livingroom.ideas.models.answers import Answer, Digest
from livingroom.ideas.models.boards import Storm
from livingroom.ideas.models.ideas import Idea
from livingroom.people.models import Staff


class DutyNotice(models.Model):
    """One thing an owner is told, once; what gathers goes out in one mail."""

    class Kind(models.TextChoices):
        YOURS = "yours", "Yours to answer"
        SOON = "soon", "Due soon"
        LATE = "late", "Due, and not answered"
        RETURNED = "returned", "Declined before, and back again"

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="notices")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    due_at = models.DateTimeField(help_text="The promise that it is about; without one, when it happened.")
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "staff", "kind", "due_at"], name="duty_told_once")
        ]
        indexes = [
            models.Index(fields=["staff", "at"], condition=Q(mailed_at=None), name="duty_notice_that_waits")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.idea_id}"


class Telling(models.Model):
    """Something that all who voted or follow are told. It is told in parts; `told_up_to` is where the next part begins."""

    class What(models.TextChoices):
        ANSWERED = "answered", "Answered"
        SHIPPED = "shipped", "Shipped"
        ARCHIVING = "archiving", "Will be archived"
        SUMMED_UP = "summed_up", "Storm session summed up"

    class Part(models.TextChoices):
        VOTERS = "voters", "Those who voted"
        FOLLOWERS = "followers", "Those who follow"
        DONE = "done", "Everybody was told"

    what = models.CharField(max_length=10, choices=What)
    idea = models.ForeignKey(Idea, null=True, blank=True, on_delete=models.CASCADE, related_name="tellings")
    answer = models.ForeignKey(
        Answer, null=True, blank=True, on_delete=models.CASCADE, related_name="tellings"
    )
    storm = models.ForeignKey(Storm, null=True, blank=True, on_delete=models.CASCADE, related_name="tellings")
    at = models.DateTimeField()
    part = models.CharField(max_length=9, choices=Part, default=Part.VOTERS)
    told_up_to = models.BigIntegerField(
        default=0, help_text="The member (or, among followers, the row) told last."
    )
    n_told = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(idea__isnull=False) | Q(storm__isnull=False), name="telling_is_about_something"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="telling_to_go_on")]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.idea_id or self.storm_id}"


class Archiving(models.Model):
    """An idea that the board's rule would put away: announced, then done, unless somebody votes or takes it back."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="archivings")
    announced_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True, help_text="It was voted for or answered in time.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-announced_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["idea"], condition=Q(done_at=None, kept_at=None), name="archiving_announced_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.due_at:%Y-%m-%d}"


class DigestMail(models.Model):
    """A digest went to a reader: noted before it is sent, so that nobody gets it twice."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="mails")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "staff"], name="digest_mailed_once")]

    def __str__(self) -> str:
        return f"digest {self.digest_id} to {self.staff_id}"
