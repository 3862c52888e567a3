from collections.abc import Mapping

from django.db import models
from django.urls import reverse

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.shared.pictures import ENDINGS


class MediaQuerySet(models.QuerySet["MediaItem"]):
    def kept(self) -> "MediaQuerySet":
        return self.filter(put_away_at=None)


class MediaItem(models.Model):
    """One picture of the library, under the digest of its content."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    folder = models.CharField(max_length=120, blank=True, db_index=True, help_text="Such as winter/laptops.")
    tags = models.JSONField(default=list, blank=True)
    alt = models.CharField(
        max_length=1000, blank=True, help_text="What is to be seen, for who cannot see it."
    )
    media_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    thumb = models.CharField(max_length=80, help_text="The small one: its digest and ending.")
    n_bytes = models.PositiveIntegerField()
    added_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()
    put_away_at = models.DateTimeField(
        null=True, blank=True, help_text="Not offered any more; old posts keep it."
    )

    objects = MediaQuerySet.as_manager()

    class Meta:
        ordering = ["-added_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def thumb_path(self) -> str:
        return reverse("media_file", args=self.thumb.split("."))

    @property
    def path(self) -> str:
        return reverse("media_file", args=[self.digest, ENDINGS[self.media_type]])


def alt_on(branch: Branch, alts: Mapping[str, str], otherwise: str) -> str:
    """The branch's own description, else its language's (pt-br, then pt), else the one for all."""
    language = branch.language.lower()
    own = (alts.get(key, "").strip() for key in (str(branch.pk), language, language.split("-")[0]))
    return next((text for text in own if text), otherwise)


class PostImage(models.Model):
    """A picture in a post, in its place, perhaps described otherwise than in the library."""

    post = models.ForeignKey("posts.Post", on_delete=models.CASCADE, related_name="images")
    item = models.ForeignKey(MediaItem, on_delete=models.PROTECT, related_name="uses")
    place = models.PositiveSmallIntegerField()
    alt_override = models.CharField(max_length=1000, blank=True)
    alts = models.JSONField(
        default=dict,
        blank=True,
        help_text="Descriptions of its own, by language (pt) or by a branch’s key (12).",
    )

    class Meta:
        ordering = ["post", "place"]
        constraints = [models.UniqueConstraint(fields=["post", "item"], name="picture_once_in_a_post")]

    def __str__(self) -> str:
        return f"{self.item} in {self.post_id}"

    @property
    def alt(self) -> str:
        return self.alt_override or self.item.alt

    def alt_on(self, branch: Branch) -> str:
        """What is said of it on a branch."""
        return alt_on(branch, self.alts, self.alt)


class DeskRules(models.Model):
    """What the brand wants of every post: a single row."""

    alt_required = models.BooleanField(default=False)
    stop_words = models.TextField(blank=True, help_text="One a line.")
    utm_source = models.CharField(max_length=80, blank=True)
    utm_medium = models.CharField(max_length=80, blank=True)
    utm_campaign = models.CharField(max_length=120, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return "the desk’s rules"

    @property
    def stop_list(self) -> list[str]:
        return [word for line in self.stop_words.splitlines() if (word := line.strip())]

    @classmethod
    def current(cls) -> "DeskRules":
        return cls.objects.filter(pk=1).first() or cls(pk=1)
