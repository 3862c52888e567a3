"""The same words in other languages: fields of a staff form, and what they become in a row."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from livingroom.community.words import WORDS
from livingroom.shared.places import language_name


def add_languages(form: forms.Form, own: str, names: Mapping[str, int]) -> None:
    """Add a field for each language and each name, with how long it may be; long ones are written in a box."""
    for code in WORDS:
        for name, most in names.items():
            box = forms.Textarea(attrs={"rows": 3}) if most > 150 else None
            form.fields[f"{name}_{code}"] = forms.CharField(
                required=False,
                max_length=most,
                widget=box,
                label=f"{name.capitalize()} in {language_name(code)}",
            )


def bound(form: forms.Form, names: Mapping[str, int]) -> list[Any]:
    """The bound fields of other languages, in their order."""
    return [form[f"{name}_{code}"] for code in WORDS for name in names]


def initial(words: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {f"{name}_{code}": text for code, said in words.items() for name, text in said.items()}


def read(cleaned: Mapping[str, Any], own: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """What was written in other languages than its own; a language with nothing is left out."""
    found = {code: {name: cleaned.get(f"{name}_{code}", "").strip() for name in names} for code in WORDS}
    return {code: said for code, said in found.items() if code != own[:2] and any(said.values())}
