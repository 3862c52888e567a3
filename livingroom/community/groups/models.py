"""Groups: branches around an interest, with what happens there."""

from django.db import models
from django.urls import reverse

from livingroom.branches.models import Branch, Host
from livingroom.ideas.models import Category, Storm
from livingroom.people.models import Member, Staff


class GroupQuerySet(models.QuerySet["Group"]):
    def public(self) -> "GroupQuerySet":
        return self.filter(is_public=True)


class Group(models.Model):
    """Gaming, Green, Small business: what several branches and their people have in common."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    intro = models.CharField(max_length=400, blank=True)
    language = models.CharField(max_length=8, default="en", help_text="Of the name and the intro.")
    words = models.JSONField(
        default=dict, blank=True, help_text="The same in other languages: {'de': {'name': …, 'intro': …}}."
    )
    interests = models.JSONField(
        default=list, blank=True, help_text="Words by which ideas and branches belong to it."
    )
    segment = models.SlugField(
        max_length=60,
        blank=True,
        help_text="The segment whose people it is for: by its short name, in the version that holds now.",
    )
    branches = models.ManyToManyField(Branch, blank=True, related_name="community_groups")
    hosts = models.ManyToManyField(Host, blank=True, related_name="community_groups")
    categories = models.ManyToManyField(Category, blank=True, related_name="community_groups")
    storms = models.ManyToManyField(Storm, blank=True, related_name="community_groups")
    position = models.PositiveSmallIntegerField(default=50)
    is_public = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.slug])

    def said_in(self, language: str) -> dict[str, str]:
        """Name and intro in a language; in the group's own where nobody wrote them."""
        theirs = self.words.get(language[:2]) or {}
        if language[:2] == self.language[:2] or not theirs:
            return {"name": self.name, "intro": self.intro, "language": self.language[:2]}
        return {
            "name": theirs.get("name") or self.name,
            "intro": theirs.get("intro") or self.intro,
            "language": language[:2],
        }


class GroupFollow(models.Model):
    """A member hears of the group's events, until they end it. Who ended it is not written to as one of its segment either."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="follows")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "member"], name="group_followed_once")]

    def __str__(self) -> str:
        return f"{self.member_id} hears of {self.group_id}"
