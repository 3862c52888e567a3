from typing import Any, ClassVar

from django.db import models

from livingroom.branches.models import Branch
from livingroom.people.models import Staff


class ClaimQuerySet(models.QuerySet["Claim"]):
    def public(self) -> "ClaimQuerySet":
        return self.filter(published_at__isnull=False)


class Claim(models.Model):
    """A figure that somebody stands for, such as “Social, 2007 to 2009”. Its versions hold what it says."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    first_on = models.DateField()
    last_on = models.DateField(help_text="The last day, itself included.")
    currency = models.CharField(max_length=3)
    branches = models.ManyToManyField(Branch, blank=True, help_text="Only these; none for all of them.")
    margin = models.FloatField(
        null=True, blank=True, help_text="Told by a person; else from the cost of goods."
    )
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True, help_text="Since when everybody may read it.")
    is_from_house = models.BooleanField(
        default=True, help_text="Made from this house's own lake; if not, it was brought as a file."
    )

    objects: ClassVar[models.Manager["Claim"]] = models.Manager.from_queryset(ClaimQuerySet)()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        return self.published_at is not None


class ClaimVersion(models.Model):
    """One version of a claim, never changed: later refunds make the next."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    document = models.JSONField(help_text="The claim as it is downloaded and verified.")
    digest = models.CharField(max_length=64)
    difference = models.JSONField(
        default=dict, blank=True, help_text="What changed since the version before."
    )
    place = models.CharField(max_length=200, blank=True, help_text="Where in the lake its inputs are frozen.")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["claim", "number"], name="claim_version_once")]

    def __str__(self) -> str:
        return f"{self.claim}, version {self.number}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise ClaimIsFrozen("A claim's version is never changed: make the next one.")
        super().save(*args, **options)


class ClaimIsFrozen(Exception):
    """A version says what it said when it was made, for ever."""
