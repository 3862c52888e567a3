"""The same tables through DuckDB and through Apache Spark (a standalone master, two workers): the same rows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pa_parquet
import pytest

from livingroom.measure import credit, evidence, leaks
from livingroom.measure.engine import connect
from scripts.peers.spark import pyspark_folder, spark_cluster, use_pyspark
from tests_peers.spark_stage import as_other_types, as_tables, nuisances, spoil

# Small data: with Spark's usual 200 parts a step would wait for 200 empty tasks, and with Java's second compiler for that.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
FEW_PARTS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.extraJavaOptions": QUICK,
}
N_PEOPLE = 400
# All five rules, one model that learns from chains and one that learns from sets; both need journeys without an order.
MODELS = (*credit.MODELS, "markov", "shapley_rate")


@pytest.fixture(scope="module")
def master(tmp_path_factory):
    with spark_cluster(tmp_path_factory.mktemp("spark")) as url:
        yield url


@pytest.fixture(scope="module")
def session(master):
    use_pyspark()
    from livingroom.measure.spark.session import connect_spark

    opened = connect_spark(master, memory="768MB", cores=1, settings=FEW_PARTS)
    yield opened
    opened.stop()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The same rows in two sorts of Parquet."""
    rows = spoil(*nuisances(7, N_PEOPLE))
    sorts = {"whole microseconds": as_tables, "zoned times and decimals": as_other_types}
    files = {}
    for number, (name, make) in enumerate(sorts.items()):
        folder = tmp_path_factory.mktemp(f"sort{number}")
        for table, content in zip(("touches", "orders"), make(*rows), strict=True):
            pa_parquet.write_table(content, folder / f"{table}.parquet")
        files[name] = {table: folder / f"{table}.parquet" for table in ("touches", "orders")}
    return files


def in_order(rows):
    return sorted(rows.to_pylist(), key=lambda row: tuple(str(value) for value in row.values()))


def told(report):
    return [
        (problem.table, problem.sentence, problem.n_rows) for problem in (*report.rejected, *report.noted)
    ]


@pytest.mark.parametrize("sort", ["whole microseconds", "zoned times and decimals"])
def test_every_order_has_the_same_grade_for_the_same_reason(session, written, sort, tmp_path):
    with connect() as duck:
        expected = evidence.grade(duck, **written[sort], rejected_path=tmp_path / "duck.csv")

    found = evidence.grade(session, **written[sort], rejected_path=tmp_path / "spark.csv")

    assert in_order(found.rows) == in_order(expected.rows)
    assert found.summary == expected.summary
    assert found.overlap == expected.overlap
    assert leaks.judge(found.code_days) == leaks.judge(expected.code_days)
    assert {row["grade"] for row in found.rows.to_pylist()} == {"A", "B", "C", "D", "E", "none"}
    assert told(found.report) == told(expected.report)
    assert found.report.n_rejected == expected.report.n_rejected == 10
    names = {line.split(",")[1] for line in (tmp_path / "spark.csv").read_text().splitlines()}
    assert names == {line.split(",")[1] for line in (tmp_path / "duck.csv").read_text().splitlines()}


def test_every_touch_earns_the_same_to_the_cent(session, written):
    with connect() as duck:
        expected = credit.assign(duck, **written["whole microseconds"], models=MODELS)

    found = credit.assign(session, **written["whole microseconds"], models=MODELS)

    assert {row["model"] for row in found.rows.to_pylist()} == set(MODELS)
    assert len(found.rows) == len(expected.rows) > 5 * N_PEOPLE
    for ours, theirs in zip(in_order(expected.rows), in_order(found.rows), strict=True):
        assert ours.pop("share") == pytest.approx(theirs.pop("share"), abs=1e-12)
        assert ours == theirs


def run(settings, command, *options):
    environment = os.environ | {"PYTHONPATH": str(pyspark_folder()), "SPARK_CONF_DIR": str(settings)}
    line = [
        sys.executable,
        "-m",
        "livingroom.measure",
        command,
        *(str(option) for option in options),
        "--json",
    ]
    return subprocess.run(line, capture_output=True, text=True, env=environment, check=False, timeout=400)


def test_the_command_writes_the_same_rows_and_prints_the_same_totals(session, master, tmp_path):
    touches, orders = as_tables(*nuisances(8, 60))
    pa_parquet.write_table(touches, tmp_path / "touches.parquet")
    (tmp_path / "orders.csv").write_text(
        "order_id,customer_id,at,revenue,currency\n"
        + "".join(
            f"{row['order_id']},{row['customer_id'] or ''},{row['at']},12.34,USD\n"
            for row in orders.to_pylist()
        )
    )
    (tmp_path / "spark-defaults.conf").write_text(
        "".join(f"{key} {value}\n" for key, value in FEW_PARTS.items())
    )
    tables = (
        "--touches",
        tmp_path / "touches.parquet",
        "--orders",
        tmp_path / "orders.csv",
        "--memory",
        "768MB",
    )
    here = run(tmp_path, "evidence", *tables, "--out", tmp_path / "here.parquet")

    there = run(
        tmp_path,
        "evidence",
        *tables,
        "--out",
        tmp_path / "there.parquet",
        "--engine",
        master,
        "--threads",
        "1",
    )

    assert here.returncode == there.returncode == 0, there.stderr
    expected, found = json.loads(here.stdout), json.loads(there.stdout)
    assert found["currencies"] == expected["currencies"]
    assert (tmp_path / "there.parquet").is_dir()
    rows = [pa_parquet.read_table(tmp_path / f"{name}.parquet") for name in ("here", "there")]
    assert in_order(rows[0]) == in_order(rows[1])


def test_a_master_that_is_not_there_is_named_at_once(tmp_path):
    (tmp_path / "t.csv").write_text("customer_id,at,channel\n")
    (tmp_path / "o.csv").write_text("order_id,customer_id,at,revenue,currency\n")

    found = run(
        tmp_path,
        "evidence",
        "--touches",
        tmp_path / "t.csv",
        "--orders",
        tmp_path / "o.csv",
        "--engine",
        "spark://127.0.0.1:1",
    )

    assert found.returncode == 2
    assert "No Spark master answers at 127.0.0.1:1" in found.stderr


def test_where_the_package_is_missing_the_command_says_how_to_get_it(tmp_path):
    line = [sys.executable, "-m", "livingroom.measure", "evidence", "--touches", "t.csv", "--orders", "o.csv"]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}

    found = subprocess.run(
        [*line, "--engine", "local[2]"], capture_output=True, text=True, env=environment, check=False
    )

    assert found.returncode == 2
    assert "pip install 'livingroom[spark]'" in found.stderr
    assert not Path("evidence.parquet").exists()
