"""The worked example on the leak meter's page, measured."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import logsumexp

from livingroom.measure.leaking.baseline import Baseline
from livingroom.measure.leaking.change import DAYS_BETWEEN_FALSE_ALARMS, _log_ratios, find_change
from livingroom.measure.leaking.days import split
from tests.measure.leak_stage import day_row

PAGE = (Path(__file__).parents[2] / "docs" / "methods" / "leaks.md").read_text()
QUARTER = Baseline(0.25e6, 0.75e6, 0.01, False, 2)


def ratios(untouched, touched):
    untouched, touched = np.cumsum(untouched), np.cumsum(touched)
    return _log_ratios(untouched, touched, np.zeros_like(untouched), QUARTER)


def test_the_ratio_of_one_day_is_the_pages():
    text = re.search(r"^```csv leak_ratio\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]
    rows = list(csv.DictReader(io.StringIO(text)))

    assert len(rows) == 4
    for row in rows:
        found = np.exp(ratios([int(row["n_untouched"])], [int(row["n_touched"])])[0, 0])
        assert found == pytest.approx(float(row["ratio"]), rel=1e-4)


def test_the_second_such_day_rings():
    statistic = np.exp(logsumexp(ratios([3, 3], [0, 0]), axis=0))

    assert statistic[1] == pytest.approx(1_091.29, rel=1e-4)
    assert "**1,091.29**" in PAGE
    assert f"at least {DAYS_BETWEEN_FALSE_ALARMS} days of use" in PAGE
    days = pa.Table.from_pylist([day_row("C", 0, 0, 3), day_row("C", 1, 0, 3)])
    (uses,) = split(days)
    assert find_change(uses, QUARTER).found == 1


def test_without_a_leak_the_statistic_grows_by_one_a_day():
    random = np.random.default_rng(5)
    shares = random.beta(15, 45, 4_000)
    learned = Baseline(15, 45, 0.01, False, 2)
    ends = []
    for share in shares:
        uses = random.poisson(1.2, 4)
        untouched = random.binomial(uses, share)
        sums = np.cumsum(untouched), np.cumsum(uses - untouched)
        ends.append(np.exp(logsumexp(_log_ratios(*sums, np.zeros(4, dtype=np.int64), learned)[:, -1])))

    assert np.mean(ends) == pytest.approx(4, rel=0.15)
