import pytest

from livingroom.measure.currencies import DECIMALS, to_text
from livingroom.measure.estimate import Estimate, NotEnoughData


def test_an_estimate_prints_its_interval_level_size_and_method():
    estimate = Estimate(0.03, 0.01, 0.05, 0.95, 1200, "difference of means")

    assert str(estimate) == "0.03 [0.01, 0.05] at 95%, n = 1,200, difference of means"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"low": 0.04}, "does not hold the value"),
        ({"level": 95}, "share between 0 and 1"),
        ({"n": -1}, "cannot stand on"),
    ],
)
def test_an_estimate_that_cannot_be_is_refused(change, sentence):
    parts = {"value": 0.03, "low": 0.01, "high": 0.05, "level": 0.95, "n": 3, "method": "m"}

    with pytest.raises(ValueError, match=sentence):
        Estimate(**(parts | change))


def test_not_enough_data_says_why():
    assert str(NotEnoughData("3 units, 16 are needed")) == "Not enough data: 3 units, 16 are needed"


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1_234_567, "USD", "12,345.67"),
        (-5, "EUR", "-0.05"),
        (1_234, "JPY", "1,234"),
        (1_234, "KWD", "1.234"),
        (0, "CLF", "0.0000"),
    ],
)
def test_amounts_are_written_with_their_currencys_decimals(minor, currency, text):
    assert to_text(minor, currency) == text


def test_currency_codes_are_three_capitals():
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in DECIMALS)
    assert {"USD", "BRL", "CAD", "EUR", "GBP", "MXN"} <= {c for c, d in DECIMALS.items() if d == 2}
