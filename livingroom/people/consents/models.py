"""What people agreed to, for what, and when they took it back."""

from datetime import datetime

from django.db import models

from livingroom.people.models import Customer


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self, purpose: str, now: datetime) -> "ConsentQuerySet":
        """Given, and not taken back by now."""
        given = self.filter(purpose=purpose, given_at__lte=now)
        return given.filter(models.Q(withdrawn_at=None) | models.Q(withdrawn_at__gt=now))


class Consent(models.Model):
    """One yes of one person to one purpose. Saying yes again later is another row; rows are never deleted but with the person."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=60, help_text="A word such as newsletter.")
    given_at = models.DateTimeField()
    source = models.CharField(max_length=120, help_text="Where they said so: a file, a shop, a page of ours.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        indexes = [models.Index(fields=["purpose", "customer"], name="consent_by_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose}: {'withdrawn' if self.withdrawn_at else 'given'}"
