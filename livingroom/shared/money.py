"""Money is integer minor units beside an ISO 4217 code. Here it is read, turned and written."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

from livingroom.measure.currencies import DECIMALS as DECIMALS

Style = Literal["exact", "whole", "compact"]

# Where a sign alone would be taken for another currency, the country stands before it.
SIGNS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "BRL": "R$", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$",
    "HKD": "HK$", "TWD": "NT$", "CNY": "CN¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "VND": "₫", "PHP": "₱", "UAH": "₴",
}  # fmt: skip
NO_BREAK_SPACE = "\u00a0"
MINUS = "−"


class UnknownCurrency(ValueError):
    """The code is none of ISO 4217's."""

    def __init__(self, currency: object) -> None:
        super().__init__(
            f"{currency!r} is no ISO 4217 currency code. Codes are three capital letters, such as USD or BRL."
        )


class TooManyDecimals(ValueError):
    """The amount is finer than the currency's smallest coin."""

    def __init__(self, amount: Decimal, currency: str) -> None:
        decimals = decimals_of(currency)
        said = f"{decimals} decimals" if decimals else "no decimals"
        super().__init__(f"{amount} {currency} is finer than {currency} goes: it has {said}.")


def decimals_of(currency: str) -> int:
    """Return how many decimals `currency` has: 2 for USD, 0 for JPY, 3 for KWD. Raises UnknownCurrency."""
    try:
        return DECIMALS[currency]
    except (KeyError, TypeError):
        raise UnknownCurrency(currency) from None


def to_minor(amount: Decimal, currency: str, *, rounding: str | None = None) -> int:
    """Turn an amount into minor units. Raises TooManyDecimals unless a `rounding` of the decimal module is given."""
    scaled = amount.scaleb(decimals_of(currency))
    if not scaled.is_finite():
        raise ValueError(f"{amount} is not an amount of money.")
    whole = scaled.to_integral_value(rounding or ROUND_HALF_EVEN)
    if rounding is None and whole != scaled:
        raise TooManyDecimals(amount, currency)
    return int(whole)


def from_minor(minor: int, currency: str) -> Decimal:
    """Turn minor units into an amount with the currency's own number of decimals."""
    return Decimal(minor).scaleb(-decimals_of(currency))


def format_money(minor: int, currency: str, style: Style = "exact") -> str:
    """Write an amount: exact "$6,543,210.90", whole "$6,543,211", compact "$6.54 M"."""
    amount = from_minor(minor, currency)
    sign = MINUS if minor < 0 else ""
    return f"{sign}{_symbol(currency)}{_digits(abs(amount), currency, style)}"


def compact(amount: Decimal | int) -> str:
    """Write a number to three figures, so that it can be taken in at a glance: 3,456,789 is "3.46 M"."""
    rounded = Context(prec=3).create_decimal(amount)
    for size, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if abs(rounded) >= size:
            return f"{(rounded / size).normalize():f}{NO_BREAK_SPACE}{letter}".replace("-", MINUS)
    return f"{rounded.normalize():f}".replace("-", MINUS)


def _symbol(currency: str) -> str:
    return SIGNS.get(currency) or f"{currency}{NO_BREAK_SPACE}"


def _digits(amount: Decimal, currency: str, style: Style) -> str:
    if style == "compact" and amount >= 1000:
        return compact(amount)
    decimals = decimals_of(currency) if style == "exact" else 0
    return f"{amount:,.{decimals}f}"
