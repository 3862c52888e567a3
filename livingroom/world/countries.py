"""The twelve countries: currency, price level, clock, and how much of the shop's ordinary trade they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Country:
    """One country the brand sells in."""

    code: str
    currency: str
    exponent: int
    price_level: float  # list price in local units per list dollar
    time_zone: str
    utc_offset_hours: float
    organic_share: float
    languages: tuple[str, ...]
    shop_opened_on: date = date(2007, 6, 1)


COUNTRIES: tuple[Country, ...] = (
    Country("US", "USD", 2, 1.0, "America/Chicago", -6, 0.50, ("en",)),
    Country("CA", "CAD", 2, 1.14, "America/Toronto", -5, 0.07, ("en", "fr")),
    Country("BR", "BRL", 2, 2.2, "America/Sao_Paulo", -3, 0.07, ("pt",), date(2008, 2, 4)),
    Country("MX", "MXN", 2, 13.4, "America/Mexico_City", -6, 0.04, ("es",), date(2008, 2, 4)),
    Country("GB", "GBP", 2, 0.64, "Europe/London", 0, 0.09, ("en",)),
    Country("IE", "EUR", 2, 0.78, "Europe/Dublin", 0, 0.02, ("en",)),
    Country("DE", "EUR", 2, 0.75, "Europe/Berlin", 1, 0.06, ("de",)),
    Country("FR", "EUR", 2, 0.77, "Europe/Paris", 1, 0.04, ("fr",)),
    Country("ES", "EUR", 2, 0.77, "Europe/Madrid", 1, 0.02, ("es",)),
    Country("IT", "EUR", 2, 0.78, "Europe/Rome", 1, 0.02, ("it",)),
    Country("AU", "AUD", 2, 1.28, "Australia/Sydney", 10, 0.03, ("en",)),
    Country("JP", "JPY", 0, 96.0, "Asia/Tokyo", 9, 0.04, ("ja",)),
)
COUNTRY: dict[str, Country] = {country.code: country for country in COUNTRIES}
COUNTRY_CODES: tuple[str, ...] = tuple(COUNTRY)


def local_price_minor(usd: float, country: Country) -> int:
    """Turn a list price in dollars into a price as shops print it: 349.99, or 33,980 yen."""
    local = usd * country.price_level
    if country.exponent == 0:
        return int(max(980, round(local / 1000) * 1000 - 20))
    step = 10 if local >= 1000 else 1
    return int(max(1, round(local / step)) * step * 100 - 1)
