"""In which language a visitor reads, and a room's words in it. Plain files of messages: no gettext tools, nothing compiled."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import ClassVar, Self

from django.http import HttpRequest
from django.utils import formats, timezone, translation
from django.utils.translation.trans_real import parse_accept_lang_header

Words = dict[str, str]
DEFAULT = "en"
ORDER = ("en", "es", "pt", "de", "fr")
# Django's own catalogues write dates, numbers and names of languages; its Portuguese is two.
DJANGOS = {"pt": "pt-br"}


@dataclass(frozen=True)
class Tongue:
    """One language of a room's pages. `chosen` says that the visitor asked for it by name; `folder` is where its words lie."""

    code: str
    chosen: bool = False

    folder: ClassVar[Path]

    @classmethod
    def codes(cls) -> list[str]:
        """The languages there are words for, the usual ones first."""
        found = {path.stem for path in cls.folder.glob("*.json")}
        return [*(code for code in ORDER if code in found), *sorted(found - set(ORDER))]

    @classmethod
    def read(cls, request: HttpRequest, *, own: str = "") -> Self:
        """What was asked for by name (?lang=), else one's own, else the first of the browser's that we have."""
        have = cls.codes()
        asked = request.GET.get("lang", "") or request.POST.get("lang", "")
        if asked in have:
            return cls(asked, chosen=True)
        own = own.split("-")[0]
        return cls(own if own in have else language_of(request, have))

    @property
    def direction(self) -> str:
        return self.say("direction")

    @property
    def kept(self) -> str:
        """What an address carries on, when the language was chosen by name."""
        return f"?lang={self.code}" if self.chosen else ""

    @property
    def django_code(self) -> str:
        return DJANGOS.get(self.code, self.code)

    @property
    def words(self) -> Mapping[str, str]:
        return words_in(self.folder, self.code)

    def say(self, key: str, **values: object) -> str:
        """Write a message; a whole number among the values is written in the language's way."""
        written = {
            name: self.number(value) if isinstance(value, int) else value for name, value in values.items()
        }
        return self.words[key].format(**written)

    def count(self, key: str, n: int) -> str:
        """Write a message that has one form for one and one for many."""
        return self.say(f"{key}_one" if n == 1 else f"{key}_many", n=n)

    def number(self, value: float, decimals: int = 0) -> str:
        with translation.override(self.django_code):
            return formats.number_format(value, decimals, use_l10n=True, force_grouping=True)

    def day(self, on: date | datetime) -> str:
        return day_in(timezone.localtime(on).date() if isinstance(on, datetime) else on, self.code)


def language_of(request: HttpRequest, have: Collection[str]) -> str:
    """What was asked for by name (?lang=), else the first of the browser's that we have."""
    asked = request.GET.get("lang", "") or request.POST.get("lang", "")
    if asked in have:
        return asked
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if wanted.split("-")[0] in have:
            return wanted.split("-")[0]
    return DEFAULT


@cache
def words_in(folder: Path, code: str) -> Mapping[str, str]:
    words: dict[str, str] = json.loads((folder / f"{code}.json").read_text(encoding="utf-8"))
    return words


@lru_cache(maxsize=4096)  # a list writes the same few days again and again
def day_in(on: date, language: str) -> str:
    with translation.override(DJANGOS.get(language, language)):
        return formats.date_format(on, "DATE_FORMAT")
