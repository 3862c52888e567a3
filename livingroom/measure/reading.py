"""How each column of an input table is read: the expression that gives its value, and what can be wrong with it.

The expressions for typed columns (whole numbers, decimals, zoned times, text) are portable; those for times written as
text are DuckDB's alone, and `spark/sources.py` knows which is which.
"""

from dataclasses import dataclass

from livingroom.measure.columns import KINDS, UNATTRIBUTED, Column
from livingroom.measure.currencies import DECIMALS
from livingroom.measure.engine import quoted

SMALL_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
FLOATS = {"FLOAT", "DOUBLE"}
ZONED_TIMES = {"TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"}
NAIVE_TIMES = {"TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S", "DATE", "DATETIME"}

_YEAR_1971_US = 31_536_000_000_000
_YEAR_2200_US = 7_258_118_400_000_000
# Beyond this, a double no longer holds every whole number, and shares of it would not be exact.
_LARGEST_MINOR = 2**53


@dataclass(frozen=True)
class Fault:
    """A condition on a raw row, the column that it is about and the sentence a person reads."""

    condition: str
    column: str
    sentence: str


@dataclass(frozen=True)
class Reading:
    """A column's value as SQL, the faults for which a row is rejected, and those that are only noted."""

    value: str
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    unreadable: str | None = None


def read_column(column: Column, duckdb_type: str, as_text: bool = False) -> Reading:
    """Return how to read one column of the given type; `as_text` makes an id text even if it is a whole number."""
    raw, text = f'r."{column.name}"', f"nullif(trim(CAST(r.\"{column.name}\" AS VARCHAR)), '')"
    if column.holds == "id":
        return _id(column, raw, duckdb_type, as_text)
    if column.holds == "time":
        return _time(column, raw, duckdb_type)
    if column.holds == "minor":
        return _minor(column, raw, duckdb_type)
    if column.holds == "choice":
        return _choice(column, f"lower({text})")
    if column.holds == "currency":
        return _currency(column, f"upper({text})")
    if column.holds == "code":
        return Reading(f"upper({text})")
    return _text(column, text)


def is_whole_id(duckdb_type: str) -> bool:
    """Whether ids of this type are kept as whole numbers."""
    return duckdb_type in SMALL_INTEGERS or duckdb_type in FLOATS


def _id(column: Column, raw: str, duckdb_type: str, as_text: bool) -> Reading:
    if duckdb_type in FLOATS:
        # A column of whole numbers with gaps often arrives as floats; NaN is then a gap.
        given = f"CASE WHEN isnan({raw}) THEN NULL ELSE {raw} END"
        whole = f"TRY_CAST({given} AS BIGINT)"
        broken = Fault(
            f"{given} IS NOT NULL AND {whole} IS DISTINCT FROM {given}", column.name, "is not a whole number"
        )
        return Reading(
            f"CAST({whole} AS VARCHAR)" if as_text else whole,
            (*_empty(column, f"{given} IS NULL"), broken),
            _gap(column, given),
        )
    if duckdb_type in SMALL_INTEGERS and not as_text:
        return Reading(f"CAST({raw} AS BIGINT)", _empty(column, f"{raw} IS NULL"), _gap(column, raw))
    text = f"CAST({raw} AS VARCHAR)"
    value = f"nullif({text}, '')"
    # Two plain comparisons, which a Parquet file's own notes can answer, instead of one with a function.
    return Reading(value, _empty(column, f"{text} IS NULL OR {text} = ''"), _gap(column, value))


def _empty(column: Column, missing: str) -> tuple[Fault, ...]:
    must = (column.is_required and not column.may_be_empty) or column.name == "touch_id"
    return (Fault(missing, column.name, "is empty"),) if must else ()


def _gap(column: Column, value: str) -> tuple[Fault, ...]:
    sentence = "is empty; only the order's own click and answer can speak for it"
    return (Fault(f"{value} IS NULL", column.name, sentence),) if column.may_be_empty else ()


def _time(column: Column, raw: str, duckdb_type: str) -> Reading:
    if duckdb_type in NAIVE_TIMES:
        return Reading(
            "NULL",
            unreadable=f"{column.name} holds {duckdb_type} without a time zone; give UTC with its zone",
        )
    if duckdb_type in ZONED_TIMES:
        value = f"epoch_us(CAST({raw} AS TIMESTAMPTZ))"
        return Reading(
            value, (Fault(f"{raw} IS NULL", column.name, "is empty"), *_out_of_range(column, value))
        )
    if duckdb_type in SMALL_INTEGERS:
        value = f"CAST({raw} AS BIGINT)"
        return Reading(
            value,
            (Fault(f"{raw} IS NULL", column.name, "is empty"), *_out_of_range(column, value)),
            _notes_of_time(column, value),
        )
    if duckdb_type != "VARCHAR":
        return Reading("NULL", unreadable=f"{column.name} holds {duckdb_type}; {column.about}")
    return _time_from_text(column, f"nullif(trim({raw}), '')")


def _time_from_text(column: Column, text: str) -> Reading:
    digits = f"regexp_full_match({text}, '-?[0-9]+')"
    zoned = f"regexp_full_match({text}, '.*:[0-9]{{2}}.*([Zz]|[+-][0-9]{{2}}(:?[0-9]{{2}})?)')"
    value = (
        f"CASE WHEN {digits} THEN TRY_CAST({text} AS BIGINT) "
        f"WHEN {zoned} THEN epoch_us(TRY_CAST({text} AS TIMESTAMPTZ)) END"
    )
    faults = (
        Fault(f"{text} IS NULL", column.name, "is empty"),
        Fault(
            f"NOT {digits} AND NOT {zoned} AND TRY_CAST({text} AS TIMESTAMP) IS NOT NULL",
            column.name,
            "has no time zone; write 2009-06-30T12:00:00Z or 2009-06-30T14:00:00+02:00",
        ),
        Fault(
            f"({value}) IS NULL", column.name, "is no time (ISO 8601 with zone, or whole microseconds UTC)"
        ),
        *_out_of_range(column, f"({value})"),
    )
    return Reading(value, faults, _notes_of_time(column, f"({value})"))


