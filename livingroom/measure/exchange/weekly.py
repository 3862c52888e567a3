"""The table that every marketing-mix model starts from: what was sold and what was shown, by market and week."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from livingroom.measure.problems import InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
NATION = "national"
FEWEST_WEEKS = 2
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Weekly:
    """Markets by weeks.

    Parameters
    ----------
    markets : tuple of str, length m
        Countries or regions; one called "national" where the tables know none.
    weeks : tuple of date, length w
        Mondays, one after the other, whole weeks only.
    revenue, orders : array of float, shape (m, w)
        Net revenue in the currency's major unit, and orders.
    channels : tuple of str, length c
        The channels.
    exposure, spend : array of float, shape (c, m, w)
        How much was shown (posts, clicks, impressions: one kind for a channel) and what it cost.
    controls : mapping of str to array of float, shape (m, w)
        What else moves sales: price, holidays, stock.
    population : array of float, shape (m,)
        People, or customers, of each market: anything that its size is in proportion to.
    currency : str
        ISO 4217.
    notes : tuple of str
        What a reader should know.
    """

    markets: tuple[str, ...]
    weeks: tuple[date, ...]
    revenue: Floats
    orders: Floats
    channels: tuple[str, ...]
    exposure: Floats
    spend: Floats
    controls: Mapping[str, Floats]
    population: Floats
    currency: str
    notes: tuple[str, ...] = ()

    @property
    def is_national(self) -> bool:
        return self.markets == (NATION,)


def weekly(
    outcomes: pa.Table,
    media: pa.Table,
    *,
    currency: str,
    controls: pa.Table | None = None,
    population: Mapping[str, float] | None = None,
) -> Weekly:
    """Add days up to whole weeks.

    Parameters
    ----------
    outcomes : pyarrow.Table
        `on` (day), `revenue` (net, major unit), optional `orders` and `market`; any number of rows a day.
    media : pyarrow.Table
        `on`, `channel`, `exposure`, optional `spend` and `market`.
    currency : str
        ISO 4217, of revenue and spend.
    controls : pyarrow.Table, optional
        `on`, `name`, `value`, optional `market`; averaged over the week.
    population : mapping of str to float, optional
        The size of each market; if not given, 1 for one market, and orders of the whole table for several.

    Returns
    -------
    Weekly
        Weeks from Monday to Sunday that the outcomes cover whole; weeks without a row of media count as nothing shown.

    Raises
    ------
    InputError
        If a column is missing, an amount is negative, or there are not two whole weeks.
    """
    _need(outcomes, "outcomes", ("on", "revenue"))
    _need(media, "media", ("on", "channel", "exposure"))
    weeks = _whole_weeks(_days(outcomes))
    markets, channels = tuple(sorted(set(_markets(outcomes)))), tuple(sorted(set(_texts(media, "channel"))))
    shape = (len(markets), len(weeks))
    sold = _cells(outcomes, weeks, markets)
    shown = _cells(media, weeks, markets)
    at = np.array([channels.index(name) for name in _texts(media, "channel")], dtype=np.int64)
    strangers = sorted(set(_markets(media)) - set(markets))
    return Weekly(
        markets=markets,
        weeks=weeks,
        revenue=_added(_numbers(outcomes, "revenue"), sold, shape),
        orders=_added(_numbers(outcomes, "orders"), sold, shape),
        channels=channels,
        exposure=_added(_positive(media, "exposure"), (at, *shown), (len(channels), *shape)),
        spend=_added(_positive(media, "spend"), (at, *shown), (len(channels), *shape)),
        controls=_controls(controls, weeks, markets) if controls is not None else {},
        population=_population(population, markets, _added(_numbers(outcomes, "orders"), sold, shape)),
        currency=currency,
        notes=(f"Media of {', '.join(strangers)} is left out: nothing was sold there.",) if strangers else (),
    )


def _need(table: pa.Table, name: str, columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in table.column_names]
    if missing:
        has = ", ".join(table.column_names)
        raise InputError([f"{name}: there is no column {', '.join(missing)}. The columns are {has}."])
    if table.num_rows == 0:
        raise InputError([f"{name}: there is no row."])


def _days(table: pa.Table) -> Integers:
    """Days since 1970 of the column `on`."""
    found: Integers = np.asarray(table["on"].cast(pa.date32()).cast(pa.int32()), dtype=np.int64)
    return found


def _texts(table: pa.Table, column: str) -> list[str]:
    return [str(value) for value in table[column].to_pylist()]


def _markets(table: pa.Table) -> list[str]:
    return _texts(table, "market") if "market" in table.column_names else [NATION] * table.num_rows


def _numbers(table: pa.Table, column: str) -> Floats:
    if column not in table.column_names:
        return np.zeros(table.num_rows)
    return np.asarray(table[column].cast(pa.float64()).fill_null(0.0), dtype=np.float64)


def _positive(table: pa.Table, column: str) -> Floats:
    values = _numbers(table, column)
    if (values < 0).any():
        raise InputError(
            [f"media: {int((values < 0).sum())} rows have a negative {column}; no model takes that."]
        )
    return values


def _whole_weeks(days: Integers) -> tuple[date, ...]:
    """Mondays of the weeks that the days span whole."""
    # 1 January 1970 was a Thursday: Mondays are 4 days after a multiple of 7.
    first = -(-(int(days.min()) - 4) // 7) * 7 + 4
    mondays = range(first, int(days.max()) - 5, 7)
    if len(mondays) < FEWEST_WEEKS:
        found = f"The outcomes cover {len(mondays)} whole weeks from Monday to Sunday"
        raise InputError([f"{found}; {FEWEST_WEEKS} are the least."])
    return tuple(date.fromordinal(EPOCH + day) for day in mondays)


def _cells(table: pa.Table, weeks: tuple[date, ...], markets: tuple[str, ...]) -> tuple[Integers, Integers]:
    """The place of each row: market and week, -1 where there is none."""
    place = {market: at for at, market in enumerate(markets)}
    week = (_days(table) + EPOCH - weeks[0].toordinal()) // 7
    inside = (week >= 0) & (week < len(weeks))
    rows = np.array([place.get(market, -1) for market in _markets(table)], dtype=np.int64)
    return rows, np.where(inside, week, -1)


def _added(values: Floats, places: tuple[Integers, ...], shape: tuple[int, ...]) -> Floats:
    known = np.logical_and.reduce([place >= 0 for place in places])
    total = np.zeros(shape)
    np.add.at(total, tuple(place[known] for place in places), values[known])
    return total


def _controls(table: pa.Table, weeks: tuple[date, ...], markets: tuple[str, ...]) -> dict[str, Floats]:
    """Weekly means by name; a table without markets holds in each."""
    _need(table, "controls", ("on", "name", "value"))
    is_common = "market" not in table.column_names
    rows, week = _cells(table, weeks, (NATION,) if is_common else markets)
    names, values = np.array(_texts(table, "name")), _numbers(table, "value")
    shape = (1 if is_common else len(markets), len(weeks))
    found: dict[str, Floats] = {}
    for name in sorted(set(names.tolist())):
        own = names == name
        counted = _added(np.ones(int(own.sum())), (rows[own], week[own]), shape)
        if (counted == 0).any():
            raise InputError([f"controls: {name} has no value for some weeks or markets."])
        mean = _added(values[own], (rows[own], week[own]), shape) / counted
        found[name] = np.broadcast_to(mean, (len(markets), len(weeks))).copy()
    return found


def _population(given: Mapping[str, float] | None, markets: tuple[str, ...], orders: Floats) -> Floats:
    if given is not None:
        missing = [market for market in markets if market not in given]
        if missing:
            raise InputError([f"population: nothing is said of {', '.join(missing)}."])
        return np.array([float(given[market]) for market in markets])
    if len(markets) == 1:
        return np.ones(1)
    sizes: Floats = np.maximum(orders.sum(axis=1), 1.0)
    return sizes
