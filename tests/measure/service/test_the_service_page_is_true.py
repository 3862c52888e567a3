"""Every worked example on the service page, measured."""

import csv
import io
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from livingroom.measure.estimate import Estimate
from livingroom.measure.moments import Clock
from livingroom.measure.service.calendars import business_seconds, calendar_of
from livingroom.measure.service.community import absence_factor
from livingroom.measure.service.events import SECOND, Event, conversations
from livingroom.measure.service.figures import VERSION, service_figures, wait_lengths
from livingroom.measure.service.reading import read_events
from livingroom.measure.service.shares import wilson
from livingroom.measure.service.survival import kaplan_meier, quantile
from livingroom.measure.service.waits import all_waits

PAGE = (Path(__file__).parents[3] / "docs" / "methods" / "service.md").read_text()
UTC = ZoneInfo("UTC")
BLOCKS = dict(re.findall(r"^```csv (\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
RUN = {"curve", "wilson", "business", "absence", "tone"}


def rows_of(name):
    return list(csv.DictReader(io.StringIO(BLOCKS[name])))


def events_of(name, tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(BLOCKS[name])
    read = read_events(path, UTC)
    assert not read.rejected
    return read.events


def moment(text):
    return Clock(UTC).read(text) if text else None


def assert_figures(found, expected):
    by_name = {figure.name: figure.answer for figure in found}
    for row in expected:
        answer = by_name[row["name"]]
        if not row["n"]:
            assert answer == pytest.approx(float(row["value"]))
            continue
        assert isinstance(answer, Estimate), answer
        told = (answer.value, answer.low, answer.high, answer.n)
        wanted = (float(row["value"]), float(row["low"]), float(row["high"]), int(row["n"]))
        assert told == pytest.approx(wanted, abs=1e-6)


def test_no_example_is_left_out():
    examples = {name for name in BLOCKS if name.endswith("_events")}
    answers = {name for name in BLOCKS if name.endswith(("_waits", "_figures"))}

    assert len(examples) >= 6
    assert set(BLOCKS) == RUN | examples | answers
    for name in examples:
        stem = name.removesuffix("_events")
        assert {f"{stem}_waits", f"{stem}_figures"} & answers
    assert f"version **{VERSION}**" in " ".join(PAGE.split())


@pytest.mark.parametrize("name", [name for name in BLOCKS if name.endswith("_waits")])
def test_the_waits(name, tmp_path):
    waits = all_waits(conversations(events_of(name.replace("_waits", "_events"), tmp_path)))

    expected = [(row["kind"], moment(row["start"]), moment(row["end"]), row["by"]) for row in rows_of(name)]
    assert [(wait.kind, wait.start, wait.end, wait.by) for wait in waits] == expected


@pytest.mark.parametrize(
    "name", [name for name in BLOCKS if name.endswith("_figures") and name != "tone_figures"]
)
def test_the_figures(name, tmp_path):
    events = events_of(name.replace("_figures", "_events"), tmp_path)
    as_of, *expected = rows_of(name)

    found = service_figures(events, moment(as_of["value"]))

    assert_figures(found, expected)


def test_the_resolution_is_an_hour_without_the_pause(tmp_path):
    waits = all_waits(conversations(events_of("resolution_events", tmp_path)))

    assert wait_lengths(waits, "resolution", moment("2026-06-02 00:00")) == ([3600.0], [True])
    assert "**1 hour**, Ben's" in PAGE


def test_the_curve():
    rows = rows_of("curve")

    curve = kaplan_meier([float(row["minutes"]) for row in rows], [row["ended"] == "yes" for row in rows])

    assert curve.waiting == pytest.approx([float(row["waiting"]) for row in rows if row["waiting"]], abs=1e-6)
    median = quantile(curve, 0.5)
    assert isinstance(median, Estimate)
    assert f"**{median.value:g} minutes**" in PAGE
    assert not isinstance(quantile(curve, 0.9), Estimate)


def test_the_business_hours():
    usual = ["09:00-12:30", "14:00-18:00"]
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), usual) | {"sun": ["01:00-05:00"]}
    calendar = calendar_of({"zone": "Europe/Berlin", "week": week, "holidays": ["2026-05-01"]})

    for row in rows_of("business"):
        seconds = business_seconds(
            datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]), calendar
        )
        assert seconds == float(row["hours"]) * 3600, row


def test_the_shares():
    for row in rows_of("wilson"):
        share = wilson(int(row["n_yes"]), int(row["n"]))
        assert isinstance(share, Estimate)
        wanted = [float(row[end]) for end in ("value", "low", "high")]
        assert [share.value, share.low, share.high] == pytest.approx(wanted, abs=1e-6)


def test_the_absence_factor_of_chaoss():
    counts = [int(row["answers"]) for row in rows_of("absence")]

    assert (sum(counts), absence_factor(counts)) == (2475, 2)


def test_the_tone():
    events, number = [], 0
    for row in rows_of("tone"):
        for _ in range(int(row["n_customers"])):
            number += 1
            name = f"c{number}"
            events += [
                Event(name, 0, name, "customer", tone=float(row["before"])),
                Event(name, SECOND, "ben", "staff"),
                Event(name, 2 * SECOND, name, "customer", tone=float(row["after"])),
            ]

    assert_figures(service_figures(events, 3 * SECOND), rows_of("tone_figures"))
