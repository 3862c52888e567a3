"""`livingroom measure exchange`: files out, files in, and one bad test spoils nothing."""

import csv
import json

import pyarrow.csv
import pytest
from click.testing import CliRunner

from livingroom.measure.cli import measure
from livingroom.measure.estimate import Estimate
from livingroom.measure.lift.reading import Reading
from livingroom.measure.lift.stored import to_json
from tests.measure.test_models_of_others_take_our_tables import media, outcomes


@pytest.fixture
def folder(tmp_path):
    pyarrow.csv.write_csv(outcomes(), tmp_path / "sales.csv")
    pyarrow.csv.write_csv(media(), tmp_path / "media.csv")
    for name, added, is_tested in (("good", 7_000.0, True), ("loss", -50.0, True), ("model", 10.0, False)):
        total = Estimate(added, added - 100, added + 100, 0.95, 12, "geo")
        reading = Reading("geo", Estimate(0.1, 0.05, 0.15, 0.95, 12, "geo"), total=total, is_tested=is_tested)
        (tmp_path / f"{name}.json").write_text(json.dumps(to_json(reading)))
    (tmp_path / "tests.csv").write_text(
        "reading,channel,n_cells,exposure,spend\n"
        "good.json,x,10,700,2100\nloss.json,mail,10,700,300\nmodel.json,mail,10,700,300\n"
    )
    return tmp_path


def run(*words):
    return CliRunner().invoke(measure, ["exchange", *map(str, words)])


def going_out(folder, model, *more):
    return run(
        "out", "--to", model, "--outcomes", folder / "sales.csv", "--media", folder / "media.csv",
        "--currency", "USD", "--tests", folder / "tests.csv", "--out", folder / "mmm", "--json", *more,
    )  # fmt: skip


def test_weeks_and_tests_go_to_pymc_marketing(folder):
    said = json.loads(going_out(folder, "pymc-marketing").stdout)

    assert said["files"] == ["lift_tests.csv", "weekly.csv"]
    (row,) = csv.DictReader((folder / "mmm" / "lift_tests.csv").open())
    assert (row["channel"], float(row["delta_x"]), float(row["delta_y"])) == ("x", 210.0, 700.0)
    weeks = list(csv.DictReader((folder / "mmm" / "weekly.csv").open()))
    assert {"date", "geo", "target", "x", "mail"} <= set(weeks[0])


def test_a_test_that_cannot_go_is_named_and_the_rest_is_written(folder):
    notes = " ".join(json.loads(going_out(folder, "meridian").stdout)["notes"])

    assert "line 4, is left out" in notes
    assert "mail added -50 in its test" in notes
    priors = json.loads((folder / "mmm" / "model.json").read_text())["roi_priors"]
    assert {prior["channel"]: prior["mean"] for prior in priors}["x"] == pytest.approx(7_000 / 2_100)


def test_what_comes_back_carries_its_badge(folder):
    (folder / "back.csv").write_text("channel,mean,abs_error_94_lower,abs_error_94_upper\nx,500,300,800\n")

    said = json.loads(
        run("in", "--from", "pymc-marketing", "--file", folder / "back.csv", "--weeks", 59, "--json").stdout
    )

    assert said["badge"] == "modelled, not tested"
    assert said["channels"][0]["value"] == 500
    assert said["channels"][0]["is_tested"] is False


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("reading,channel\ngood.json,x\n", "there is no column n_cells"),
        ("reading,channel,n_cells,exposure,spend\ngone.json,x,1,1,1\n", "gone.json cannot be read"),
        ("reading,channel,n_cells,exposure,spend\ngood.json,x,many,1,1\n", "line 2: invalid literal"),
    ],
)
def test_a_bad_list_of_tests_is_named_and_writes_nothing(folder, change, words):
    (folder / "tests.csv").write_text(change)

    answer = going_out(folder, "meridian")

    assert answer.exit_code == 2
    assert words in answer.output
    assert not (folder / "mmm").exists()
