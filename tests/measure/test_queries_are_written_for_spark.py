"""What can be known of Spark without Java: how queries are written for it, and what the command says when it is not there."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from livingroom.measure.cli import measure
from livingroom.measure.engine import bucket_of, connect
from livingroom.measure.problems import InputError
from livingroom.measure.spark.dialect import to_spark
from livingroom.measure.spark.session import connect_spark, is_spark


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT 0.2 / n FROM t", "SELECT 0.2D / n FROM t"),
        ("SELECT a // b FROM t", "SELECT a DIV b FROM t"),
        ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a NULLS LAST"),
        ("SELECT epoch_us(a) FROM t", "SELECT UNIX_MICROS(a) FROM t"),
        ("SELECT concat(a, 'x') FROM t", "SELECT CONCAT(COALESCE(a, ''), 'x') FROM t"),
    ],
)
def test_what_the_engines_mean_differently_is_written_differently(ours, theirs):
    assert to_spark(ours) == theirs


def test_a_number_in_a_text_stays_a_text():
    assert to_spark("SELECT '0.2' FROM t") == "SELECT '0.2' FROM t"


@pytest.mark.parametrize("name", ["spark://host:7077", "local[2]", "local"])
def test_a_spark_master_is_known_by_its_name(name):
    assert is_spark(name)


@pytest.mark.parametrize("name", ["spark://host", "spark:7077", "localhost:7077"])
def test_a_name_that_is_no_master_is_refused(name):
    with pytest.raises(InputError, match="is no engine"):
        connect_spark(name)


def test_an_engine_that_nobody_knows_is_refused(tmp_path):
    done = CliRunner().invoke(
        measure, ["leaks", "--touches", "t.csv", "--orders", "o.csv", "--engine", "hive"]
    )

    assert done.exit_code == 2
    assert "is no engine" in done.stderr


def test_without_pyspark_the_command_says_what_to_install(tmp_path):
    # -S and a path of our own leave out whatever else is installed under the name.
    blocked = tmp_path / "sitecustomize.py"
    blocked.write_text("import sys\nsys.modules['pyspark'] = None\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    line = [
        sys.executable,
        "-m",
        "livingroom.measure",
        "evidence",
        "--touches",
        "t.csv",
        "--orders",
        "o.csv",
        "--json",
    ]

    done = subprocess.run(
        [*line, "--engine", "local[2]"], capture_output=True, text=True, env=environment, check=False
    )

    assert done.returncode == 2
    assert "pip install 'livingroom[spark]'" in json.loads(done.stdout)["refused"]


def test_the_engine_loads_spark_only_when_it_is_asked_for():
    script = (
        "import sys, livingroom.measure.evidence; print('pyspark' in sys.modules or 'py4j' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_buckets_of_people_are_even_and_the_same_for_numbers_and_their_text():
    with connect(threads=1) as connection:
        rows = connection.sql(
            f"SELECT {bucket_of('i')} AS b, {bucket_of('CAST(i AS VARCHAR)')} AS c FROM range(200000) AS r (i)"
        ).fetchall()

    assert all(number == text for number, text in rows)
    counts = [0] * 4096
    for number, _ in rows:
        counts[number] += 1
    assert min(counts) > 15
    assert max(counts) < 100
