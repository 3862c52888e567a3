"""From a file of messages to all figures."""

import json

import pytest
from click.testing import CliRunner

from livingroom.measure.commands.service import service

HEADER = "conversation_id,at,author,author_kind,kind,value\n"


def messages():
    """Ten questions at half past five; nine are answered, each a minute later than the one before, and rated."""
    rows = []
    for number in range(10):
        rows.append(f"{number},2026-06-01T17:30,c{number},customer,,")
        if number < 9:
            rows.append(f"{number},2026-06-01T17:{35 + number},ben,staff,,")
            rows.append(f"{number},2026-06-01T18:00,ben,staff,close,")
            rows.append(f"{number},2026-06-02T08:00,c{number},customer,rating,{5 - number % 2}")
    return HEADER + "\n".join(rows) + "\n"


def run(tmp_path, text, *options):
    (tmp_path / "messages.csv").write_text(text)
    return CliRunner().invoke(service, ["--in", str(tmp_path / "messages.csv"), *options])


def test_all_figures_come_from_one_file(tmp_path):
    (tmp_path / "office.json").write_text(
        json.dumps({"zone": "UTC", "week": {"mon": ["09:00-17:38"], "tue": ["09:00-17:00"]}})
    )

    found = run(
        tmp_path, messages(), "--now", "2026-06-03", "--calendar", str(tmp_path / "office.json"), "--json"
    )

    assert found.exit_code == 0, found.output
    figures = json.loads(found.stdout)["figures"]
    assert figures["first_response_median"]["value"] == 9.5
    assert figures["first_response_median_business"]["value"] == 8
    assert figures["first_response_p90"]["n"] == 10
    assert figures["answered_within_24h"]["value"] == 0.9
    assert figures["resolution_median"]["value"] == 0.5
    assert "9 of the 10 ratings" in figures["csat"]["refused"]


def test_bad_rows_are_named_and_the_rest_is_measured(tmp_path):
    bad = "x,soon,ann,customer,,\nx,2026-06-01,ann,robot,,\nx,2026-06-01,ann,customer,rating,9\nx,2026-06-01,,customer,,\n"

    found = run(tmp_path, messages() + bad)

    assert found.exit_code == 0
    assert "First response time, median" in found.stdout
    for words in ("'soon'", "'robot'", "1 to 5", "author is empty"):
        assert words in found.stderr
    assert run(tmp_path, messages() + bad, "--strict").exit_code == 2


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("", [], "empty"),
        ("conversation_id,at\n1,2\n", [], "column author is missing"),
        (HEADER + "1,never,ann,customer,,\n", [], "no row"),
        (HEADER + "1,2026-06-01,ann,customer,,\n", ["--now", "later"], "no time"),
        (HEADER + "1,2026-06-01,ann,customer,,\n", ["--calendar", "none.json"], "no calendar"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path, text, options, words):
    found = run(tmp_path, text, *options)

    assert found.exit_code == 2
    assert words in found.stderr
