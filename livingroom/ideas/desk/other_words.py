"""Fields for a name, and an intro, in other languages than its own, and what they become in a row."""

from collections.abc import Mapping
from typing import Any

from django import forms

from livingroom.ideas.words import FIRST, Words
from livingroom.shared.places import language_name

LANGUAGES = [(code, language_name(code)) for code in FIRST]


def add_fields(
    form: forms.Form | forms.ModelForm[Any], most: Mapping[str, int], words: Words, own: str
) -> None:
    """Add a field for each other language and each of `most`'s names, at most so long."""
    for code, called in LANGUAGES:
        for what, length in most.items() if code != own else ():
            form.fields[f"{what}_{code}"] = forms.CharField(
                label=f"{what.capitalize()} in {called}", required=False, max_length=length
            )
            form.initial.setdefault(f"{what}_{code}", words.get(code, {}).get(what, ""))


def bound(form: forms.Form | forms.ModelForm[Any], most: Mapping[str, int]) -> list[forms.BoundField]:
    names = [f"{what}_{code}" for code, _ in LANGUAGES for what in most]
    return [form[name] for name in names if name in form.fields]


def read(given: Mapping[str, Any], most: Mapping[str, int], own: str, before: Words) -> Words:
    """What was written, beside what a language that has no field here said before; a language with nothing is left out."""
    written = {
        code: said
        for code, _ in LANGUAGES
        if code != own
        and any((said := {what: given.get(f"{what}_{code}", "").strip() for what in most}).values())
    }
    known = {code for code, _ in LANGUAGES}
    return {code: said for code, said in before.items() if code not in known} | written
