"""Journeys that come as paths with counts: heuristics, and Markov chains solved exactly. docs/methods/paths.md explains."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from livingroom.measure.channels.bootstrap import Floats
from livingroom.measure.channels.chain import Steps
from livingroom.measure.channels.learning import shares
from livingroom.measure.channels.markov import ORDERS, removal_effects
from livingroom.measure.channels.tally import Integers, Tally
from livingroom.measure.problems import InputError

HEURISTICS = ("first", "last", "linear", "position")
COLUMNS = ("path", "total_conversions", "total_conversion_value", "total_null")


@dataclass(frozen=True)
class Paths:
    """Counted journeys.

    Parameters
    ----------
    channels : tuple of str
        The names, in alphabetical order.
    touch : (t,) int
        The channel of every touch of every path, from 0, path after path.
    path : (t,) int
        The path of every touch.
    conversions, value, nulls : (p,) float
        By path: how many journeys ended in a conversion, what those brought in all, how many ended in nothing.
    """

    channels: tuple[str, ...]
    touch: Integers
    path: Integers
    conversions: Floats
    value: Floats
    nulls: Floats


@dataclass(frozen=True)
class PathCredit:
    """What one model gives one channel. Removal effects are None for heuristics, and for value where there is none."""

    model: str
    channel: str
    total_conversions: float
    total_conversion_value: float
    removal_effect_conversions: float | None = None
    removal_effect_value: float | None = None


def read_paths(source: Path, separator: str = ">") -> Paths:
    """Read a CSV file with the columns of ChannelAttribution.

    Parameters
    ----------
    source : Path
        Columns path ("a > b > c") and total_conversions; optional total_conversion_value and total_null.
    separator : str
        What stands between channels; spaces around it do not count.

    Returns
    -------
    Paths

    Raises
    ------
    InputError
        A column is missing, a path is empty or has an empty step, a count is no number or below zero.
    """
    table = _open(source)
    text = pc.utf8_trim_whitespace(table["path"].combine_chunks())
    counts = {name: _numbers(table, name) for name in COLUMNS[1:]}
    steps = pc.split_pattern(text, separator)
    names = pc.utf8_trim_whitespace(steps.flatten())
    empty = np.flatnonzero(np.asarray(pc.equal(names, "")))
    if len(empty):
        row = int(np.asarray(pc.list_parent_indices(steps))[empty[0]])
        raise InputError([f"paths: row {row + 1} has a step without a name: {str(text[row])!r}."])
    coded = names.dictionary_encode()
    order = np.argsort(np.asarray(coded.dictionary.to_pylist(), dtype=object))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    channels = tuple(str(coded.dictionary[int(place)]) for place in order)
    path = np.asarray(pc.list_parent_indices(steps)).astype(np.int64)
    touch = rank[np.asarray(coded.indices)]
    return Paths(channels, touch, path, *(counts[name] for name in COLUMNS[1:]))


def _open(source: Path) -> pa.Table:
    from pyarrow import csv

    if not source.is_file():
        raise InputError([f"paths: there is no file {source}."])
    with source.open(encoding="utf-8-sig") as file:
        delimiter = max(",;\t|", key=file.readline().count)
    as_text = {name: pa.string() for name in COLUMNS}
    try:
        table = csv.read_csv(
            source,
            parse_options=csv.ParseOptions(delimiter=delimiter),
            convert_options=csv.ConvertOptions(column_types=as_text),
        )
    except pa.ArrowInvalid as error:
        raise InputError([f"paths: {source} cannot be read as CSV: {str(error).splitlines()[0]}"]) from error
    missing = [name for name in COLUMNS[:2] if name not in table.column_names]
    if missing:
        found = ", ".join(table.column_names) or "no column"
        raise InputError([f"paths: the column {name} is missing. Found: {found}." for name in missing])
    if table.num_rows == 0:
        raise InputError([f"paths: {source} holds no path."])
    return table


def _numbers(table: pa.Table, name: str) -> Floats:
    if name not in table.column_names:
        return np.zeros(table.num_rows)
    text = pc.utf8_trim_whitespace(table[name].combine_chunks())
    try:
        numbers = np.asarray(
            pc.cast(pc.if_else(pc.equal(text, ""), "0", text), pa.float64()), dtype=np.float64
        )
    except pa.ArrowInvalid as error:
        raise InputError([f"paths: {name} holds what is no number: {str(error).splitlines()[0]}"]) from error
    wrong = ~np.isfinite(numbers) | ((numbers < 0) & (name != "total_conversion_value"))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError([f"paths: {name} of row {row + 1} is {numbers[row]:g}; it must be 0 or more."])
    return numbers


def heuristics(paths: Paths) -> list[PathCredit]:
    """Return first, last, linear and position credit of conversions and of their value.

    Returns
    -------
    list of PathCredit
        One per model and channel. linear gives each touch the same part; position 0.4 to either end and 0.2 to those
        between, the whole to a single touch and halves to two.
    """
    length = np.bincount(paths.path)[paths.path]
    place = np.arange(len(paths.path)) - np.searchsorted(paths.path, paths.path)
    is_first, is_last = place == 0, place == length - 1
    between = np.where(is_first | is_last, 0.4, 0.2 / np.maximum(length - 2, 1))
    parts = {
        "first": is_first * 1.0,
        "last": is_last * 1.0,
        "linear": 1.0 / length,
        "position": np.where(length <= 2, 1.0 / length, between),
    }
    rows = []
    for model, part in parts.items():
        conversions, value = (
            _by_channel(paths, part * column[paths.path]) for column in (paths.conversions, paths.value)
        )
        rows += [PathCredit(model, *row) for row in zip(paths.channels, conversions, value, strict=True)]
    return rows


def _by_channel(paths: Paths, column: Floats) -> list[float]:
    return [float(amount) for amount in np.bincount(paths.touch, column, len(paths.channels))]


def markov(paths: Paths, order: int, self_transitions: bool = True) -> list[PathCredit]:
    """Return the credit of a Markov chain, solved exactly.

    Parameters
    ----------
    paths : Paths
    order : int
        1 to 3: how many channels back the chain remembers. Nearer the start it remembers what there is.
    self_transitions : bool
        Whether a channel met twice in a row is a step.

    Returns
    -------
    list of PathCredit
        All conversions, and their whole value, in proportion to the removal effects; for value a journey that ends is
        worth the mean value of the conversions out of its last state.

    Source
    ------
    Anderl and others, Mapping the customer journey, 2016; docs/methods/paths.md.
    """
    steps = _steps(paths if self_transitions else _without_repeats(paths), order)
    effects, _ = removal_effects(steps)
    conversions = shares(np.nan_to_num(effects[0])) * paths.conversions.sum()
    value = shares(np.nan_to_num(effects[1])) * paths.value.sum()
    model = next(name for name, number in ORDERS.items() if number == order)
    return [
        PathCredit(model, *row)
        for row in zip(
            paths.channels, _plain(conversions), _plain(value), effects[0].tolist(),
            [None if np.isnan(effect) else float(effect) for effect in effects[1]], strict=True,
        )
    ]  # fmt: skip


def _plain(amounts: Floats) -> list[float]:
    return [float(amount) for amount in np.nan_to_num(amounts)]


def _steps(paths: Paths, order: int) -> Steps:
    """Count every step with the channels before it; a path's counts are those of each of its steps."""
    base = len(paths.channels) + 1
    state: NDArray[np.int64] = np.zeros(len(paths.touch), np.int64)
    for back in range(1, order + 1):
        same = paths.path[back:] == paths.path[:-back]
        state[back:] += np.where(same, paths.touch[:-back] + 1, 0) * base ** (back - 1)
    is_last = np.append(paths.path[1:] != paths.path[:-1], True)
    journeys = paths.conversions + paths.nulls
    tally = Tally(("steps", "converted", "reward_0"))
    counts = {
        "steps": journeys[paths.path],
        "converted": is_last * paths.conversions[paths.path],
        "reward_0": is_last * paths.value[paths.path],
    }
    tally.add(np.zeros(len(state), np.int64), state * base + paths.touch + 1, counts)
    return Steps(tally.finish(), base, order, 1)


def _without_repeats(paths: Paths) -> Paths:
    new = np.append(True, (paths.touch[1:] != paths.touch[:-1]) | (paths.path[1:] != paths.path[:-1]))
    return Paths(
        paths.channels, paths.touch[new], paths.path[new], paths.conversions, paths.value, paths.nulls
    )


def measure_paths(
    paths: Paths, orders: tuple[int, ...] = (1, 2, 3), self_transitions: bool = True
) -> list[PathCredit]:
    """Return every heuristic, and Markov chains of the orders asked for."""
    return heuristics(paths) + [row for order in orders for row in markov(paths, order, self_transitions)]
