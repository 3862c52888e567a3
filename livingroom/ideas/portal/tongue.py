"""The portal's words in the visitor's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from django.utils import formats, timezone, translation

from livingroom.shared import tongues
from livingroom.shared.places import country_name

CountryNames = Callable[[str], Mapping[str, str]]
_country_names: list[CountryNames] = []


@dataclass(frozen=True)
class Tongue(tongues.Tongue):
    """One language of the portal."""

    folder: ClassVar[Path] = Path(__file__).parent / "words"

    def percent(self, share: float) -> str:
        space = "" if self.code in ("en", "pt") else "\N{NARROW NO-BREAK SPACE}"
        return f"{self.number(share * 100)}{space}%"

    def moment(self, at: datetime) -> str:
        return _moment(timezone.localtime(at), self.django_code)

    def country(self, code: str) -> str:
        return next(
            (name for names in _country_names if (name := names(self.code).get(code.upper()))),
            country_name(code),
        )


def add_country_names(names: CountryNames) -> None:
    """Let a room above say what countries are called in a language."""
    _country_names.append(names)


@lru_cache(maxsize=4096)
def _moment(local: datetime, code: str) -> str:
    with translation.override(code):
        return f"{formats.date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"
