from django.db import models

from livingroom.people.models import Staff


class SuspectQuerySet(models.QuerySet["Suspect"]):
    def waiting(self) -> "SuspectQuerySet":
        return self.filter(settled_at=None)


class Suspect(models.Model):
    """An account that visitors say pretends to be us. One row for one account, however many tell us."""

    class Outcome(models.TextChoices):
        TAKEN_DOWN = "taken_down", "Taken down"
        NO_HARM = "no_harm", "Does no harm"
        OURS = "ours", "It is ours after all"

    key = models.CharField(
        max_length=200, unique=True, help_text="The account, however its address was written."
    )
    account = models.CharField(max_length=500, help_text="As the first of them wrote it.")
    verdict = models.CharField(max_length=12)
    resembles = models.CharField(max_length=200, blank=True)
    n_reports = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=12, blank=True, choices=Outcome)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)

    objects = SuspectQuerySet.as_manager()

    class Meta:
        ordering = ["-last_at"]

    def __str__(self) -> str:
        return self.account


class SuspectReport(models.Model):
    """What one visitor told us. Who it was is a hash that means nothing the next day."""

    suspect = models.ForeignKey(Suspect, on_delete=models.CASCADE, related_name="reports")
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    visitor = models.CharField(max_length=24)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["visitor", "at"], name="report_by_visitor")]

    def __str__(self) -> str:
        return f"report {self.pk} about {self.suspect_id}"


class SigningKey(models.Model):
    """The key our directory is signed with. The private half is encrypted at rest; retired ones stay published."""

    name = models.CharField(
        max_length=43, unique=True, help_text="The thumbprint of the public half (RFC 7638)."
    )
    public = models.CharField(max_length=43, help_text="The public half: 32 bytes in base64url.")
    private_encrypted = models.TextField(blank=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name
