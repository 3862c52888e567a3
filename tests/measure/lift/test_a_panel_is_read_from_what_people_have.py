"""Files as they come: other column names, other dates, holes, and what cannot be read named with an example."""

import gzip
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from livingroom.measure.lift.reading_panels import read_panel
from livingroom.measure.lift.windows import with_treated_units, within
from livingroom.measure.problems import InputError

ROWS = [
    ("nl", "2009-07-02", "12.5", "1"),
    ("nl", "2009-07-01", "10", "0"),
    ("de", "2009-07-01", "20", "0"),
    ("de", "2009-07-02", "21", "0"),
]


def written(path, rows, header=("unit", "time", "outcome", "treated"), delimiter=","):
    path.write_text("\n".join(delimiter.join(row) for row in [header, *rows]) + "\n")
    return path


def test_rows_in_any_order_become_units_by_times(tmp_path):
    panel = read_panel(written(tmp_path / "panel.csv", ROWS))

    assert panel.units == ("nl", "de")
    assert panel.times == ("2009-07-01", "2009-07-02")
    assert panel.outcome.tolist() == [[10.0, 12.5], [20.0, 21.0]]
    assert panel.treated.tolist() == [[False, True], [False, False]]
    assert panel.pre.tolist() == [True, False]
    assert panel.notes == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_common_delimiter_is_read(tmp_path, delimiter):
    panel = read_panel(written(tmp_path / "panel.csv", ROWS, delimiter=delimiter))

    assert panel.outcome.sum() == 63.5


def test_parquet_gzip_and_tables_say_the_same_as_csv(tmp_path):
    plain = written(tmp_path / "panel.csv", ROWS)
    with gzip.open(tmp_path / "panel.csv.gz", "wt") as file:
        file.write(plain.read_text())
    names = ("unit", "time", "outcome", "treated")
    table = pa.table(
        {
            name: [row[place] for row in ROWS] if name != "outcome" else [float(row[place]) for row in ROWS]
            for place, name in enumerate(names)
        }
    )
    pq.write_table(table, tmp_path / "panel.parquet")

    panels = [
        read_panel(source) for source in (plain, tmp_path / "panel.csv.gz", tmp_path / "panel.parquet", table)
    ]

    for panel in panels[1:]:
        assert panel.units == panels[0].units
        assert np.array_equal(panel.outcome, panels[0].outcome)
        assert np.array_equal(panel.treated, panels[0].treated)


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        (("1", "2", "10"), ("1", "2", "10")),
        (("1970.0", "1971.0", "1972.0"), ("1970", "1971", "1972")),
        (("30.06.2009", "01.07.2009", "02.07.2009"), ("2009-06-30", "2009-07-01", "2009-07-02")),
        (("06/30/2009", "07/01/2009", "07/02/2009"), ("2009-06-30", "2009-07-01", "2009-07-02")),
        (("01/07/2009", "02/07/2009", "03/07/2009"), ("2009-07-01", "2009-07-02", "2009-07-03")),
        (("20090630", "20090701", "20090702"), ("2009-06-30", "2009-07-01", "2009-07-02")),
        (("2009-06-30T00:00:00Z", "2009-07-01", "2009-07-02"), ("2009-06-30", "2009-07-01", "2009-07-02")),
        (("2009-6", "2009-11", "2010-1"), ("2009-06", "2009-11", "2010-01")),
        (("2009Q4", "2010Q1", "2010Q2"), ("2009-Q4", "2010-Q1", "2010-Q2")),
        (("2009-W52", "2009-W53", "2010-W01"), ("2009-W52", "2009-W53", "2010-W01")),
    ],
)
def test_times_are_put_in_their_own_order(tmp_path, times, shown):
    rows = [("nl", time, str(place), "0") for place, time in enumerate(times)]

    panel = read_panel(written(tmp_path / "panel.csv", reversed(rows)))

    assert panel.times == shown
    assert panel.outcome[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize("yes", ["1", "true", "TRUE", "t", "yes", "treated", "1.0"])
def test_yes_is_written_in_many_ways(tmp_path, yes):
    rows = [(unit, time, outcome, yes if flag == "1" else "no") for unit, time, outcome, flag in ROWS]

    assert read_panel(written(tmp_path / "panel.csv", rows)).treated.sum() == 1


def test_a_decimal_comma_is_read(tmp_path):
    rows = [(unit, time, outcome.replace(".", ","), flag) for unit, time, outcome, flag in ROWS]

    assert read_panel(written(tmp_path / "panel.csv", rows, delimiter=";")).outcome[0, 1] == 12.5


def test_missing_cells_are_empty_and_said_so(tmp_path):
    panel = read_panel(written(tmp_path / "panel.csv", [*ROWS[:3], ("de", "2009-07-02", "NA", "0")]))

    assert np.isnan(panel.outcome[1, 1])
    assert panel.notes == ("1 of 4 cells are empty. For example: de at 2009-07-02.",)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([*ROWS, ROWS[0]], "1 cell come more than once. For example: nl at 2009-07-02"),
        ([*ROWS[:3], ("de", "2009-07-02", "many", "0")], "`outcome` holds something that is no number"),
        ([*ROWS[:3], ("de", "2009-07-02", "1", "perhaps")], "`treated` holds something that is neither"),
        ([*ROWS[:3], ("de", "soon", "1", "0")], "For example: 'soon'"),
        ([*ROWS[:3], ("", "2009-07-02", "1", "0")], "`unit` is empty"),
    ],
)
def test_what_cannot_be_read_is_named_with_an_example(tmp_path, rows, sentence):
    with pytest.raises(InputError, match=sentence.replace("(", r"\(")):
        read_panel(written(tmp_path / "panel.csv", rows))


