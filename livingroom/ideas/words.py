"""What we call boards and categories, in the languages of visitors: written once in one's own, and in others beside it."""

import json
from pathlib import Path

from django.db import models

Words = dict[str, dict[str, str]]
# How the first board and its categories are called; another language: a block more in first_words.json.
FIRST: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parent / "first_words.json").read_text(encoding="utf-8")
)


class Named(models.Model):
    """Something with a name of ours that visitors read in their own language, where somebody wrote it."""

    language = models.CharField(max_length=8, default="en", help_text="Of the name and the intro.")
    words = models.JSONField(
        default=dict, blank=True, help_text="The same in other languages: {'de': {'name': …, 'intro': …}}."
    )

    class Meta:
        abstract = True

    def name_in(self, language: str) -> str:
        return self._said("name", language)

    def intro_in(self, language: str) -> str:
        return self._said("intro", language)

    @property
    def names(self) -> dict[str, str]:
        """The name in every language it was written in, its own first."""
        others = {
            code: said["name"]
            for code, said in self.words.items()
            if said.get("name") and code != self.language
        }
        return {self.language: self._said("name", self.language), **others}

    def _said(self, what: str, language: str) -> str:
        own: str = getattr(self, what, "")
        theirs: str = self.words.get(language[:2], {}).get(what, "")
        return own if language[:2] == self.language[:2] else theirs or own


def first_words(key: str, **given: str) -> dict[str, str]:
    """One of the first names or intros in every language, the brand's name filled in."""
    return {code: said[key].format(**given) for code, said in FIRST.items()}


def beside_english(**said: dict[str, str]) -> Words:
    """What `words` of a row holds: the same in all languages but English, which stands in the row's own fields."""
    codes = [code for code in FIRST if code != "en"]
    return {code: {what: texts[code] for what, texts in said.items()} for code in codes}
