"""Segments with their versions and uses. The narrow rows that answer them are in narrow.py."""

from typing import Any, ClassVar

from django.db import models

from livingroom.people.models import Staff
from livingroom.segments.narrow import BITS as BITS
from livingroom.segments.narrow import WORDS as WORDS
from livingroom.segments.narrow import PersonCount as PersonCount
from livingroom.segments.narrow import PersonFacts as PersonFacts
from livingroom.segments.narrow import PersonTag as PersonTag
from livingroom.segments.narrow import Progress as Progress
from livingroom.segments.narrow import StalePerson as StalePerson
from livingroom.segments.narrow import Tag as Tag


class SegmentQuerySet(models.QuerySet["Segment"]):
    def standing(self) -> "SegmentQuerySet":
        """Those that can be used, with the version that holds now."""
        return self.filter(archived_at=None, current__isnull=False).select_related("current__segment")


class Segment(models.Model):
    """A group of people by rule, defined once for publishing, offers, listening, ideas and reports."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80, unique=True)
    about = models.CharField(max_length=300, blank=True, help_text="Whom we mean by it, and what for.")
    owner = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="segments"
    )
    current = models.ForeignKey(
        "SegmentVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Segment"]] = models.Manager.from_queryset(SegmentQuerySet)()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VersionIsFinal(Exception):
    """A version is never changed: save the segment again, and it gets its next one."""


class SegmentVersion(models.Model):
    """One wording of the rule, with the ground it stands on. Rows are only ever added, so every use can tell what it was."""

    class Ground(models.TextChoices):
        CONSENT = "consent", "Consent: only people who said yes to this purpose"
        CONTRACT = "contract", "Contract: to do what they bought or asked for"
        INTEREST = "interest", "Legitimate interest: everybody who did not object"

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    rule = models.JSONField()
    basis = models.JSONField(
        default=dict, help_text="What the rule's words stood for then: currency, limits of bands."
    )
    purpose = models.CharField(max_length=60, help_text="What it may be used for: a word as in consents.")
    ground = models.CharField(max_length=8, choices=Ground)
    why = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["segment", "number"], name="segment_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.segment}, version {self.number}"

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise VersionIsFinal(
                f"{self} is never changed: save the segment again, and it gets its next version."
            )
        super().save(**options)


class SegmentUse(models.Model):
    """Where a version is used, and what for. A frozen use holds its version for ever."""

    version = models.ForeignKey(SegmentVersion, on_delete=models.PROTECT, related_name="uses")
    used_by = models.CharField(max_length=120, help_text="As the event log names it: offer 17.")
    purpose = models.CharField(max_length=60)
    by = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["used_by"], condition=models.Q(ended_at=None), name="segment_used_once_by_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.used_by} uses {self.version_id}"


class Customs(models.Model):
    """The house's customs with groups of people: a single row."""

    smallest_group = models.PositiveSmallIntegerField(
        default=10, help_text="Reports show no group of fewer people, and none that leaves fewer out."
    )

    class Meta:
        verbose_name_plural = "customs"

    def __str__(self) -> str:
        return f"no group below {self.smallest_group}"

    @classmethod
    def current(cls) -> "Customs":
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class BandLimits(models.Model):
    """Where one money band ends and the next begins, as it was when somebody looked; versions keep a copy of their own."""

    currency = models.CharField(max_length=3)
    money_minor = models.JSONField(help_text="Four limits, rising: net revenue that reaches band 2, 3, 4, 5.")
    n_buyers = models.PositiveIntegerField(help_text="Whose fifths they are; 0 for round figures.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name_plural = "band limits"

    def __str__(self) -> str:
        return f"{self.money_minor} {self.currency}"


class ProductSign(models.Model):
    """Who buys a product with this word in its name, or of this division, shows an interest."""

    interest = models.CharField(max_length=60)
    words = models.CharField(max_length=120, help_text="In the product's name or its division, in any case.")

    class Meta:
        ordering = ["interest", "words"]
        constraints = [models.UniqueConstraint(fields=["interest", "words"], name="product_sign_once")]

    def __str__(self) -> str:
        return f"{self.words}: {self.interest}"
