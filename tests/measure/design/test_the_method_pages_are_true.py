"""The worked examples of docs/methods/design.md and calibration.md."""

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest

from livingroom.measure.calibration import BranchTest, calibrate
from livingroom.measure.design.bojinov import optimal_points, risk
from livingroom.measure.estimate import Estimate

METHODS = Path(__file__).parents[3] / "docs" / "methods"
ENDED = date(2009, 6, 30)


def tables_of(page):
    blocks = re.findall(r"^```csv (\w+)\n(.*?)^```$", (METHODS / page).read_text(), re.MULTILINE | re.DOTALL)
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in blocks}


def test_the_points_of_a_single_branch():
    rows = tables_of("design.md")["points"]

    for row in rows:
        points = [int(point) for point in row["points"].split()]
        assert risk(int(row["periods"]), points, int(row["carry_over"])) == pytest.approx(
            float(row["risk"]), abs=1e-9
        )
    assert " ".join(map(str, optimal_points(12, 2))) == rows[0]["points"]


def test_the_factors_of_three_branches():
    page = tables_of("calibration.md")
    tests = [
        BranchTest(
            row["branch"],
            float(row["added"]) / float(row["evidence"]),
            float(row["standard_error"]) / float(row["evidence"]),
            ENDED,
            24,
        )
        for row in page["tests"]
    ]

    calibration = calibrate(tests)

    assert len(page["factors"]) == 3
    for row in page["factors"]:
        found = calibration.factor(row["branch"], ENDED)
        assert isinstance(found, Estimate)
        expected = tuple(float(row[name]) for name in ("value", "low", "high"))
        assert (found.value, found.low, found.high) == pytest.approx(expected, abs=6e-5)
