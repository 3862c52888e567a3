"""Our scorer says of a published detector what its authors published."""

import csv
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy.special import erfc

from livingroom.measure.problems import InputError
from livingroom.measure.spikes.nab import PROFILES, nab_score, read_windows, windows_of
from livingroom.measure.spikes.series import read_series
from tests.measure.spikes.data import SERIES, needs_series, series_files

WINDOW, STEP = 6400, 100


def published(detector):
    with (SERIES / "published_scores.csv").open() as file:
        return {row["File"].split("/")[1]: row for row in csv.DictReader(file) if row["Detector"] == detector}


@cache
def series_of(path):
    series = read_series(path, ZoneInfo("UTC"))
    return series, [series.rows[place].at for place in series.used]


def windowed_gaussian(volume):
    """The published detector: how far below a row lies in a normal distribution of the rows before, renewed every 100 rows."""
    n = np.arange(1, min(len(volume), WINDOW) + 1)
    mean = np.cumsum(volume[:WINDOW]) / n
    spread = np.sqrt(np.cumsum(volume[:WINDOW] ** 2) / n - mean**2)
    means, spreads = np.empty(len(volume)), np.empty(len(volume))
    means[1 : WINDOW + 1], spreads[1 : WINDOW + 1] = mean, spread
    for start in range(WINDOW, len(volume), STEP):
        past = volume[start - WINDOW : start]
        means[start : start + STEP], spreads[start : start + STEP] = past.mean(), past.std()
    means[WINDOW], spreads[WINDOW] = volume[:WINDOW].mean(), volume[:WINDOW].std()
    spreads[spreads == 0] = 1e-6
    below = 1 - 0.5 * erfc((volume[1:] - means[1:]) / spreads[1:] / np.sqrt(2))
    # Result files hold twelve digits, and thresholds are held against these.
    return np.append(0.0, np.round(below, 12))


@needs_series
def test_a_published_detector_gets_its_published_score_in_every_file():
    rows = published("windowedGaussian")
    assert len(rows) == len(series_files()) == 5
    for path in series_files():
        series, at = series_of(path)
        scores = windowed_gaussian(np.array([series.rows[place].volume for place in series.used]))
        row = rows[path.name]

        found = nab_score(
            len(at),
            np.flatnonzero(scores >= float(row["Threshold"])),
            windows_of(read_windows(SERIES / "windows.json", path), at),
        )

        assert found.score == pytest.approx(float(row["Score"]), abs=1e-9)
        counts = (found.n_true, found.n_false, found.n_missed, found.n_quiet)
        assert counts == tuple(int(row[name]) for name in ("TP", "FP", "FN", "TN"))


@needs_series
def test_to_say_nothing_gets_the_published_score_of_nothing():
    rows = published("null")
    for path in series_files():
        _, at = series_of(path)

        found = nab_score(len(at), [], windows_of(read_windows(SERIES / "windows.json", path), at))

        assert found.score == float(rows[path.name]["Score"])
        assert found.normalised == 0
        assert (found.n_missed, found.n_quiet) == (int(rows[path.name]["FN"]), int(rows[path.name]["TN"]))


def test_the_first_row_of_every_window_is_the_best_that_can_be():
    windows = [(200, 299), (500, 599)]

    assert nab_score(1000, [200, 500], windows).normalised == 100
    assert nab_score(1000, range(200, 300), windows).score == pytest.approx(0)
    late, middle, early = (nab_score(1000, [row], windows).score for row in (299, 250, 200))
    assert -2 < late < middle < early == 0


@pytest.mark.parametrize("profile", PROFILES)
def test_a_false_alarm_costs_the_more_the_farther_it_is(profile):
    windows = [(200, 299)]
    near, far, before = (nab_score(1000, [row], windows, profile).score for row in (301, 900, 190))

    assert near > far == before == -PROFILES[profile].miss - PROFILES[profile].false_alarm


def test_rows_on_probation_do_not_count():
    assert nab_score(1000, range(150), [(10, 20), (500, 510)]).score == -1
    assert nab_score(100_000, range(750), [(800, 900)]).n_false == 0


def test_windows_of_another_file_are_refused():
    with pytest.raises(InputError, match="holds no row"):
        windows_of([(5, 6)], [10, 20])
