import csv
import json

import pytest
from click.testing import CliRunner

from livingroom.measure.ballots import Votes
from livingroom.measure.cli import measure
from livingroom.measure.moments import as_datetime
from tests.measure.ballots.scene import regulars, strangers

IDEAS = """idea,published_at,exposures,votes,recent_votes
a,2026-01-01 00:00,200,60,10
b,2026-02-01 00:00,1,1,1
c,2026-01-20 00:00,2000,40,30
"""
VOTES = """idea,at,sign
a,2026-01-02,1
a,2026-01-03,1
c,2026-02-01,1
c,2026-02-01,-1
c,2026-02-02,1
"""


def run(*arguments):
    return CliRunner().invoke(measure, [str(one) for one in arguments])


@pytest.fixture
def ideas(tmp_path):
    (tmp_path / "ideas.csv").write_text(IDEAS)
    (tmp_path / "votes.csv").write_text(VOTES)
    return tmp_path


@pytest.fixture(scope="module")
def votes_file(tmp_path_factory):
    votes = Votes.together(regulars(), strangers(40, idea=7, day=20))
    path = tmp_path_factory.mktemp("ballots") / "votes.csv"
    with path.open("w") as file:
        writer = csv.writer(file)
        writer.writerow(["idea", "member", "at", "member_joined_at", "network", "agent"])
        for idea, member, at, joined, network, agent in zip(*votes.columns(), strict=True):
            writer.writerow(
                [f"idea {idea}", member, as_datetime(int(at)).isoformat(), as_datetime(int(joined)).isoformat(), network, agent]
            )  # fmt: skip
        file.write("idea 7,,2026-01-01,2026-01-01,,\n")
    return path


def test_ideas_are_ranked_by_exposure_with_intervals(ideas):
    result = run("ranking", "--in", ideas / "ideas.csv", "--by", "exposure")

    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert [row["idea"] for row in rows] == ["a", "b", "c"]
    assert float(rows[0]["low"]) < 0.254 < float(rows[0]["high"])


def test_votes_are_counted_from_their_file(ideas):
    result = run(
        "ranking", "--in", ideas / "ideas.csv", "--votes", ideas / "votes.csv", "--by", "popular",
        "--now", "2026-02-09", "--json",
    )  # fmt: skip

    rows = json.loads(result.stdout)["rows"]
    assert [row["idea"] for row in rows] == ["c", "a", "b"]
    assert rows[0]["votes"] == 2
    assert rows[0]["popular"] == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ranking", "--by", "popular"), "give a file with --votes"),
        (("ranking", "--now", "later"), "is no time"),
        (("ranking", "--out", "list.pdf"), "Rows go to a file named"),
        (("ballots",), "the column member is missing"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(ideas, arguments, sentence):
    result = run(arguments[0], "--in", ideas / "ideas.csv", *arguments[1:])

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_groups_are_printed_with_their_reasons_and_their_votes_written(votes_file, tmp_path):
    result = run("ballots", "--in", votes_file, "--out", tmp_path / "held.csv")

    assert result.exit_code == 0
    assert "Group 1, held: 40 votes, idea idea 7" in result.stdout
    assert "with this vote only" in result.stdout
    assert "the idea or the member is missing" in result.stderr
    rows = list(csv.DictReader((tmp_path / "held.csv").open()))
    assert {row["member"] for row in rows} == {str(number) for number in range(10_000, 10_040)}


def test_bad_rows_stop_the_strict(votes_file, tmp_path):
    result = run("ballots", "--in", votes_file, "--strict", "--json", "--out", tmp_path / "held.csv")

    assert result.exit_code == 2
    assert "--strict" in json.loads(result.stdout)["refused"]
    assert not (tmp_path / "held.csv").exists()
