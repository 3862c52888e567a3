"""The answer to "Twitter alone?" on the evidence page, measured."""

import csv
import io
import re
from pathlib import Path

from livingroom.measure.engine import connect
from livingroom.measure.overlap import overlap
from livingroom.measure.summary import CEILING, FLOOR

PAGE = (Path(__file__).parents[2] / "docs" / "methods" / "evidence.md").read_text()


def test_the_alone_table(tmp_path):
    blocks = dict(re.findall(r"^```csv (\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    for name in ("touches", "orders"):
        (tmp_path / f"{name}.csv").write_text(blocks[name])

    with connect(threads=1) as connection:
        counted = overlap(connection, touches=tmp_path / "touches.csv", orders=tmp_path / "orders.csv")

    expected = list(csv.DictReader(io.StringIO(blocks["alone"])))
    assert len(expected) == 5
    for row in expected:
        there = counted.presence(row["channel"], "USD", {"floor": FLOOR, "ceiling": CEILING}[row["range"]])
        found = {name: f"{getattr(there, name).revenue_minor / 100:.2f}" for name in list(row)[2:]}
        assert found == {name: row[name] for name in found}
