import csv
import json
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from livingroom.measure.cli import measure
from tests.measure.tables import click, code, day, mail, order, order_table, touch_table


@pytest.fixture
def files(tmp_path):
    touches = [click("c", "ann", day(0)), code("r", "ann", day(2)), mail("m", "bob", day(1))]
    orders = [order("o1", "ann", day(2), 1_234_567), order("o2", "bob", day(2), 500, currency="JPY")]
    pq.write_table(touch_table(touches), tmp_path / "touches.parquet")
    pq.write_table(order_table(orders), tmp_path / "orders.parquet")
    return ["--touches", str(tmp_path / "touches.parquet"), "--orders", str(tmp_path / "orders.parquet")]


def invoke(*arguments):
    return CliRunner().invoke(measure, [str(argument) for argument in arguments])


def test_credit_writes_a_file_and_shows_each_currency(files, tmp_path):
    out = tmp_path / "credit.parquet"

    result = invoke("credit", *files, "--out", out)

    assert result.exit_code == 0, result.output
    assert pq.read_table(out).column_names == [
        "order_id", "touch_id", "customer_id", "channel", "branch_id", "placement_id", "model", "share",
        "amount_minor", "currency",
    ]  # fmt: skip
    assert "Credit of net revenue in USD" in result.output
    assert "12,345.67" in result.output
    assert "Credit of net revenue in JPY" in result.output
    assert f"10 rows are in {out}." in result.output


def test_evidence_writes_a_file_and_shows_floor_and_ceiling(files, tmp_path):
    out = tmp_path / "evidence.csv"

    result = invoke("evidence", *files, "--out", out)

    assert result.exit_code == 0, result.output
    first = next(csv.DictReader(out.open()))
    assert list(first) == [
        "order_id", "grade", "kind", "touch_id", "placement_id", "branch_id", "reason", "rule_version",
    ]  # fmt: skip
    assert list(first.values())[:6] == ["o1", "A", "click", "c", "11", "1"]
    assert "floor" in result.output
    assert "12,345.67" in result.output


def test_json_is_for_scripts(files, tmp_path):
    credit = json.loads(
        invoke("credit", *files, "--models", "last", "--out", tmp_path / "c.parquet", "--json").stdout
    )
    evidence = json.loads(invoke("evidence", *files, "--out", tmp_path / "e.parquet", "--json").stdout)

    names = ("model", "channel", "currency", "shares", "amount_minor", "level")
    assert [{name: row[name] for name in names} for row in credit["credit"]] == [
        dict(zip(names, ("last", "mail", "JPY", 1.0, 500, 0.95), strict=True)),
        dict(zip(names, ("last", "x", "USD", 1.0, 1_234_567, 0.95), strict=True)),
    ]
    assert all(row["low_minor"] <= row["amount_minor"] <= row["high_minor"] for row in credit["credit"])
    assert evidence["currencies"]["USD"]["floor_minor"] == 1_234_567
    assert evidence["currencies"]["JPY"]["ceiling_minor"] == 0
    assert evidence["input"]["orders"]["n_rows"] == 2


def test_learned_models_add_what_they_saw_in_each_channel(files):
    result = invoke("credit", *files, "--models", "markov,shapley", "--json")

    found = json.loads(result.stdout)
    effects = {(row["model"], row["channel"], row["currency"]): row for row in found["channels"]}
    assert effects["markov", "x", "USD"]["removal_effect"] == 0.5
    assert effects["shapley", "x", "USD"]["value"] == 1
    assert effects["markov", "x", "USD"]["amount_minor"] == 1_234_567
    assert (found["out"], found["n_rows"], found["self_transitions"]) == (None, None, True)


def test_without_a_file_the_totals_are_shown_with_intervals(files, tmp_path):
    shown = invoke("credit", *files, "--models", "all")
    bare = invoke("credit", *files, "--models", "last", "--replicates", 0)

    assert shown.exit_code == bare.exit_code == 0
    assert "with its 95% interval" in shown.output
    assert "steps from a channel to itself: with" in " ".join(shown.output.split())
    assert "interval" not in bare.output
    assert "rows are in" not in shown.output


