"""The worked examples on docs/methods/lift.md, measured."""

import csv
import io
import re
from pathlib import Path

import pytest

from livingroom.measure.lift.codes import codes_lift
from livingroom.measure.lift.few import few_lift
from livingroom.measure.lift.reading_panels import read_panel
from livingroom.measure.lift.reading_rows import read_rows
from livingroom.measure.lift.tables import read_table

PAGE = Path(__file__).parents[3] / "docs" / "methods" / "lift.md"


def block(name):
    return re.search(rf"^```csv {name}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)[1]


def bold_of(heading):
    """The figures in bold between a heading and its table."""
    part = PAGE.read_text().split(heading)[1].split("### By hand")[1].split("```")[0]
    return [float(figure.rstrip(" %")) for figure in re.findall(r"\*\*\+?([\d.]+(?: %)?)\*\*", part)]


def test_the_unit_that_was_treated(tmp_path):
    path = tmp_path / "few.csv"
    path.write_text(block("few"))

    reading = few_lift(read_panel(path), estimator="did")

    att, share = bold_of("## Few")
    assert reading.average.value == pytest.approx(att)
    assert reading.relative.value * 100 == pytest.approx(share, abs=0.05)


def test_the_lottery(tmp_path):
    path = tmp_path / "codes.csv"
    rows = list(csv.DictReader(io.StringIO(block("codes"))))
    lines = [
        f"{row['won']},{row['redeemed']},{row['revenue']}"
        for row in rows
        for _ in range(int(row["visitors"]))
    ]
    path.write_text("won,redeemed,revenue\n" + "\n".join(lines) + "\n")

    reading = codes_lift(read_rows(read_table(path), outcomes=("revenue",), treated="won", taken="redeemed"))

    each, share, user = bold_of("## Codes")
    assert reading.average.value == pytest.approx(each)
    assert reading.relative.value * 100 == pytest.approx(share)
    assert reading.estimators["used"]["average"].value == pytest.approx(user)
