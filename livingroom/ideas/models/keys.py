"""Who writes through the API besides apps: one of ours with a key of their own; and what was answered, for who asks twice."""

from django.db import models

from livingroom.people.models import Staff


class StaffKey(models.Model):
    """A key with which a program acts as one of ours, on ideas and with their rights; only its hash is kept."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="idea_keys")
    name = models.CharField(max_length=60, help_text="What uses it.")
    prefix = models.CharField(max_length=12, unique=True)
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} of {self.staff}"


class ApiCall(models.Model):
    """A call that wrote something, with our answer: the same call once more is answered the same, and does nothing."""

    caller = models.CharField(max_length=20, help_text="Of which key: app 3, staff 5.")
    idempotency_key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, help_text="Of what was asked: one key is for one call.")
    status = models.PositiveSmallIntegerField(default=0, help_text="0 while it is being done.")
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "idempotency_key"], name="api_call_once")]

    def __str__(self) -> str:
        return f"{self.caller}: {self.idempotency_key}"