def test_the_window_is_written_in_days_hours_or_weeks(files, tmp_path):
    def channels(window):
        arguments = ("--window", window, "--models", "last", "--out", tmp_path / "c.parquet", "--json")
        return {row["channel"] for row in json.loads(invoke("credit", *files, *arguments).stdout)["credit"]}

    # Bob's mail came a day before his order; Ann's code is always there.
    assert channels("1d") == channels("24h") == channels("1w") == channels("1") == {"mail", "x"}
    assert channels("23h") == channels("0.9d") == {"unattributed", "x"}
    assert invoke("credit", *files, "--window", "soon", "--out", tmp_path / "c.parquet").exit_code == 2


def test_missing_columns_leave_with_status_two(files, tmp_path):
    (tmp_path / "touches.csv").write_text("who,at,channel\nann,5,x\n")
    files[1] = str(tmp_path / "touches.csv")

    result = invoke("credit", *files, "--out", tmp_path / "credit.parquet")

    assert result.exit_code == 2
    assert "touches: the column customer_id is missing." in result.stderr
    assert "Found: who, at, channel." in result.stderr
    assert not (tmp_path / "credit.parquet").exists()


@pytest.fixture
def files_with_a_bad_row(files, tmp_path):
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,at,revenue,currency\n"
        "o1,ann,2009-06-03T12:00:00Z,10,USD\n"
        "o2,ann,2009-06-03T12:00:00,10,USD\n"
    )
    return [*files[:3], str(tmp_path / "orders.csv")]


def test_bad_rows_go_to_a_file_beside_the_result(files_with_a_bad_row, tmp_path):
    result = invoke("credit", *files_with_a_bad_row, "--out", tmp_path / "credit.csv")

    assert result.exit_code == 0
    assert "orders: 1 row: at has no time zone" in result.output
    assert f"The rejected rows are in {tmp_path / 'credit.csv.rejected.csv'}." in result.output
    assert (tmp_path / "credit.csv.rejected.csv").read_text().count("\n") == 2


@pytest.mark.parametrize("command", ["credit", "evidence"])
def test_strict_leaves_with_status_two_and_writes_nothing(command, files_with_a_bad_row, tmp_path):
    result = invoke(command, *files_with_a_bad_row, "--out", tmp_path / "out.parquet", "--strict")

    assert result.exit_code == 2
    assert "at has no time zone" in result.stderr
    assert not list(tmp_path.glob("out*"))


def test_a_script_reads_the_refusal_too(files_with_a_bad_row, tmp_path):
    result = invoke("credit", *files_with_a_bad_row, "--out", tmp_path / "out.parquet", "--strict", "--json")

    found = json.loads(result.stdout)
    assert result.exit_code == 2
    assert found["input"]["orders"]["rejected"][0]["n_rows"] == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--models", "last,median"], "The rules are last, first, linear, time_decay, position"),
        (["--memory", "lots"], "Write 2GB or 500MB"),
        (["--out", "credit.xlsx"], "named .parquet or .csv"),
        (["--out", "/nowhere/credit.csv"], "There is no folder /nowhere"),
    ],
)
def test_wrong_options_are_said(files, tmp_path, arguments, sentence):
    result = invoke("credit", *files, "--out", tmp_path / "credit.parquet", *arguments)

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_the_help_documents_every_column():
    from livingroom.measure.columns import ORDERS, TOUCHES

    for command in ("credit", "evidence"):
        text = invoke(command, "--help").output
        for column in (*TOUCHES, *ORDERS):
            assert f" {column.name} " in text
        assert "livingroom measure" in text


def test_the_room_starts_without_the_rest_of_the_house(files, tmp_path):
    program = (
        "import runpy, sys; sys.argv = ['measure', *sys.argv[1:]]\n"
        "try: runpy.run_module('livingroom.measure', run_name='__main__')\n"
        "finally: print(sorted({'django', 'httpx', 'ninja'} & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "credit", *files, "--out", str(tmp_path / "c.parquet")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("[]\n")
