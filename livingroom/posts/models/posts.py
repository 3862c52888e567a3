from django.db import models

from livingroom.people.models import Staff
from livingroom.posts.models.offers import Offer
from livingroom.segments.models import SegmentVersion


class Post(models.Model):
    """What is said, once; placements may say it differently."""

    class Signing(models.TextChoices):
        USUAL = "usual", "As each branch is used to"
        SIGNED = "signed", "Signed"
        UNSIGNED = "unsigned", "Not signed"

    title = models.CharField(max_length=120)
    text = models.TextField()
    destination = models.URLField(
        max_length=1500, blank=True, help_text="Where its links lead, when there is no offer."
    )
    offer = models.ForeignKey(Offer, null=True, blank=True, on_delete=models.PROTECT, related_name="posts")
    segment_version = models.ForeignKey(
        SegmentVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posts",
        help_text="Whom it is for, in the version that held when it was approved or sent; empty for everybody.",
    )
    first_comment = models.TextField(
        blank=True, help_text="Our own first answer below it, where networks can."
    )
    may_split = models.BooleanField(default=False, help_text="Where it is too long, it becomes a thread.")
    signing = models.CharField(max_length=8, choices=Signing, default=Signing.USUAL)
    begun_from = models.ForeignKey(
        "posts.Phrase", null=True, blank=True, on_delete=models.SET_NULL, related_name="begun",
        help_text="The template it began with.",
    )  # fmt: skip
    tags = models.JSONField(default=list, blank=True, help_text="Words to find, count and stop it by.")
    created_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title
