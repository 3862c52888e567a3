from django.db import models

from livingroom.branches.models import Host
from livingroom.people.models import Staff


class PhraseQuerySet(models.QuerySet["Phrase"]):
    def kept(self) -> "PhraseQuerySet":
        """Those that are still offered."""
        return self.filter(archived_at=None)


class Phrase(models.Model):
    """Words that are kept to be said again, in as many languages as somebody wrote them."""

    class Kind(models.TextChoices):
        TEMPLATE = "template", "Template"
        SIGNATURE = "signature", "Signature"
        HASHTAGS = "hashtags", "Hashtag set"
        SNIPPET = "snippet", "Snippet"

    kind = models.CharField(max_length=10, choices=Kind)
    # It stands in posts as {word}, so it never changes.
    word = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    texts = models.JSONField(default=list, help_text="Pairs of language and text; the first is the fallback.")
    places = models.JSONField(
        default=list,
        blank=True,
        help_text="As roles have them: country:BR, branch:outlet. Empty: everywhere.",
    )
    offer = models.ForeignKey(
        "posts.Offer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="What posts promise that begin with this template.",
    )  # fmt: skip
    host = models.ForeignKey(
        Host, null=True, blank=True, on_delete=models.CASCADE, related_name="signatures",
        help_text="Whose signature it is; without one it is the branch’s.",
    )  # fmt: skip
    is_always = models.BooleanField(default=False, help_text="Signs every post that does not say otherwise.")
    made_by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def mark(self) -> str:
        """How it is named in a post."""
        return f"{{{self.word}}}"

    @property
    def first_text(self) -> str:
        return self.texts[0][1] if self.texts else ""

    @property
    def languages(self) -> list[str]:
        return [language for language, _ in self.texts]

    def text_in(self, language: str) -> tuple[str, bool]:
        """Its words in a language, else in that language's mother (pt for pt-br), else the first; and whether they fit."""
        known = {code.lower(): text for code, text in self.texts}
        for code in (language.lower(), language.lower().split("-")[0]):
            if code in known:
                return known[code], True
        return self.first_text, False
