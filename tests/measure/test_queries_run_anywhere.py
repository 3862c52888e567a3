"""The named results are files that a person can paste into a shell, and that another engine can run."""

from pathlib import Path

import pytest
import sqlglot
from sqlglot.errors import ErrorLevel

import livingroom.measure

FILES = sorted((Path(livingroom.measure.__file__).parent / "sql").glob("*.sql"))
# Passed through unchanged or bent without an error when written for another engine.
NOT_PORTABLE = ("asof", "epoch_us", "quantile_cont", "qualify", "exclude", "group by all")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_query_can_be_written_for_spark(file):
    written = sqlglot.transpile(
        file.read_text(), read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE
    )

    assert len(written) == 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_query_uses_nothing_that_only_one_engine_knows(file):
    code = "\n".join(line.split("--")[0] for line in file.read_text().lower().splitlines())

    assert [word for word in NOT_PORTABLE if word in code] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_query_opens_by_saying_what_it_reads(file):
    head = [line for line in file.read_text().splitlines() if line.startswith("--")]

    assert head
    assert "reads" in " ".join(head).lower()


def test_every_file_is_used():
    sources = "\n".join(path.read_text() for path in Path(livingroom.measure.__file__).parent.rglob("*.py"))

    assert [file.stem for file in FILES if f'"{file.stem}"' not in sources] == []