def test_missing_columns_are_all_named(tmp_path):
    path = written(tmp_path / "panel.csv", ROWS, header=("country", "day", "outcome", "treated"))

    with pytest.raises(InputError) as refused:
        read_panel(path)

    assert len(refused.value.sentences) == 2
    assert "say with --unit" in str(refused.value)


def test_treated_units_and_window_can_be_said_by_hand(tmp_path):
    times = [f"2009-07-{day:02d}" for day in range(1, 7)]
    rows = [(unit, time, "1") for unit in ("nl", "de", "fr") for time in times]
    panel = read_panel(
        written(tmp_path / "panel.csv", rows, header=("unit", "time", "outcome")), treated=None
    )

    panel = within(with_treated_units(panel, ("NL",)), "2009-07-03", "5")

    assert panel.times == tuple(times[:5])
    assert panel.treated.tolist() == [[False, False, True, True, True], [False] * 5, [False] * 5]
    assert panel.pre.tolist() == [True, True, False, False, False]


def test_an_unknown_unit_or_time_is_named(tmp_path):
    panel = read_panel(written(tmp_path / "panel.csv", ROWS))

    with pytest.raises(InputError, match="There is no unit 'be'"):
        with_treated_units(panel, ("be",))
    with pytest.raises(InputError, match="--from 2010-01-01 is no time of the file"):
        within(panel, "2010-01-01", None)


def test_blocks_and_strata_are_taken_along_and_must_not_contradict(tmp_path):
    header = ("unit", "time", "outcome", "treated", "block", "stratum")
    rows = [(*row, "b" if row[1] == "2009-07-02" else "a", "west") for row in ROWS]
    torn = [(*row[:4], row[4], "east" if row[1] == "2009-07-02" else "west") for row in rows]

    panel = read_panel(written(tmp_path / "panel.csv", rows, header=header))

    assert panel.block.tolist() == [0, 1]
    assert panel.stratum == ("west", "west")
    with pytest.raises(InputError, match="two strata for the same unit"):
        read_panel(written(tmp_path / "torn.csv", torn, header=header))


def test_a_part_of_a_panel_keeps_its_shape(tmp_path):
    panel = replace(read_panel(written(tmp_path / "panel.csv", ROWS)), stratum=("a", "b"))

    part = panel.only(units=np.array([False, True]), because="it is small")

    assert part.units == ("de",)
    assert part.stratum == ("b",)
    assert part.notes == ("Left away, because it is small: nl.",)
