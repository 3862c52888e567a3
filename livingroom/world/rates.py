"""Dollars for one unit of each country's currency on each day: the European Central Bank's rates, last bank day."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
from currency_converter import CurrencyConverter

from livingroom.world.countries import COUNTRIES
from livingroom.world.period import FIRST_DAY, N_DAYS, Floats, Integers


@cache
def dollar_rates() -> Floats:
    """Return dollars per minor unit, one row a country, one column a day."""
    converter = CurrencyConverter(fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known")
    table = np.empty((len(COUNTRIES), N_DAYS))
    for row, country in enumerate(COUNTRIES):
        table[row] = country_rates(converter, country.currency) / 10**country.exponent
    return table


def country_rates(converter: CurrencyConverter, currency: str) -> Floats:
    # Real and peso have no rate before 2008; the shops there opened later.
    first = max(FIRST_DAY, converter.bounds[currency].first_date)
    rates = [
        converter.convert(1, currency, "USD", max(first, FIRST_DAY + timedelta(days=day)))
        for day in range(N_DAYS)
    ]
    return np.array(rates, dtype=np.float64)


def to_dollars(minor: Integers, country: Integers, day: Integers) -> Floats:
    return np.asarray(minor * dollar_rates()[country, np.clip(day, 0, N_DAYS - 1)], dtype=np.float64)
