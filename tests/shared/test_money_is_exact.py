from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from livingroom.shared.money import (
    DECIMALS,
    TooManyDecimals,
    UnknownCurrency,
    compact,
    format_money,
    from_minor,
    to_minor,
)


@given(some.integers(-(10**15), 10**15), some.sampled_from(sorted(DECIMALS)))
def test_an_amount_survives_there_and_back(minor: int, currency: str) -> None:
    assert to_minor(from_minor(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.34", "USD", 1234),
        ("12", "JPY", 12),
        ("1.234", "KWD", 1234),
        ("-0.01", "EUR", -1),
        ("1E+3", "BRL", 100000),
    ],
)
def test_minor_units_follow_the_currency(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


def test_a_finer_amount_than_the_coin_is_refused() -> None:
    with pytest.raises(TooManyDecimals, match=r"0\.5 JPY .* no decimals"):
        to_minor(Decimal("0.5"), "JPY")


def test_a_finer_amount_is_rounded_when_asked() -> None:
    assert to_minor(Decimal("12.345"), "USD", rounding=ROUND_HALF_UP) == 1235


@pytest.mark.parametrize("amount", ["NaN", "Infinity"])
def test_no_number_is_no_money(amount: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        to_minor(Decimal(amount), "USD")


@pytest.mark.parametrize("currency", ["usd", "XXX", "", "DOLLAR", None])
def test_an_unknown_currency_is_named(currency: str) -> None:
    with pytest.raises(UnknownCurrency, match="ISO 4217"):
        to_minor(Decimal(1), currency)


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (650000000, "USD", "$6,500,000.00"),
        (-123450, "BRL", "−R$1,234.50"),
        (6500, "JPY", "¥6,500"),
        (1234567, "KWD", "KWD\u00a01,234.567"),
        (0, "EUR", "€0.00"),
    ],
)
def test_money_is_written_to_the_cent(minor: int, currency: str, written: str) -> None:
    assert format_money(minor, currency) == written


@pytest.mark.parametrize(
    ("minor", "written"),
    [
        (650000000, "$6.5\u00a0M"),
        (654321000, "$6.54\u00a0M"),
        (99999900, "$1\u00a0M"),
        (99949900, "$999\u00a0K"),
        (123400, "$1.23\u00a0K"),
        (99900, "$999"),
        (-8120000, "−$81.2\u00a0K"),
    ],
)
def test_a_tile_shows_three_figures(minor: int, written: str) -> None:
    assert format_money(minor, "USD", "compact") == written


@given(some.integers(-(10**13), 10**13))
def test_what_is_shown_at_a_glance_is_near_the_truth(number: int) -> None:
    digits, _, letter = compact(number).replace("−", "-").partition("\u00a0")

    shown = Decimal(digits) * {"": 1, "K": 10**3, "M": 10**6, "B": 10**9}[letter]

    assert abs(shown - number) <= abs(Decimal(number)) * Decimal("0.0051")