def _out_of_range(column: Column, value: str) -> tuple[Fault, ...]:
    return (
        Fault(f"{value} < 0", column.name, "lies before 1970"),
        Fault(f"{value} > {_YEAR_2200_US}", column.name, "lies after 2200; are these nanoseconds?"),
    )


def _notes_of_time(column: Column, value: str) -> tuple[Fault, ...]:
    sentence = "lies in 1970; are these seconds or milliseconds instead of microseconds?"
    return (Fault(f"{value} < {_YEAR_1971_US}", column.name, sentence),)


def _choice(column: Column, text: str) -> Reading:
    listed = ", ".join(quoted(choice) for choice in column.choices)
    value = f"coalesce({text}, {quoted(column.default)})" if column.default else text
    sentence = f"is none of {', '.join(column.choices)}"
    return Reading(value, (Fault(f"{text} NOT IN ({listed})", column.name, sentence),))


def _currency(column: Column, text: str) -> Reading:
    known = ", ".join(quoted(code) for code in DECIMALS)
    faults = (
        Fault(f"{text} IS NULL", column.name, "is empty"),
        Fault(f"{text} NOT IN ({known})", column.name, "is no currency code of ISO 4217"),
    )
    return Reading(text, faults)


def _text(column: Column, text: str) -> Reading:
    if column.name == "kind":
        known = ", ".join(quoted(kind) for kind in KINDS)
        note = Fault(
            f"lower({text}) NOT IN ({known})",
            column.name,
            "is not one of the known kinds; counted as a touch",
        )
        return Reading(f"coalesce(lower({text}), 'click')", (), (note,))
    faults: tuple[Fault, ...] = ()
    if column.is_required:
        faults += (Fault(f"{text} IS NULL", column.name, "is empty"),)
    if column.name == "channel":
        faults += (
            Fault(
                f"{text} = {quoted(UNATTRIBUTED)}", column.name, "is a name kept for orders without a touch"
            ),
        )
    return Reading(text, faults)


def _minor(column: Column, raw: str, duckdb_type: str) -> Reading:
    if duckdb_type in SMALL_INTEGERS:
        return _whole_minor(column, raw)
    text = f"nullif(trim(CAST({raw} AS VARCHAR)), '')"
    exact = f"TRY_CAST({text} AS DECIMAL(38, 6))"
    faults = (
        Fault(f"{text} IS NULL", column.name, "is empty"),
        Fault(
            f"{exact} IS NULL OR {exact} <> round({exact})",
            column.name,
            "is not a whole number of minor units",
        ),
        Fault(f"abs({exact}) > {_LARGEST_MINOR}", column.name, "is larger than can be divided exactly"),
    )
    negative = Fault(f"{exact} < 0", column.name, "is negative; its credit is negative too")
    return Reading(f"CAST(round({exact}) AS BIGINT)", faults, (negative,))


def _whole_minor(column: Column, raw: str) -> Reading:
    value = f"CAST({raw} AS BIGINT)"
    faults = (
        Fault(f"{raw} IS NULL", column.name, "is empty"),
        Fault(
            f"{value} NOT BETWEEN -{_LARGEST_MINOR} AND {_LARGEST_MINOR}",
            column.name,
            "is larger than can be divided exactly",
        ),
    )
    return Reading(
        value, faults, (Fault(f"{value} < 0", column.name, "is negative; its credit is negative too"),)
    )


def read_revenue(column: Column, duckdb_type: str, currency: str) -> Reading:
    """Return how to read a decimal amount as whole minor units of the currency that `currency` gives for the row."""
    raw = f'r."{column.name}"'
    text = f"nullif(trim(CAST({raw} AS VARCHAR)), '')"
    # A float is rounded to six decimals first, so that 0.1 + 0.2 is 0.3 and not finer than a cent.
    is_exact = duckdb_type.startswith("DECIMAL") or duckdb_type in SMALL_INTEGERS
    amount = f"TRY_CAST({raw if is_exact or duckdb_type in FLOATS else text} AS DECIMAL(26, 6))"
    cases = " ".join(
        f"WHEN {currency} IN ({', '.join(quoted(c) for c, d in DECIMALS.items() if d == decimals)}) THEN {10**decimals}"
        for decimals in (0, 3, 4)
    )
    scaled = f"({amount} * (CASE {cases} ELSE 100 END))"
    faults = (
        Fault(f"{raw if is_exact else text} IS NULL", column.name, "is empty"),
        Fault(f"{amount} IS NULL", column.name, "is not a decimal number, such as 12.50"),
        Fault(f"abs({scaled}) > {_LARGEST_MINOR}", column.name, "is larger than can be divided exactly"),
    )
    notes = (
        Fault(
            f"{scaled} <> round({scaled})",
            column.name,
            "is finer than the currency goes; rounded half away from zero",
        ),
        Fault(f"{scaled} < 0", column.name, "is negative; its credit is negative too"),
    )
    return Reading(f"CAST(round({scaled}) AS BIGINT)", faults, notes)
