"""The bar on labelled series, through the command as anybody would run it."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from click.testing import CliRunner

from livingroom.measure.commands.spikes import spikes
from tests.measure.spikes.data import SERIES, needs_series, series_files

BAR = 75


@needs_series
def test_labelled_events_are_found_early_and_seldom_in_vain(tmp_path):
    total = windows = 0
    for path in series_files():
        run = CliRunner().invoke(
            spikes,
            [
                "--series",
                str(path),
                "--windows",
                str(SERIES / "windows.json"),
                "--json",
                "--scores",
                str(tmp_path / "s.csv"),
            ],
        )
        assert run.exit_code == 0, run.output
        answer = json.loads(run.stdout)
        total += answer["nab"]["score"]
        windows += answer["nab"]["n_windows"]
        given = list(csv.DictReader(path.open()))
        scores = list(csv.DictReader((tmp_path / "s.csv").open()))
        # Rows and times come back exactly as they were, and half a point and more is exactly an alert.
        assert [(row["timestamp"], row["value"]) for row in scores] == [
            (row["timestamp"], row["value"]) for row in given
        ]
        loud = [row["timestamp"] for row in scores if float(row["anomaly_score"]) >= 0.5]
        assert loud == [alert["timestamp"] for alert in answer["alerts"]]

    assert 100 * (total + windows) / (2 * windows) >= BAR
    assert windows == 16


@needs_series
def test_scores_of_another_detector_can_be_judged(tmp_path):
    path = series_files()[0]
    options = ["--windows", str(SERIES / "windows.json"), "--json"]
    ours = CliRunner().invoke(
        spikes, ["--series", str(path), *options, "--scores", str(tmp_path / path.name)]
    )

    theirs = CliRunner().invoke(
        spikes, ["--series", str(tmp_path / path.name), *options, "--given", "anomaly_score"]
    )

    assert json.loads(theirs.stdout)["nab"] == json.loads(ours.stdout)["nab"]


HOURS = [10, 10, 11, 9, 10, 12, 8] * 6


def series_text(values, start=0):
    hours = (divmod(start + number, 24) for number in range(len(values)))
    rows = (
        f"2026-03-{1 + day:02} {hour:02}:00,{value}" for (day, hour), value in zip(hours, values, strict=True)
    )
    return "timestamp,value\n" + "\n".join(rows) + "\n"


def run(tmp_path, text, *options):
    path = tmp_path / "series.csv"
    path.write_text(text)
    return CliRunner().invoke(spikes, ["--series", str(path), *options])


def alerts_of(result):
    assert result.exit_code == 0, result.output
    return [row["timestamp"] for row in csv.DictReader(io.StringIO(result.stdout))]


def test_a_burst_alerts_once_and_again_only_after_a_rest(tmp_path):
    burst = [10, 60, 60, 60, *[10] * 40]

    assert alerts_of(run(tmp_path, series_text(HOURS + burst))) == ["2026-03-02 19:00"]
    assert len(alerts_of(run(tmp_path, series_text(HOURS + burst + [90, 90]), "--cooldown", "2h"))) > 1


def test_order_and_repeats_do_not_change_what_is_found(tmp_path):
    text = series_text([*HOURS, 60, 60])
    header, *rows = text.splitlines()
    messy = "\n".join([header, *reversed(rows), rows[3], rows[7]])

    found = run(tmp_path, messy)

    assert alerts_of(found) == alerts_of(run(tmp_path, text)) != []
    assert "2 rows: the time is there already" in found.stderr
    assert "rows were put in order" in found.stderr


def test_bad_rows_are_named_and_counted_and_the_rest_is_used(tmp_path):
    text = (
        series_text([*HOURS, 60, 60])
        + "yesterday,5\n2026-03-04 01:00,many\n2026-03-04 02:00,-3\n2026-03-04 03:00\n,\n"
    )

    found = run(tmp_path, text)

    assert len(alerts_of(found)) == 1
    for words in ("1 row: the time cannot be read", "'many'", "'-3'", "too few columns"):
        assert words in found.stderr
    strict = run(tmp_path, text, "--strict", "--out", str(tmp_path / "alerts.csv"))
    assert strict.exit_code == 2
    assert not (tmp_path / "alerts.csv").exists()


def test_a_collector_that_was_down_is_no_silence_and_no_spike(tmp_path):
    header, *rows = series_text(HOURS + HOURS).splitlines()
    gap = "\n".join([header, *rows[:30], *rows[60:]])

    assert alerts_of(run(tmp_path, gap)) == []


@pytest.mark.parametrize(
    ("minutes", "n_per_bucket", "last"), [(5, 12, "07:55"), (60, 1, "07:00"), (1440, 1, "00:00")]
)
def test_any_step_will_do(tmp_path, minutes, n_per_bucket, last):
    volumes = [10 + number % 3 for number in range(55 * n_per_bucket)] + [100] * n_per_bucket
    moments = [datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes * n) for n in range(len(volumes))]
    rows = [f"{moment:%Y-%m-%d %H:%M},{volume}" for moment, volume in zip(moments, volumes, strict=True)]

    found = alerts_of(run(tmp_path, "timestamp,value\n" + "\n".join(rows)))

    assert found == [f"{moments[-1]:%Y-%m-%d} {last}"]


def test_hourly_rows_may_be_some_minutes_early_or_late(tmp_path):
    random = np.random.default_rng(4)
    start = datetime(2026, 3, 1, tzinfo=UTC)
    moments = [
        start + timedelta(hours=n, seconds=int(random.integers(-240, 240))) for n in range(len(HOURS) + 2)
    ]
    rows = [f"{moment.isoformat()},{value}" for moment, value in zip(moments, [*HOURS, 60, 60], strict=True)]

    found = json.loads(run(tmp_path, "timestamp,value\n" + "\n".join(rows), "--json").stdout)

    assert (found["input"]["n_buckets"], found["input"]["n_unknown_buckets"]) == (len(rows), 0)
    assert [alert["line"] for alert in found["alerts"]] == [len(rows)]


def test_zones_and_ways_of_writing_time_do_not_change_what_is_found(tmp_path):
    start = datetime(2026, 10, 23, 12, tzinfo=UTC)  # the clock in Berlin is put back two days later
    moments = [start + timedelta(hours=n) for n in range(len(HOURS) + 2)]
    berlin = ZoneInfo("Europe/Berlin")
    ways = {
        "UTC": lambda moment: moment.isoformat(),
        "Europe/Berlin": lambda moment: moment.astimezone(berlin).strftime("%Y-%m-%d %H:%M"),
        "Asia/Kolkata": lambda moment: str(int(moment.timestamp())),
    }
    for zone, written in ways.items():
        rows = [f"{written(moment)},{value}" for moment, value in zip(moments, [*HOURS, 60, 60], strict=True)]
        found = run(tmp_path, "timestamp,value\n" + "\n".join(rows), "--zone", zone, "--json")
        answer = json.loads(found.stdout)

        assert answer["input"]["rejected"] == []
        assert [alert["at"] for alert in answer["alerts"]] == [moments[-2].isoformat()]


def test_events_without_a_step_are_added_up_by_the_hour(tmp_path):
    random = np.random.default_rng(8)
    seconds = np.sort(np.append(random.integers(0, 200_000, 500), random.integers(180_000, 183_000, 150)))
    rows = [f"{1_770_000_000 + second},1" for second in np.unique(seconds)]

    assert len(alerts_of(run(tmp_path, "timestamp,value\n" + "\n".join(rows)))) == 1


def test_too_few_points_give_no_verdict_and_a_reason(tmp_path):
    found = run(tmp_path, series_text([10, 10, 99]))

    assert alerts_of(found) == []
    assert (
        "Not enough data: the first verdict needs 24 buckets of 1 hour before it, and the whole file has 3"
        in found.stderr
    )


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("", [], "is empty"),
        ("timestamp,value\n", [], "header and no row"),
        ("a,b,c\n1,2,3\n", [], "no column timestamp"),
        ("timestamp,value\nx,1\ny,2\n", [], "no row"),
        (series_text(HOURS), ["--threshold", "0"], "above 0"),
        (series_text(HOURS), ["--zone", "Mars/Base"], "no time zone"),
        (series_text(HOURS), ["--out", "alerts.txt"], "named .csv"),
        (series_text(HOURS), ["--windows", "none.json"], "windows"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(tmp_path, text, options, words):
    found = run(tmp_path, text, *options)

    assert found.exit_code == 2
    assert words in found.stderr
    assert found.stdout == ""


@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").replace(",", ";").encode(),
        lambda text: text.replace("timestamp,value", "created_at,tweets").encode("utf-16"),
        lambda text: gzip.compress(text.replace(",", "\t").encode()),
    ],
    ids=["mark", "semicolons", "utf-16 and other names", "gzip with tabs"],
)
def test_files_are_read_as_strangers_write_them(tmp_path, written):
    text = series_text([*HOURS, 60, 60])
    path = tmp_path / "strange.csv"
    path.write_bytes(written(text))

    strange = CliRunner().invoke(spikes, ["--series", str(path)])
    piped = CliRunner().invoke(spikes, ["--series", "-"], input=written(text))

    assert strange.stdout == run(tmp_path, text).stdout == piped.stdout
    assert len(strange.stdout.splitlines()) == 2
