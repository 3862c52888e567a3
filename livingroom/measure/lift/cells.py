"""Columns of a file as numbers, yes or no, and times; what cannot be read is named with its first examples."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from livingroom.measure.problems import InputError

YES = ("1", "true", "t", "yes", "y", "treated", "treatment", "test", "1.0", "on")
NO = ("0", "false", "f", "no", "n", "control", "held out", "held_out", "holdout", "0.0", "off", "")
EMPTY = ("", "na", "n/a", "nan", "null", "none", ".", "#n/a")

_DAY_FORMATS = ("%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%d %b %Y", "%d-%b-%Y",
                "%b %d, %Y", "%Y-%m-%d %H:%M", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y")  # fmt: skip
_MONTH_FORMATS = ("%Y-%m", "%Y/%m", "%b %Y", "%B %Y", "%m/%Y", "%Ym%m", "%YM%m")


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return any column as trimmed text; what is empty is null."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        column = column.cast(pa.string())
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.is_in(pc.utf8_lower(trimmed), value_set=pa.array(EMPTY)), None, trimmed)


def numbers(column: pa.ChunkedArray, name: str) -> NDArray[np.float64]:
    """Return a column as numbers, nan where it is empty; raise InputError where it holds something else."""
    if (
        pa.types.is_integer(column.type)
        or pa.types.is_floating(column.type)
        or pa.types.is_decimal(column.type)
    ):
        return _floats(column.cast(pa.float64(), safe=False))
    if pa.types.is_boolean(column.type):
        return _floats(column.cast(pa.int8()).cast(pa.float64()))
    text = as_text(column)
    # 1.234,5 and 89,80 are how half the world writes; a comma without a point is then the decimal mark.
    if pc.any(pc.match_substring_regex(text, r"^[+-]?\d+,\d+$")).as_py():
        text = pc.replace_substring(text, ",", ".")
    is_number = pc.match_substring_regex(text, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
    _refuse_if(pc.invert(is_number), text, f"`{name}` holds something that is no number")
    return _floats(
        pc.cast(pc.if_else(pc.starts_with(text, "+"), pc.utf8_slice_codeunits(text, 1), text), pa.float64())
    )


def flags(column: pa.ChunkedArray, name: str, yes: str | None = None) -> NDArray[np.bool_]:
    """Return a column as yes or no; `yes` names the value that means yes, if it is a word of its own."""
    text = pc.utf8_lower(pc.fill_null(as_text(column), ""))
    if yes is not None:
        chosen = pc.equal(text, yes.strip().lower())
        if not pc.any(chosen).as_py():
            raise InputError([f"`{name}` never says {yes!r}."])
        return np.asarray(chosen, dtype=bool)
    is_yes, is_no = (pc.is_in(text, value_set=pa.array(words)) for words in (YES, NO))
    _refuse_if(
        pc.invert(pc.or_(is_yes, is_no)),
        text,
        f"`{name}` holds something that is neither yes (1, true) nor no (0, false)",
    )
    return np.asarray(is_yes, dtype=bool)


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    return np.asarray(pc.fill_null(column, float("nan")), dtype=np.float64)


def _refuse_if(bad: pa.ChunkedArray, text: pa.ChunkedArray, sentence: str) -> None:
    bad = pc.fill_null(bad, False)
    n_bad = pc.sum(bad).as_py() or 0
    if n_bad:
        examples = pc.unique(text.filter(bad)).to_pylist()[:3]
        rows = "1 row" if n_bad == 1 else f"{n_bad:,} rows"
        raise InputError([f"{sentence} in {rows}. For example: {', '.join(map(repr, examples))}."])


Key = int | float | date | datetime | str


def order_times(names: list[str]) -> dict[str, tuple[Key, str]]:
    """Return for each written time what it sorts by and how it is shown: numbers, days, months, quarters, weeks or years.

    Raises InputError if they do not all follow one way of writing.
    """
    dates = map(_by_format, (*_DAY_FORMATS, *_MONTH_FORMATS))
    for read in (_whole_numbers, _weeks, _quarters, _iso, *dates, _decimals):
        found = _read_all(names, read)
        if found is None:
            continue
        if read.__name__ in ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y"):
            found = _evener(found, names, read.__name__)
        return found
    first = next(name for name in names if _read_all([name], _iso) is None and not name.isdigit())
    raise InputError(
        [
            f"Times are not all written in one known way. For example: {first!r}. "
            "Write 2009-06-30, 2009-06, 2009-W26 or whole numbers."
        ]
    )


Reader = Callable[[str], tuple[Key, str]]


def _read_all(names: list[str], read: Reader) -> dict[str, tuple[Key, str]] | None:
    try:
        return {name: read(name) for name in names}
    except ValueError:
        return None


def _whole_numbers(name: str) -> tuple[Key, str]:
    if len(name) == 8 and name.isdigit() and name[:2] in ("19", "20"):
        raise ValueError("A day, not a number.")
    number = float(name) if re.fullmatch(r"-?\d+(\.0*)?", name) else None
    if number is None:
        raise ValueError(name)
    return int(number), str(int(number))


def _decimals(name: str) -> tuple[Key, str]:
    return float(name), name


def _iso(name: str) -> tuple[Key, str]:
    if name.isdigit():
        if len(name) != 8:
            raise ValueError(name)
        found = datetime.strptime(name, "%Y%m%d")  # noqa: DTZ007 - a day has no zone
    else:
        found = datetime.fromisoformat(name).replace(tzinfo=None)
    return found, found.date().isoformat() if found.time() == datetime.min.time() else found.isoformat()


def _by_format(pattern: str) -> Reader:
    def read(name: str) -> tuple[Key, str]:
        found = datetime.strptime(name, pattern)  # noqa: DTZ007 - a day has no zone
        has_day = "%d" in pattern
        return found, found.date().isoformat() if has_day else found.strftime("%Y-%m")

    read.__name__ = pattern
    return read


def _quarters(name: str) -> tuple[Key, str]:
    found = re.fullmatch(r"(\d{4})[- ]?[qQ]([1-4])", name)
    if found is None:
        raise ValueError(name)
    return int(found[1]) * 4 + int(found[2]), f"{found[1]}-Q{found[2]}"


def _weeks(name: str) -> tuple[Key, str]:
    found = re.fullmatch(r"(\d{4})[- ]?[wW](\d{1,2})", name)
    if found is None:
        raise ValueError(name)
    return int(found[1]) * 100 + int(found[2]), f"{found[1]}-W{int(found[2]):02d}"


def _evener(found: dict[str, tuple[Key, str]], names: list[str], pattern: str) -> dict[str, tuple[Key, str]]:
    """Month first or day first: where both can be read, the one whose steps are the more even."""
    swapped = _read_all(
        names, _by_format(pattern.replace("%m", "%x").replace("%d", "%m").replace("%x", "%d"))
    )
    if swapped is None:
        return found
    return found if _n_steps(found) <= _n_steps(swapped) else swapped


def _n_steps(found: dict[str, tuple[Key, str]]) -> int:
    days = sorted(key for key, _ in found.values() if isinstance(key, datetime))
    steps: set[timedelta] = {later - sooner for sooner, later in pairwise(days)}
    return len(steps)
