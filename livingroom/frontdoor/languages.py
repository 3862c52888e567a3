"""In which language a visitor reads, and our words in it. Plain files of messages: no gettext tools, nothing compiled."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.http import HttpRequest
from django.utils import formats, translation
from django.utils.dates import WEEKDAYS
from django.utils.translation.trans_real import parse_accept_lang_header

from livingroom.shared.places import countries

WORDS = Path(__file__).parent / "words"
DEFAULT = "en"
ORDER = ("en", "es", "pt", "de", "fr")
SMALL_NAMES = frozenset({"es", "pt", "fr"})
# Django's own catalogues write dates, numbers and names of languages; its Portuguese is two.
DJANGOS = {"pt": "pt-br"}


@dataclass(frozen=True)
class Language:
    """One language of the front door. `chosen` says that the visitor asked for it by name."""

    code: str
    chosen: bool = False

    @property
    def direction(self) -> str:
        return self.say("direction")

    @property
    def django_code(self) -> str:
        return DJANGOS.get(self.code, self.code)

    def say(self, key: str, **values: object) -> str:
        """Write a message; a number among the values is written in the language's way."""
        written = {
            name: self.number(value) if isinstance(value, int) else value for name, value in values.items()
        }
        return words_of(self.code)[key].format(**written)

    def count(self, key: str, n: int) -> str:
        """Write a message that has one form for one and one for many."""
        return self.say(f"{key}_one" if n == 1 else f"{key}_many", n=n)

    def number(self, value: int) -> str:
        with translation.override(self.django_code):
            return formats.number_format(value, use_l10n=True, force_grouping=True)

    def day(self, on: date) -> str:
        with translation.override(self.django_code):
            return formats.date_format(on, "DATE_FORMAT")

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


def language_codes() -> list[str]:
    """Return the languages there are words for, the usual ones first."""
    found = {path.stem for path in WORDS.glob("*.json")}
    return [*(code for code in ORDER if code in found), *sorted(found - set(ORDER))]


@cache
def words_of(code: str) -> Mapping[str, str]:
    words: dict[str, str] = json.loads((WORDS / f"{code}.json").read_text(encoding="utf-8"))
    return words


@cache
def country_names(code: str) -> Mapping[str, str]:
    """Every country's name by its two letters; English where a language's names are not known."""
    with open(WORDS / "countries.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: row[code] for row in rows} if code in rows[0] else countries()


def read_language(request: HttpRequest) -> Language:
    """Take the language that was asked for by name (?lang=), else the first of the browser's that we have."""
    codes = language_codes()
    asked = request.GET.get("lang", "") or request.POST.get("lang", "")
    if asked in codes:
        return Language(asked, chosen=True)
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        code = wanted.split("-")[0]
        if code in codes:
            return Language(code)
    return Language(DEFAULT)


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
