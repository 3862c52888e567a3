from datetime import date
from decimal import Decimal

import pytest
from currency_converter import CurrencyConverter

from livingroom.orders import rates
from livingroom.orders.models import Intake, LedgerEntry
from livingroom.orders.tasks import replay_for_rates
from livingroom.shared.models import Brand
from tests.orders.cast import FRIDAY, NOW, deliver, make_shop, order_event, order_of, sell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("currency", "total", "minor"),
    [("USD", "12.34", 1234), ("JPY", "1234", 1234), ("KWD", "1.234", 1234), ("EUR", "12", 1200)],
)
def test_amounts_are_read_with_the_currencys_decimals(currency, total, minor):
    Brand.objects.update_or_create(pk=1, defaults={"reporting_currency": currency})
    shop, secret = make_shop()

    deliver(shop, secret, order_event(currency=currency, total=total))

    assert order_of(shop).gross_minor == minor


def test_an_amount_finer_than_its_currency_needs_a_person():
    shop, secret = make_shop()

    deliver(shop, secret, order_event(currency="JPY", total="99.50"))

    dead = Intake.objects.get()
    assert (dead.state, dead.problem_field) == ("dead", "total")
    assert "JPY" in dead.problem


@pytest.mark.parametrize("currency", ["GBP", "JPY", "BRL", "EUR"])
def test_a_rate_is_the_european_central_banks_of_the_orders_date(currency):
    shop, _ = make_shop()

    sell(shop, currency=currency)

    entry = LedgerEntry.objects.get()
    bank = CurrencyConverter(decimal=True)
    assert entry.rate_on == FRIDAY.date()
    assert abs(entry.rate - bank.convert(1, currency, "USD", FRIDAY.date())) < Decimal("1e-11")


def test_at_the_week_end_the_last_bank_day_counts():
    sunday, friday = date(2009, 11, 22), date(2009, 11, 20)

    rate = rates.rate_between("EUR", "USD", sunday)

    assert rate == rates.Rate(rates.rate_between("EUR", "USD", friday).value, friday)


def test_yen_become_dollars_and_not_hundredths():
    rate = rates.Rate(Decimal("0.0112"), FRIDAY.date())

    assert rate.turn(10_000, "JPY", "USD") == 11_200
    assert rate.turn(10_000, "USD", "JPY") == 1
    assert rates.Rate(Decimal("3.5"), FRIDAY.date()).turn(1_000, "KWD", "USD") == 350


def test_an_unknown_currency_needs_a_person_who_is_told_which():
    shop, secret = make_shop()

    answer = deliver(shop, secret, order_event(currency="XYZ"))

    dead = Intake.objects.get()
    assert answer.status_code == 200
    assert (dead.state, dead.problem_field) == ("dead", "currency")
    assert "'XYZ'" in dead.problem


def test_a_currency_the_bank_does_not_quote_needs_a_person():
    shop, secret = make_shop()

    deliver(shop, secret, order_event(currency="KWD", total="1.000"))

    assert "quotes no rate for KWD" in Intake.objects.get().problem


def test_a_day_after_our_rates_end_says_how_to_get_newer_ones():
    shop, secret = make_shop()

    deliver(shop, secret, order_event(currency="EUR", placed_at="2100-01-01T00:00:00Z"))

    dead = Intake.objects.get()
    assert dead.problem_code == "no_rate"
    assert "`livingroom rates`" in dead.problem


def test_newer_rates_bring_in_what_waited_for_them(tmp_path, settings):
    settings.HOME = tmp_path
    rates._shelf.clear()
    shop, secret = make_shop()
    deliver(shop, secret, order_event(currency="EUR", placed_at="2100-01-02T00:00:00Z"))
    newer = tmp_path / "eurofxref-hist.csv"
    newer.write_text("Date,USD,JPY,\n2100-01-01,1.25,150,\n2099-12-31,1.20,N/A,\n")

    n_early = replay_for_rates(NOW)
    newest = rates.refresh_from(newer)
    n_applied = replay_for_rates(NOW)

    rates._shelf.clear()
    assert (n_early, newest, n_applied) == (0, date(2100, 1, 1), 1)
    assert order_of(shop).net_reporting_minor == 12_500


def test_a_file_that_is_no_rates_file_is_refused(tmp_path, settings):
    settings.HOME = tmp_path
    wrong = tmp_path / "orders.csv"
    wrong.write_text("Name,Total\n1,2\n")

    with pytest.raises(rates.BadRates, match="its first line must read Date,USD"):
        rates.refresh_from(wrong)


def test_an_older_file_does_not_replace_newer_rates(tmp_path, settings):
    settings.HOME = tmp_path
    older = tmp_path / "eurofxref-hist.csv"
    older.write_text("Date,USD,\n1999-01-04,1.1789,\n")

    with pytest.raises(rates.BadRates, match="ends on 1999-01-04"):
        rates.refresh_from(older)
