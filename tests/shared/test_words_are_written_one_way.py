from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from livingroom.shared.places import countries
from livingroom.shared.templatetags import words

NOON = datetime(2009, 12, 8, 12, 5, tzinfo=UTC)


def test_a_moment_names_its_zone() -> None:
    assert words.when(NOON) == "8 Dec 2009, 12:05 UTC"
    assert words.when(NOON, "Europe/Berlin") == "8 Dec 2009, 13:05 CET"
    assert words.when(NOON, "America/Sao_Paulo") == "8 Dec 2009, 10:05 UTC−02"


def test_a_day_is_written_without_zeros() -> None:
    assert words.day(date(2009, 6, 1)) == "1 Jun 2009"
    assert words.day(NOON) == "8 Dec 2009"


def test_machines_read_utc() -> None:
    assert words.machine_time(NOON) == "2009-12-08T12:05:00Z"


@pytest.mark.parametrize(
    ("value", "written"), [(1234567, "1,234,567"), (-5, "−5"), (Decimal("1234.6"), "1,235"), (0, "0")]
)
def test_thousands_are_set_apart(value: int, written: str) -> None:
    assert words.number(value) == written


def test_small_counts_keep_every_digit() -> None:
    assert words.number_compact(9_999) == "9,999"
    assert words.number_compact(-10_000) == "−10\u00a0K"
    assert words.number_compact(3_456_789) == "3.46\u00a0M"


def test_a_share_is_per_cent() -> None:
    assert words.percent(0.4231) == "42.3%"
    assert words.percent(Decimal("-0.1"), 0) == "−10%"


def test_nothing_is_a_dash() -> None:
    writers = [words.number, words.number_compact, words.percent, words.when, words.day]

    assert {writer(None) for writer in writers} == {"–"}
    assert (
        words.money(None, "USD") == words.money_whole(None, "USD") == words.money_compact(None, "USD") == "–"
    )


def test_places_and_languages_have_names() -> None:
    assert words.country_name("br") == "Brazil"
    assert words.language_name("pt-br") == "Brazilian Portuguese"


def test_an_unknown_place_is_written_as_it_is() -> None:
    assert words.country_name("ZZ") == "ZZ"
    assert words.country_name(None) == ""
    assert words.language_name("tlh") == "tlh"


def test_every_country_of_iso_3166_is_there() -> None:
    assert len(countries()) == 249
    assert all(len(code) == 2 and code.isupper() for code in countries())
