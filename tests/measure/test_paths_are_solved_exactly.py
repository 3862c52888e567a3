import csv
import itertools
import json
from collections import defaultdict

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from livingroom.measure.cli import measure
from livingroom.measure.paths import COLUMNS, heuristics, markov, read_paths
from livingroom.measure.problems import InputError

TOY = [("C1 > C2 > C3", 1, 30, 0), ("C1", 0, 0, 1), ("C2 > C3", 0, 0, 1)]


@pytest.fixture
def written(tmp_path):
    def write(rows, columns=COLUMNS):
        file = tmp_path / "paths.csv"
        with file.open("w", newline="") as opened:
            csv.writer(opened).writerows([columns, *rows])
        return file

    return write


def conversions(rows):
    return {row.channel: row.total_conversions for row in rows}


def effects(rows):
    return {row.channel: row.removal_effect_conversions for row in rows}


def test_the_toy_chain(written):
    rows = markov(read_paths(written(TOY)), 1)

    assert effects(rows) == pytest.approx({"C1": 0.5, "C2": 1, "C3": 1})
    assert conversions(rows) == pytest.approx({"C1": 0.2, "C2": 0.4, "C3": 0.4})
    assert {row.channel: row.total_conversion_value for row in rows} == pytest.approx(
        {"C1": 6, "C2": 12, "C3": 12}
    )


def test_a_longer_memory_tells_the_two_ways_to_c3_apart(written):
    paths = read_paths(written(TOY))

    # With two channels remembered C2 > C3 is still one state, whoever came before; with three it is two.
    assert effects(markov(paths, 2)) == pytest.approx({"C1": 0.5, "C2": 1, "C3": 1})
    assert effects(markov(paths, 3)) == pytest.approx({"C1": 1, "C2": 1, "C3": 1})


def test_heuristics_by_hand(written):
    rows = heuristics(
        read_paths(written([("a > b > b > c", 10, 100, 3), ("a", 2, 8, 0), ("c > a", 1, 1, 9)]))
    )

    found = {(row.model, row.channel): (row.total_conversions, row.total_conversion_value) for row in rows}
    assert found["first", "a"] == (12, 108)
    assert found["first", "c"] == (1, 1)
    assert found["last", "c"] == (10, 100)
    assert found["linear", "b"] == (5, 50)
    assert found["position", "a"] == pytest.approx((4 + 2 + 0.5, 40 + 8 + 0.5))
    assert found["position", "b"] == pytest.approx((2, 20))


def test_journeys_that_end_in_nothing_count(written):
    # Half of all journeys come to b by way of a; two more to b alone, for nothing, make it a quarter.
    before = effects(markov(read_paths(written([("a > b", 1, 1, 0), ("b", 1, 1, 0)])), 1))
    after = effects(markov(read_paths(written([("a > b", 1, 1, 0), ("b", 1, 1, 2)])), 1))

    assert before == pytest.approx({"a": 1 / 2, "b": 1})
    assert after == pytest.approx({"a": 1 / 4, "b": 1})


def test_steps_to_itself_matter_from_order_two(written):
    # Kept, "a twice" is one state for both ways: without b a third of the journeys reach it, and two thirds of those buy.
    # Dropped, a goes to c and b > a to d: without b a third of the journeys are left, and all of them buy.
    paths = read_paths(written([("a > a > c", 1, 1, 0), ("b > a > a > d", 1, 1, 1)]))

    kept, dropped = (effects(markov(paths, 2, steps)) for steps in (True, False))

    assert kept["b"] == pytest.approx(2 / 3)
    assert dropped["b"] == pytest.approx(1 / 2)


