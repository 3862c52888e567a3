"""`livingroom measure lift …`: what it prints, what it refuses, and with which exit status."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

from livingroom.measure.cli import measure
from livingroom.measure.lift.geo import geo_lift
from livingroom.measure.lift.simulate import few_world, geo_world, switchback_world
from tests.measure.lift.data import logged_holdout, published

ESTIMATE = ["value", "low", "high", "level", "n", "method"]


def run(*arguments):
    return CliRunner().invoke(measure, ["lift", *map(str, arguments)])


def written(path, panel, columns=("unit", "time", "outcome", "treated")):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row, unit in enumerate(panel.units):
            for at, time in enumerate(panel.times):
                writer.writerow(
                    [unit, time, repr(float(panel.outcome[row, at])), int(panel.treated[row, at])]
                )
    return path


def test_a_holdout_answers_with_an_estimate_at_the_top(tmp_path):
    world = geo_world(0.2, seed=21)

    result = run("--panel", written(tmp_path / "panel.csv", world.panel), "--design", "geo", "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert list(answer)[:6] == ESTIMATE
    assert answer["value"] == pytest.approx(geo_lift(world.panel).relative.value)
    assert answer["badge"] == "tested"


def test_the_screen_says_it_in_a_sentence(tmp_path):
    world = geo_world(0.2, seed=21)

    result = run("--panel", written(tmp_path / "panel.csv", world.panel), "--design", "geo")

    assert result.stdout.startswith("There was a lift: +2")
    assert "with 95% confidence (tested)." in result.stdout
    assert "✓ balance" in result.stdout


def test_a_refusal_is_an_answer(tmp_path):
    world = geo_world(0.2, seed=21, n_units=10)

    path = written(tmp_path / "panel.csv", world.panel)

    result = run("--panel", path, "--design", "geo", "--json")
    assert result.exit_code == 0
    assert "at least 16" in json.loads(result.stdout)["refused"]
    assert run("--panel", path, "--design", "geo").stdout.startswith("No verdict. A holdout of units")


def test_the_assignment_log_is_read(tmp_path):
    panel, design = logged_holdout(0.1, 5)
    log = tmp_path / "design.json"
    log.write_text(json.dumps(design.as_json()))

    result = run(
        "--panel", written(tmp_path / "panel.csv", panel), "--design", "geo", "--assignment", log, "--json"
    )

    answer = json.loads(result.stdout)
    assert answer["value"] == pytest.approx(geo_lift(panel, assignment=design).relative.value)
    assert "assignment log" in [check["name"] for check in answer["checks"]]


def test_a_test_that_still_runs_is_read_with_bounds_that_hold_at_every_look(tmp_path):
    panel, design = logged_holdout(0.2, 5)
    log = tmp_path / "design.json"
    log.write_text(json.dumps(design.as_json()))
    part = panel.only(times=np.arange(len(panel.times)) < 55)
    path = written(tmp_path / "panel.csv", part)

    result = run("--panel", path, "--design", "geo", "--assignment", log, "--json")

    answer, plain = json.loads(result.stdout), geo_lift(part, assignment=design).relative
    assert answer["notes"][0].startswith("A look after 15 of 30 days")
    assert answer["value"] == pytest.approx(plain.value)
    assert answer["low"] < plain.low < plain.high < answer["high"]


def test_a_switchback_is_read_with_its_wash_out(tmp_path):
    path = written(tmp_path / "panel.csv", switchback_world(0.1, 1, n_units=24).panel)

    result = run("--panel", path, "--design", "switchback", "--wash-out", "10", "--horizon", "10", "--json")

    answer = json.loads(result.stdout)
    assert answer["low"] < 0.1 < answer["high"]
    assert answer["cannibalised"]["value"] > 0


def test_the_published_cities_by_name_and_place():
    result = run(
        *("--panel", published("geolift_test.csv"), "--design", "few", "--unit", "location"),
        *("--time", "date", "--outcome", "Y", "--treated-units", "chicago,portland"),
        *("--from", "91", "--to", "105", "--estimator", "sc_intercept", "--json"),
    )

    answer = json.loads(result.stdout)
    assert answer["value"] == pytest.approx(0.054, abs=0.0005)
    assert answer["average"]["value"] == pytest.approx(155.556, abs=0.0005)
    assert answer["total"]["value"] == pytest.approx(4667, abs=0.5)
    assert list(answer["weights"])[:3] == ["cincinnati", "miami", "baton rouge"]
    assert answer["badge"] == "modelled, not tested"
    assert set(answer["estimators"]) == {"sdid", "sc_intercept", "sc", "did"}


def test_the_published_tax_by_column_names():
    result = run(
        *("--panel", published("california_prop99.csv"), "--design", "few", "--unit", "State"),
        *("--time", "Year", "--outcome", "PacksPerCapita", "--json"),
    )

    estimators = json.loads(result.stdout)["estimators"]
    assert estimators["sdid"]["average"]["value"] == pytest.approx(-15.604, abs=0.0005)
    assert estimators["sc"]["average"]["value"] == pytest.approx(-19.5, abs=0.02)
    assert estimators["did"]["average"]["value"] == pytest.approx(-27.349, abs=0.0005)


def test_the_published_mail_experiment():
    result = run(
        *(
            "--panel",
            published("hillstrom.csv.gz"),
            "--design",
            "people",
            "--outcome",
            "visit,conversion,spend",
        ),
        *("--treated", "segment", "--treated-value", "Mens E-Mail", "--held-out-value", "No E-Mail"),
        *("--share", "0.5", "--json"),
    )

    answer = json.loads(result.stdout)
    assert answer["average"]["value"] == pytest.approx(0.0766, abs=5e-5)
    assert answer["estimators"]["spend"]["average"]["low"] == pytest.approx(0.485, abs=5e-4)


def test_history_with_a_column_for_each_series():
    result = run(
        *("--panel", published("causalimpact_comparison.csv"), "--design", "history", "--time", "DATE"),
        *("--outcome", "CHANGED", "--controls", "NOT_CHANGED_1,NOT_CHANGED_2", "--from", "2019-07-15"),
        "--json",
    )

    answer = json.loads(result.stdout)
    assert answer["is_tested"] is False
    assert answer["average"]["low"] < -657 < answer["average"]["high"]


def test_history_from_a_panel(tmp_path):
    path = written(tmp_path / "panel.csv", few_world(0.1, 1, n_units=4).panel)

    result = run("--panel", path, "--design", "history", "--controls", "unit 01", "--json")

    assert list(json.loads(result.stdout))[:6] == ESTIMATE


def test_a_lottery_of_codes_without_bounds_is_still_valid_json(tmp_path):
    path = tmp_path / "draws.csv"
    rows = [f"{number % 2},{int(number in (1, 3))},{number % 7}" for number in range(200)]
    path.write_text("won,redeemed,revenue\n" + "\n".join(rows) + "\n")

    result = run(
        *("--panel", path, "--design", "codes", "--treated", "won", "--taken", "redeemed"),
        *("--outcome", "revenue", "--json"),
    )

    used = json.loads(result.stdout)["estimators"]["used"]["average"]
    assert used["low"] is None
    assert "unbounded" in used["method"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--design", "geo", "--unit", "country"), "There is no column `country`: say with --unit"),
        (("--design", "few", "--treated-units", "atlantis"), "There is no unit 'atlantis'"),
        (("--design", "geo", "--from", "1890-01-01"), "--from 1890-01-01 is no time of the file"),
        (("--design", "geo", "--assignment", "no.json"), "no.json is no assignment log"),
        (("--design", "people", "--held-out-value", "no"), "say the other with --treated-value"),
    ],
)
def test_bad_input_is_said_and_ends_with_two(tmp_path, arguments, sentence):
    path = written(tmp_path / "panel.csv", geo_world(0.1, 1, n_pre=3, n_test=3).panel)

    result = run("--panel", path, *arguments)
    as_json = run("--panel", path, *arguments, "--json")

    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stdout == ""
    assert sentence in json.loads(as_json.stdout)["refused"]


def test_a_missing_file_is_said():
    result = run("--panel", "nowhere.csv", "--design", "geo")

    assert result.exit_code == 2
    assert "There is no file nowhere.csv." in result.stderr


def test_units_that_are_always_treated_need_a_start(tmp_path):
    world = geo_world(0.2, seed=21)
    panel = world.panel
    always = panel.ever_treated[:, None] & (panel.pre | ~panel.pre)[None, :]
    path = written(tmp_path / "panel.csv", type(panel)(**{**panel.__dict__, "treated": always}))

    refused = run("--panel", path, "--design", "geo")
    told = run("--panel", path, "--design", "geo", "--from", "60", "--json")

    assert "say with --from" in refused.stderr
    assert json.loads(told.stdout)["value"] == pytest.approx(geo_lift(panel).relative.value)
