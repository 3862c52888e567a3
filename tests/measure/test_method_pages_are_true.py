"""The worked examples on the method pages, measured."""

import csv
import io
import re
from pathlib import Path

import pytest

from livingroom.measure import credit, evidence
from livingroom.measure.engine import connect
from livingroom.measure.paths import markov, read_paths

METHODS = Path(__file__).parents[2] / "docs" / "methods"


def tables_of(page, tmp_path):
    """Every table on a page: a fenced block that opens with csv and the table's name."""
    blocks = re.findall(r"^```csv (\w+)\n(.*?)^```$", (METHODS / page).read_text(), re.MULTILINE | re.DOTALL)
    for name, text in blocks:
        (tmp_path / f"{name}.csv").write_text(text)
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in blocks}


def test_the_credit_page(tmp_path):
    page = tables_of("credit.md", tmp_path)

    with connect(threads=1) as connection:
        rows = credit.assign(
            connection, touches=tmp_path / "touches.csv", orders=tmp_path / "orders.csv"
        ).rows.to_pylist()

    found = {(row["touch_id"], row["model"]): row for row in rows}
    assert len(page["credit"]) == len(found) == 15
    for expected in page["credit"]:
        row = found[expected["touch_id"], expected["model"]]
        assert row["amount_minor"] == int(expected["amount_minor"])
        assert row["share"] == pytest.approx(float(expected["share"]), abs=1e-9)


def test_the_credit_page_on_models_that_learn(tmp_path):
    page = tables_of("credit.md", tmp_path)
    models = ("markov", "markov_2", "shapley", "shapley_rate")

    with connect(threads=1) as connection:
        found = credit.assign(
            connection, touches=tmp_path / "touches.csv", orders=tmp_path / "orders.csv", models=models
        )

    rows = {(row["touch_id"], row["model"]): row for row in found.rows.to_pylist()}
    assert len(page["learned"]) == len(rows) == 12
    for expected in page["learned"]:
        row = rows[expected["touch_id"], expected["model"]]
        assert row["amount_minor"] == int(expected["amount_minor"])
        assert row["share"] == pytest.approx(float(expected["share"]), abs=1e-9)
    values = {(value.model, value.channel): value.value for value in found.channels}
    expected_values = {(row["model"], row["channel"]): float(row["value"]) for row in page["values"]}
    assert values == pytest.approx(expected_values, abs=1e-9)


def test_the_paths_page(tmp_path):
    page = tables_of("paths.md", tmp_path)

    found = {row.channel: row for row in markov(read_paths(tmp_path / "paths.csv"), 1)}

    for expected in page["credit"]:
        row = found.pop(expected.pop("channel"))
        assert {name: getattr(row, name) for name in expected} == pytest.approx(
            {name: float(text) for name, text in expected.items()}
        )
    assert found == {}


def test_the_evidence_page(tmp_path):
    page = tables_of("evidence.md", tmp_path)

    with connect(threads=1) as connection:
        result = evidence.grade(connection, touches=tmp_path / "touches.csv", orders=tmp_path / "orders.csv")

    names = list(page["evidence"][0])
    found = [{name: row[name] or "" for name in names} for row in result.rows.to_pylist()]
    assert found == page["evidence"]
    text = (METHODS / "evidence.md").read_text()
    assert f"**{result.summary.floor_minor('USD') / 100:,.2f} USD**" in text
    assert f"**{result.summary.ceiling_minor('USD') / 100:,.2f} USD**" in text


def test_every_grade_is_on_the_page(tmp_path):
    grades = {row["grade"] for row in tables_of("evidence.md", tmp_path)["evidence"]}

    assert grades == {"A", "B", "C", "D", "E", "none"}
