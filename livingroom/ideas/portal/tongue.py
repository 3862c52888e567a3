"""The portal's words in the visitor's language: one plain file of messages for each, nothing compiled."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path

from django.http import HttpRequest
from django.utils import formats, timezone, translation

from livingroom.shared.places import country_name
from livingroom.shared.tongues import language_of

WORDS = Path(__file__).parent / "words"
ORDER = ("en", "es", "pt", "de", "fr")
# Django's own catalogues write dates and numbers; its Portuguese is two.
DJANGOS = {"pt": "pt-br"}
CountryNames = Callable[[str], Mapping[str, str]]
_country_names: list[CountryNames] = []


@dataclass(frozen=True)
class Tongue:
    """One language of the portal. `chosen` says that the visitor asked for it by name."""

    code: str
    chosen: bool = False

    @property
    def direction(self) -> str:
        return self.say("direction")

    @property
    def kept(self) -> str:
        """What an address carries on, when the language was chosen by name."""
        return f"?lang={self.code}" if self.chosen else ""

    def say(self, key: str, **values: object) -> str:
        """Write a message; a whole number among the values is written in the language's way."""
        written = {
            name: self.number(value) if isinstance(value, int) else value for name, value in values.items()
        }
        return words_of(self.code)[key].format(**written)

    def count(self, key: str, n: int) -> str:
        """Write a message that has one form for one and one for many."""
        return self.say(f"{key}_one" if n == 1 else f"{key}_many", n=n)

    def number(self, value: float, decimals: int = 0) -> str:
        with translation.override(self._django_code):
            return formats.number_format(value, decimals, use_l10n=True, force_grouping=True)

    def percent(self, share: float) -> str:
        space = "" if self.code in ("en", "pt") else "\N{NARROW NO-BREAK SPACE}"
        return f"{self.number(share * 100)}{space}%"

    def day(self, on: date | datetime) -> str:
        return _day(timezone.localtime(on).date() if isinstance(on, datetime) else on, self._django_code)

    def moment(self, at: datetime) -> str:
        return _moment(timezone.localtime(at), self._django_code)

    def country(self, code: str) -> str:
        return next(
            (name for names in _country_names if (name := names(self.code).get(code.upper()))),
            country_name(code),
        )

    @property
    def _django_code(self) -> str:
        return DJANGOS.get(self.code, self.code)


def add_country_names(names: CountryNames) -> None:
    """Let a room above say what countries are called in a language."""
    _country_names.append(names)


def codes() -> list[str]:
    """The languages there are words for, the usual ones first."""
    found = {path.stem for path in WORDS.glob("*.json")}
    return [*(code for code in ORDER if code in found), *sorted(found - set(ORDER))]


@cache
def words_of(code: str) -> Mapping[str, str]:
    words: dict[str, str] = json.loads((WORDS / f"{code}.json").read_text(encoding="utf-8"))
    return words


def tongue_of(request: HttpRequest, member_language: str = "") -> Tongue:
    """What was asked for by name (?lang=), else the member's own, else the first of the browser's that we have."""
    have = codes()
    if (asked := request.GET.get("lang") or request.POST.get("lang")) in have:
        return Tongue(str(asked), chosen=True)
    own = member_language.split("-")[0]
    return Tongue(own if own in have else language_of(request, have))


@lru_cache(maxsize=4096)  # a list writes the same few days again and again
def _day(on: date, code: str) -> str:
    with translation.override(code):
        return formats.date_format(on, "DATE_FORMAT")


@lru_cache(maxsize=4096)
def _moment(local: datetime, code: str) -> str:
    with translation.override(code):
        return f"{formats.date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"
