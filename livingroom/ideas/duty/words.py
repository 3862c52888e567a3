"""What members are written about ideas, in the languages we have. Another: copy a block of words.json."""

import json
from datetime import date, datetime
from pathlib import Path

from django.utils import formats, translation

from livingroom.shared.tongues import DEFAULT, Words

WORDS: dict[str, Words] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
# Django's own catalogues write dates; its Portuguese is two.
_DJANGOS = {"pt": "pt-br"}


def tongue(language: str) -> str:
    """The one of our languages that is nearest: English where we have none."""
    short = language.split("-")[0].lower()
    return short if short in WORDS else DEFAULT


def words_in(language: str) -> Words:
    return WORDS[tongue(language)]


def day_in(language: str, on: date | datetime) -> str:
    """A day as the language writes it, by UTC."""
    code = tongue(language)
    with translation.override(_DJANGOS.get(code, code)):
        return formats.date_format(on, "DATE_FORMAT")
