"""In which language a visitor of the front door reads, and what countries and languages are called in it."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from django.http import HttpRequest
from django.utils import translation
from django.utils.dates import WEEKDAYS
from django.utils.translation.trans_real import parse_accept_lang_header

from livingroom.shared.places import countries
from livingroom.shared.tongues import Tongue

WORDS = Path(__file__).parent / "words"
SMALL_NAMES = frozenset({"es", "pt", "fr"})


@dataclass(frozen=True)
class Language(Tongue):
    """One language of the front door."""

    folder: ClassVar[Path] = WORDS

    def weekday(self, number: int) -> str:
        with translation.override(self.django_code):
            return str(WEEKDAYS[number])

    def country(self, code: str) -> str:
        return self.say("world") if not code else country_names(self.code).get(code.upper(), code)

    def language(self, code: str) -> str:
        """The name of another language, in this one."""
        return _language_name(code.lower(), self.django_code)

    def language_in_sentence(self, code: str) -> str:
        """The same within a sentence: where languages are written small, the catalogues write some of them large."""
        name = self.language(code)
        return name.lower() if self.code in SMALL_NAMES else name


@cache
def country_names(code: str) -> Mapping[str, str]:
    """Every country's name by its two letters; English where a language's names are not known."""
    with open(WORDS / "countries.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: row[code] for row in rows} if code in rows[0] else countries()


def read_country(request: HttpRequest) -> str:
    """Return the country that the browser's languages name (BR in pt-BR), or nothing."""
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        region = wanted.split("-")[-1].upper()
        if "-" in wanted and region in countries():
            return region
    return ""


@cache
def _language_name(code: str, reader: str) -> str:
    with translation.override(reader):
        try:
            return str(translation.get_language_info(code)["name_translated"])
        except KeyError:
            return code
