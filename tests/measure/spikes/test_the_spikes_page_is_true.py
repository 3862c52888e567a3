"""The worked examples on the spikes page, measured."""

import csv
import io
import re
from pathlib import Path

import pytest

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.spikes.detector import detect
from livingroom.measure.spikes.rule import HOUR
from livingroom.measure.spikes.silence import silence

PAGE = (Path(__file__).parents[3] / "docs" / "methods" / "spikes.md").read_text()
BLOCKS = dict(re.findall(r"^```csv (\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


def rows_of(name):
    return list(csv.DictReader(io.StringIO(BLOCKS[name])))


def test_the_spike():
    rows = rows_of("spike")
    volumes = [10.0] * 26 + [float(row["volume"]) for row in rows]

    verdicts = detect((hour * HOUR, volume) for hour, volume in enumerate(volumes))

    assert len(rows) == 3
    for row in rows:
        verdict = verdicts[int(row["hour"])]
        assert verdict.level == float(row["level"])
        assert verdict.z == pytest.approx(float(row["z"]), abs=1e-4)
        assert verdict.is_alert == (row["alert"] == "yes")


def test_the_silence():
    for row in rows_of("silence"):
        found = silence(float(row["observed"]), [40, 50, 45, 45])

        assert not isinstance(found, NotEnoughData)
        assert found.chance == pytest.approx(float(row["chance"]), rel=1e-3)
        assert found.is_silent == (row["is_silent"] == "yes")
