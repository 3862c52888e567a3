"""`livingroom measure design …` on files."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from livingroom.measure.cli import measure
from livingroom.measure.design.assignment import Design
from tests.measure.design.worlds import history


def run(*arguments):
    return CliRunner().invoke(measure, ["design", *map(str, arguments)])


def written(path, panel):
    lines = ["unit,time,outcome"]
    for row, unit in enumerate(panel.units):
        lines += [f"{unit},{day},{panel.outcome[row, at]:.2f}" for at, day in enumerate(panel.times)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return written(tmp_path_factory.mktemp("history") / "panel.csv", history(20, 180))


def test_a_holdout_is_planned_and_written(places, tmp_path):
    out = tmp_path / "design.json"

    result = run("--history", places, "--kind", "geo", "--days", 60, "--lift", 0.05, "--seed", 7,
                 "--starts", "2009-09-01", "--out", out)  # fmt: skip

    assert result.exit_code == 0, result.output
    design = Design.from_json(out.read_text())
    assert design.is_as_drawn()
    assert str(design.starts_on) == "2009-09-01"
    assert "smallest lift" in result.output
    assert "seed 7" in result.output


def test_the_same_seed_gives_the_same_log(places):
    arguments = (
        "--history",
        places,
        "--kind",
        "switchback",
        "--days",
        120,
        "--block-days",
        20,
        "--seed",
        7,
        "--json",
    )

    first, second = run(*arguments), run(*arguments)

    assert first.exit_code == 0, first.output
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)["wash_out_days"] == 10


def test_a_switchback_shows_its_calendar(places):
    result = run("--history", places, "--kind", "switchback", "--days", 120, "--block-days", 20, "--seed", 7,
                 "--units", "place 00, place 01,place 02", "--starts", "2009-09-01")  # fmt: skip

    assert result.exit_code == 0, result.output
    assert "01 Sep" in result.output
    assert "●" in result.output
    assert "place 03" not in result.output


def test_one_branch(places):
    result = run("--history", places, "--kind", "single", "--units", "place 04", "--days", 120, "--block-days", 3,
                 "--horizon", 6, "--seed", 7, "--json")  # fmt: skip

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["rule"]["rule"] == "coin points"


def test_codes_need_no_history():
    result = run(
        "--kind", "codes", "--visitors-a-day", 400, "--mean", 0.03, "--days", 60, "--seed", 7, "--json"
    )

    found = json.loads(result.stdout)
    assert found["assignments"] == []
    assert found["power"]["n"] == 24_000


def test_people_from_a_file(tmp_path):
    generator = np.random.default_rng(0)
    rows = [
        f"c{at},{generator.gamma(0.3, 20):.2f},{generator.gamma(0.3, 20):.2f},{'ab'[at % 2]}"
        for at in range(600)
    ]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["customer_id,outcome,pre,stratum", *rows]) + "\n")

    result = run(
        "--history", path, "--kind", "people", "--unit", "customer_id", "--days", 30, "--seed", 7, "--json"
    )

    assert result.exit_code == 0, result.output
    arms = [line["arm"] for line in json.loads(result.stdout)["assignments"]]
    assert arms.count("treated") == 300


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--kind", "geo", "--days", 60), "Give --history"),
        (("--kind", "codes", "--days", 60), "--visitors-a-day"),
        (("--kind", "geo", "--days", 60, "--share", 1.5, "--history", "x.csv"), "--share is a share"),
        (("--kind", "geo", "--days", 60, "--lift", 0, "--history", "x.csv"), "--lift"),
        (("--kind", "geo", "--days", 60, "--history", "not there.csv"), "no file"),
    ],
)
def test_what_cannot_be_planned_is_said_and_ends_with_status_2(arguments, says):
    result = run(*arguments, "--seed", 7)

    assert result.exit_code == 2
    assert says in result.output


def test_a_refusal_gives_its_reason_as_json_and_writes_nothing(places, tmp_path):
    out = tmp_path / "design.json"

    result = run("--history", places, "--kind", "switchback", "--days", 120, "--block-days", 20, "--wash-out", 4,
                 "--seed", 7, "--json", "--out", out)  # fmt: skip

    assert result.exit_code == 2
    assert "shorter than the 10 days" in json.loads(result.stdout)["refused"]
    assert not out.exists()


def test_missing_days_are_named(places, tmp_path):
    lines = places.read_text().splitlines()
    gap = tmp_path / "gap.csv"
    gap.write_text("\n".join(line for line in lines if "2009-03-03" not in line) + "\n")

    result = run("--history", gap, "--kind", "geo", "--days", 60, "--seed", 7)

    assert result.exit_code == 2
    assert "no row for some days" in result.output
