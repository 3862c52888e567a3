"""One series and its controls: the published comparison, the model's algebra against statsmodels, and the badge."""

from dataclasses import replace

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift import local_level, peer
from livingroom.measure.lift.history import history_lift
from livingroom.measure.lift.local_level import forecast
from livingroom.measure.lift.reading_series import series_of, wide_series
from livingroom.measure.lift.simulate import few_world
from livingroom.measure.lift.tables import read_table
from livingroom.measure.lift.turning import Past
from livingroom.measure.problems import InputError
from tests.measure.lift.data import days, published


def comparison(**changes):
    options = {
        "time": "DATE",
        "outcome": "CHANGED",
        "treated": "treated",
        "controls": ("NOT_CHANGED_1", "NOT_CHANGED_2"),
        "start": "2019-07-15",
        "end": None,
    }
    return wide_series(read_table(published("causalimpact_comparison.csv")), **(options | changes))


def simulated(lift=0.1, seed=0, **changes):
    return series_of(few_world(lift, seed, n_units=4, n_pre=90, n_test=30, **changes).panel)


def test_the_published_comparison_agrees_within_its_own_uncertainty():
    reading = history_lift(comparison())

    # CausalImpact in R: −657 with a standard deviation of 736, between −2,076 and 832; its ports differ as much.
    assert reading.average.value == pytest.approx(-657, abs=736)
    assert reading.average.low == pytest.approx(-2076, abs=1100)
    assert reading.average.high == pytest.approx(832, abs=700)
    assert reading.average.low < -657 < reading.average.high


def test_the_badge_is_modelled_and_three_dates_are_tried():
    reading = history_lift(comparison())

    assert not reading.is_tested
    assert any(note.startswith("Modelled, not tested") for note in reading.notes)
    assert "3 dates" in reading.checks[0].sentence


def test_the_forecast_is_that_of_a_state_space_model(monkeypatch):
    rng = np.random.default_rng(0)
    level = np.cumsum(rng.normal(0, 0.3, 70))
    control = rng.normal(size=(80, 1))
    outcome = level + 2 * control[:70, 0] + rng.normal(0, 1, 70)
    ratio = 0.09
    monkeypatch.setattr(local_level, "STEPS", (ratio**0.5,))
    monkeypatch.setattr(local_level, "MEMORIES", (0.0,))
    at = np.arange(80.0)

    ours = forecast(Past(outcome, control[:70], at[:70], control[70:], at[70:]), n_draws=40_000, seed=1)

    model = UnobservedComponents(outcome, level="llevel", exog=control[:70], mle_regression=False)
    theirs = model.smooth([1.0, ratio]).get_forecast(10, exog=control[70:])
    assert ours.mean == pytest.approx(theirs.predicted_mean, abs=1e-3)
    spread = ours.paths.std(axis=0) / theirs.se_mean
    assert spread == pytest.approx(spread.mean(), rel=0.03)


def test_noise_that_lingers_is_not_taken_for_a_wandering_level():
    reading = history_lift(simulated(seed=3))

    assert reading.relative.high - reading.relative.low < 0.5


def test_a_control_that_moves_along_takes_an_outside_shock_away():
    rng = np.random.default_rng(4)
    shared = np.cumsum(rng.normal(0, 5, 120))
    series = replace(
        simulated(seed=5),
        times=days(120),
        outcome=1000 + shared + rng.normal(0, 5, 120) + 100.0 * (np.arange(120) >= 90),
        controls=(500 + shared + rng.normal(0, 2, 120))[None, :],
        names=("other shop",),
    )

    with_control = history_lift(series)
    alone = history_lift(replace(series, controls=np.zeros((0, 120)), names=()))

    assert with_control.average.low < 100 < with_control.average.high
    assert with_control.average.low > 50
    assert alone.average.high - alone.average.low > 2 * (with_control.average.high - with_control.average.low)
    assert any("no other series" in note for note in alone.notes)


def test_weekdays_are_learnt_from_days():
    rng = np.random.default_rng(6)
    week = np.tile([0, 0, 0, 0, 0, 300, 300], 20)[:126]
    base = simulated(seed=7)
    series = replace(
        base,
        times=days(126),
        outcome=1000 + week + rng.normal(0, 10, 126),
        controls=np.zeros((0, 126)),
        names=(),
        pre=np.arange(126) < 117,
    )

    reading = history_lift(series)

    assert reading.average.low < 0 < reading.average.high
    assert reading.average.high - reading.average.low < 60


def test_many_controls_are_brought_together():
    world = few_world(0.1, 8, n_units=40, n_pre=90, n_test=30)

    reading = history_lift(series_of(world.panel))

    assert any(note.startswith("39 controls are brought together") for note in reading.notes)


def test_a_short_past_and_a_missing_start_are_refused():
    short = history_lift(replace(comparison(), pre=np.arange(108) < 8))

    assert isinstance(short.relative, NotEnoughData)
    assert "at least 12" in short.relative.reason
    with pytest.raises(InputError, match="Say with --from"):
        comparison(start=None)


def test_a_series_around_zero_has_an_average_and_no_share():
    series = simulated(seed=9)

    reading = history_lift(replace(series, outcome=series.outcome - series.outcome.mean()))

    assert isinstance(reading.relative, NotEnoughData)
    assert reading.average is not None


def test_the_peer_stands_beside_when_it_is_installed(monkeypatch):
    class Peer:
        """Answers as bsts-causalimpact does."""

        def __init__(self, table, pre_period, post_period, alpha):
            import pandas

            n = post_period[1] - post_period[0] + 1
            columns = {"predicted_mean": 100.0, "cumulative_effect": 10.0 * n}
            columns |= {"cumulative_effect_lower": 5.0 * n, "cumulative_effect_upper": 15.0 * n}
            self.inferences = pandas.DataFrame({name: [value] * n for name, value in columns.items()})
            assert table.shape[0] == post_period[1] + 1
            assert pre_period[1] + 1 == post_period[0]
            assert alpha == pytest.approx(0.05)

    module = type("module", (), {"CausalImpact": Peer})
    monkeypatch.setattr(peer.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(peer.importlib, "import_module", lambda name: module)

    reading = history_lift(comparison())

    assert reading.others[0].value == pytest.approx(0.1)
    assert (reading.others[0].low, reading.others[0].high) == (pytest.approx(0.05), pytest.approx(0.15))
    assert any("prior" in note for note in reading.notes)