def by_definition(rows, order, self_transitions):
    """The chain built path by path with dense equations, one for each channel removed."""
    steps, ends, value, start = defaultdict(float), defaultdict(float), defaultdict(float), defaultdict(float)
    arrivals = defaultdict(float)
    for text, n_conversions, worth, nulls in rows:
        path = text.split(">")
        if not self_transitions:
            path = [name for name, _ in itertools.groupby(path)]
        states = [tuple(path[max(0, place - order + 1) : place + 1]) for place in range(len(path))]
        start[states[0]] += n_conversions + nulls
        for here, there in itertools.pairwise(states):
            steps[here, there] += n_conversions + nulls
        for state in states:
            arrivals[state] += n_conversions + nulls
        ends[states[-1]] += n_conversions
        value[states[-1]] += worth

    def whole(removed, outcome):
        kept = [state for state in arrivals if state[-1] != removed]
        moving = np.array([[steps[a, b] / arrivals[a] for b in kept] for a in kept]).reshape(
            len(kept), len(kept)
        )
        ending = np.array([outcome[state] / arrivals[state] for state in kept])
        return np.array([start[state] for state in kept]) @ np.linalg.solve(
            np.eye(len(kept)) - moving, ending
        )

    return {
        channel: tuple(1 - whole(channel, outcome) / whole(None, outcome) for outcome in (ends, value))
        for channel in {state[-1] for state in arrivals}
    }


some_paths = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abcd"), min_size=1, max_size=6).map(">".join),
        st.integers(1, 9), st.integers(1, 99), st.integers(0, 9),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(some_paths, st.integers(1, 3), st.booleans())
def test_effects_are_those_of_the_definition(tmp_path_factory, rows, order, self_transitions):
    file = tmp_path_factory.mktemp("paths") / "paths.csv"
    file.write_text("\n".join(",".join(map(str, row)) for row in [COLUMNS, *rows]))

    found = markov(read_paths(file), order, self_transitions)

    expected = by_definition(rows, order, self_transitions)
    assert {row.channel for row in found} == set(expected)
    for row in found:
        pair = row.removal_effect_conversions, row.removal_effect_value
        assert pair == pytest.approx(expected[row.channel], abs=1e-9)
    assert sum(row.total_conversions for row in found) == pytest.approx(sum(row[1] for row in rows))
    assert sum(row.total_conversion_value for row in found) == pytest.approx(sum(row[2] for row in rows))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("way,total_conversions\na,1\n", "the column path is missing. Found: way, total_conversions"),
        ("path,total_conversions\na > > b,1\n", "row 1 has a step without a name"),
        ("path,total_conversions\na,1\n,2\n", "row 2 has a step without a name"),
        ("path,total_conversions\na,many\n", "total_conversions holds what is no number"),
        ("path,total_conversions\na,-1\n", "total_conversions of row 1 is -1"),
        ("path,total_conversions\n", "holds no path"),
    ],
)
def test_a_bad_file_is_named(tmp_path, text, sentence):
    (tmp_path / "paths.csv").write_text(text)

    with pytest.raises(InputError, match=sentence.replace(".", r"\.")):
        read_paths(tmp_path / "paths.csv")


def invoke(*arguments):
    return CliRunner().invoke(measure, ["paths", *(str(argument) for argument in arguments)])


def test_the_command_prints_json_and_writes_a_file(written, tmp_path):
    result = invoke("--paths", written(TOY), "--order", 1, "--out", tmp_path / "credit.csv", "--json")

    found = json.loads(result.stdout)
    rows = {(row["model"], row["channel"]): row for row in found["credit"]}
    assert {model for model, _ in rows} == {"first", "last", "linear", "position", "markov"}
    assert rows["markov", "C1"]["removal_effect_conversions"] == pytest.approx(0.5)
    assert found["self_transitions"] is True
    with (tmp_path / "credit.csv").open() as file:
        assert len(list(csv.DictReader(file))) == len(rows) == 15


def test_the_separator_and_semicolons_are_understood(tmp_path):
    (tmp_path / "paths.csv").write_text("path;total_conversions;total_null\na|b;2;1\nb;1;\n")

    result = invoke("--paths", tmp_path / "paths.csv", "--separator", "|", "--json")

    channels = {row["channel"] for row in json.loads(result.stdout)["credit"]}
    assert channels == {"a", "b"}


def test_the_command_shows_tables_and_says_how_chains_were_made(written):
    result = invoke("--paths", written(TOY), "--no-self-transitions")

    assert result.exit_code == 0
    assert "without steps from a channel to itself" in " ".join(result.output.split())
    assert "0.5000" in result.output


def test_a_refusal_leaves_with_status_two_and_no_file(tmp_path):
    result = invoke("--paths", tmp_path / "nowhere.csv", "--out", tmp_path / "credit.csv", "--json")

    assert result.exit_code == 2
    assert "there is no file" in json.loads(result.stdout)["refused"]
    assert list(tmp_path.iterdir()) == []
