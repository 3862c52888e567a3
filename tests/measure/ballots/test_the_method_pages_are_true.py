"""The worked examples on the pages about ranking and ballots, measured."""

import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest

from livingroom.measure.ballots.surplus import ByDay, surprise
from livingroom.measure.ranking import (
    Prior,
    now_score,
    people_who_saw,
    per_exposure,
    popular_key,
    score_of_key,
)

METHODS = Path(__file__).parents[3] / "docs" / "methods"
DAY = 86_400_000_000


def rows_of(page, name):
    blocks = re.findall(r"^```csv (\w+)\n(.*?)^```$", (METHODS / page).read_text(), re.MULTILINE | re.DOTALL)
    return list(csv.DictReader(io.StringIO(dict(blocks)[name])))


def test_now():
    for row in rows_of("ranking.md", "now"):
        score = now_score([float(row["recent_votes"])], [float(row["age_hours"])])[0]
        assert score == pytest.approx(float(row["score"]), abs=1e-5)


def test_popular():
    for row in rows_of("ranking.md", "popular"):
        at = [int(day) * DAY for day in row["days"].split()]
        key = popular_key([1] * len(at), at, 7 * DAY, 0)
        assert key == float(row["key"])
        assert score_of_key([key], 28 * DAY, 7 * DAY, 0)[0] == float(row["score_on_day_28"])


def test_votes_per_exposure():
    for row in rows_of("ranking.md", "per_exposure"):
        found = per_exposure([int(row["votes"])], [int(row["exposures"])], prior=Prior()).estimate(0)
        assert found.value == pytest.approx(float(row["value"]), abs=1e-6)
        assert found.low == pytest.approx(float(row["low"]), abs=1e-6)
        assert found.high == pytest.approx(float(row["high"]), abs=1e-6)


def test_the_surplus_of_newcomers():
    for row in rows_of("ballots.md", "surplus"):
        kind, on_idea, others, liked = (
            int(row[name]) for name in ("of_kind", "on_idea", "others", "others_on_idea")
        )
        idea = np.repeat([0, 1, 0, 1], [on_idea, kind - on_idea, liked, others - liked])
        is_kind = np.arange(kind + others) < kind

        by_day = ByDay(idea, np.zeros(len(idea), dtype=np.int64), 2)
        expected = by_day.expected(is_kind, by_day.shares((~is_kind,)))

        assert expected[0] == pytest.approx(float(row["expected"]), abs=1e-4)
        assert surprise(np.array([float(on_idea)]), expected[:1])[0] == pytest.approx(
            float(row["surprise"]), abs=0.005
        )


def test_people_are_told_from_looks_as_the_page_says() -> None:
    for row in rows_of("ranking.md", "people"):
        found = people_who_saw([int(row["visitors"])], [int(row["first_looks"])], [int(row["looks"])])

        assert found.tolist() == [float(row["people"])]
