from django.db import models

from livingroom.branches.models import Branch


class BranchRules(models.Model):
    """What a branch keeps to. Without a row it keeps to nothing of its own."""

    branch = models.OneToOneField(Branch, on_delete=models.CASCADE, related_name="rules")
    promotion_from_share = models.FloatField(
        default=0.0, help_text="At least so much of what it says promotes."
    )
    promotion_to_share = models.FloatField(default=1.0, help_text="And at most so much.")
    utm_source = models.CharField(max_length=80, blank=True)
    utm_medium = models.CharField(max_length=80, blank=True)
    utm_campaign = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"rules of {self.branch}"


class LinkCheck(models.Model):
    """Whether a page that links lead to answered, when somebody last looked."""

    url = models.CharField(max_length=1500, unique=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["checked_at"], name="link_checked")]

    def __str__(self) -> str:
        return f"{self.url}: {self.problem or 'well'}"
