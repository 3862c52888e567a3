"""Exchange with marketing-mix models. Column names and types are those that pymc-marketing 0.19.2 and Meridian 2.1.0 loaded."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest

from livingroom.measure.calibration import NotTested
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.exchange import meridian, pymc_marketing
from livingroom.measure.exchange.lifts import ExportedLift, NotAccepted, roi_prior
from livingroom.measure.exchange.weekly import NATION, weekly
from livingroom.measure.lift.reading import Reading
from livingroom.measure.problems import InputError

WEDNESDAY = date(2009, 6, 3)
MARKETS = ("DE", "US")


def days(n=30):
    return [WEDNESDAY + timedelta(days=at) for at in range(n)]


def outcomes(n=30):
    rows = [(day, market) for day in days(n) for market in MARKETS]
    return pa.table({
        "on": [day for day, _ in rows],
        "market": [market for _, market in rows],
        "revenue": [100.0 if market == "US" else 40.0 for _, market in rows],
        "orders": [4 if market == "US" else 2 for _, market in rows],
    })  # fmt: skip


def media(n=30, **changed):
    rows = [(day, market, channel) for day in days(n) for market in MARKETS for channel in ("x", "mail")]
    columns = {
        "on": [day for day, _, _ in rows],
        "market": [market for _, market, _ in rows],
        "channel": [channel for _, _, channel in rows],
        "exposure": [10] * len(rows),
        "spend": [3.0 if channel == "x" else 1.0 for _, _, channel in rows],
    }
    return pa.table(columns | changed)


def table(**other):
    return weekly(outcomes(), media(), currency="USD", population={"DE": 80.0, "US": 300.0}, **other)


def lift(channel="x", added=7_000.0, **other):
    return ExportedLift(channel, added, 700.0, n_cells=10, exposure=700.0, spend=2_100.0, **other)


def test_days_become_whole_weeks_from_monday():
    found = table()

    assert found.weeks == (date(2009, 6, 8), date(2009, 6, 15), date(2009, 6, 22))
    assert found.revenue.tolist() == [[280.0] * 3, [700.0] * 3]
    assert found.orders.tolist() == [[14.0] * 3, [28.0] * 3]
    assert found.exposure.tolist() == [[[70.0] * 3] * 2] * 2
    assert dict(zip(found.channels, found.spend[:, 0, 0], strict=True)) == {"mail": 7.0, "x": 21.0}


def test_weeks_that_end_on_a_sunday_are_whole():
    sold = pa.table(
        {"on": [date(2009, 6, 1) + timedelta(days=at) for at in range(14)], "revenue": [1.0] * 14}
    )
    shown = pa.table({"on": [date(2009, 6, 14)], "channel": ["x"], "exposure": [5]})

    found = weekly(sold, shown, currency="EUR")

    assert found.weeks == (date(2009, 6, 1), date(2009, 6, 8))
    assert found.markets == (NATION,)
    assert found.revenue.tolist() == [[7.0, 7.0]]
    assert found.exposure.tolist() == [[[0.0, 5.0]]]


def test_what_no_model_can_take_is_named():
    with pytest.raises(InputError, match="no column revenue"):
        weekly(outcomes().drop(["revenue"]), media(), currency="USD")
    with pytest.raises(InputError, match="negative spend"):
        weekly(outcomes(), media(spend=[-1.0] * 120), currency="USD")
    with pytest.raises(InputError, match="1 whole weeks"):
        weekly(outcomes(13), media(13), currency="USD")
    with pytest.raises(InputError, match="nothing is said of US"):
        weekly(outcomes(), media(), currency="USD", population={"DE": 80.0})


def test_media_where_nothing_is_sold_is_left_out_and_said():
    found = weekly(outcomes(), media(market=["FR"] * 120), currency="USD")

    assert found.exposure.sum() == 0
    assert "FR" in found.notes[0]


def test_controls_are_weekly_means_and_hold_everywhere():
    price = pa.table(
        {"on": days(), "name": ["price"] * 30, "value": [float(day.weekday() == 0) for day in days()]}
    )

    assert table(controls=price).controls["price"] == pytest.approx(np.full((2, 3), 1 / 7))
    with pytest.raises(InputError, match="price has no value"):
        table(controls=price.slice(0, 8))


def test_the_frame_for_pymc_marketing():
    found = pymc_marketing.frame(table())

    assert found.schema.names == ["date", "geo", "target", "mail", "x"]
    assert found.schema.field("date").type == pa.timestamp("ns")
    assert all(found.schema.field(name).type == pa.float64() for name in ("target", "mail", "x"))
    assert found.num_rows == 6
    assert found.slice(3, 1).to_pylist()[0] | {"date": None} == {
        "date": None, "geo": "US", "target": 700.0, "mail": 7.0, "x": 21.0,
    }  # fmt: skip


def test_a_national_frame_has_no_geo():
    found = weekly(outcomes().drop(["market"]), media().drop(["market"]), currency="USD")

    assert pymc_marketing.frame(found, use="exposure").schema.names == ["date", "target", "mail", "x"]
    assert meridian.frame(found).schema.names == [
        "time", "kpi", "revenue_per_kpi", "mail_exposure", "mail_spend", "x_exposure", "x_spend",
    ]  # fmt: skip


def test_lift_tests_for_pymc_marketing_are_per_market_and_week():
    found = pymc_marketing.lift_tests([lift(market="US")])

    assert found.to_pylist() == [
        {"channel": "x", "geo": "US", "x": 0.0, "delta_x": 210.0, "delta_y": 700.0, "sigma": 70.0}
    ]
    assert "geo" not in pymc_marketing.lift_tests([lift()]).schema.names


def test_a_lift_below_zero_is_no_calibration_for_a_rising_curve():
    with pytest.raises(NotAccepted, match="above zero"):
        pymc_marketing.lift_tests([lift(added=-50.0)])
    with pytest.raises(NotAccepted, match="above zero"):
        roi_prior(lift(added=-50.0))
    with pytest.raises(NotAccepted, match="cost nothing"):
        roi_prior(ExportedLift("x", 10.0, 1.0, n_cells=10, exposure=5.0, spend=0.0))


def test_the_file_for_meridian():
    found = meridian.frame(table())

    assert found.schema.names == [
        "geo", "time", "kpi", "revenue_per_kpi", "population", "mail_exposure", "mail_spend", "x_exposure", "x_spend",
    ]  # fmt: skip
    assert found.slice(3, 1).to_pylist() == [
        {"geo": "US", "time": "2009-06-08", "kpi": 28.0, "revenue_per_kpi": 25.0, "population": 300.0,
         "mail_exposure": 70.0, "mail_spend": 7.0, "x_exposure": 70.0, "x_spend": 21.0}
    ]  # fmt: skip


def test_meridian_is_told_which_column_is_what():
    names = meridian.columns(table())

    given = names["coord_to_columns"]
    assert names["kpi_type"] == "non_revenue"
    assert names["media_to_channel"] == {"mail_exposure": "mail", "x_exposure": "x"}
    used = {given["geo"], given["time"], given["kpi"], given["revenue_per_kpi"], given["population"]}
    assert used | set(given["media"]) | set(given["media_spend"]) == set(meridian.frame(table()).schema.names)


def test_our_lifts_become_lognormal_priors():
    """7,000 added by 2,100: a return of 3.33, standard error 0.333; its logarithm has σ² = log(1 + 0.1²)."""
    mail, x = meridian.roi_priors(table(), [lift()])

    assert (x.channel, x.mean, x.standard_deviation) == ("x", pytest.approx(10 / 3), pytest.approx(1 / 3))
    assert x.sigma == pytest.approx(np.sqrt(np.log(1.01)))
    draws = np.random.default_rng(0).lognormal(x.mu, x.sigma, 200_000)
    assert (draws.mean(), draws.std()) == pytest.approx((10 / 3, 1 / 3), rel=0.02)
    assert (mail.mu, mail.sigma) == pytest.approx((0.2, 0.9))


def test_a_test_of_a_strange_channel_is_refused():
    with pytest.raises(InputError, match="tv"):
        meridian.roi_priors(table(), [lift("tv")])


def test_modelled_history_calibrates_nobody():
    total = Estimate(7000.0, 5000.0, 9000.0, 0.95, 24, "state space")
    modelled = Reading("history", total, total=total, is_tested=False)

    with pytest.raises(NotTested):
        ExportedLift.of(modelled, channel="x", n_cells=10, exposure=700.0, spend=2_100.0)
    with pytest.raises(NotTested):
        ExportedLift.of(
            Reading("geo", NotEnoughData("few")), channel="x", n_cells=10, exposure=700.0, spend=2_100.0
        )


def test_a_reading_in_cents_is_handed_over_in_units():
    total = Estimate(700_000.0, 700_000.0 - 195_996.4, 700_000.0 + 195_996.4, 0.95, 24, "geo ANCOVA")

    found = ExportedLift.of(
        Reading("geo", total, total=total), channel="x", n_cells=10, exposure=1.0, spend=1.0, unit=0.01
    )

    assert (found.added, found.standard_error) == pytest.approx((7_000.0, 1_000.0))


def test_contributions_of_pymc_marketing_come_back_as_modelled(tmp_path):
    path = tmp_path / "contributions.csv"
    path.write_text(
        "geo,channel,mean,median,abs_error_94_lower,abs_error_94_upper\n"
        "US,x,1200.5,1100.0,300.25,2400.75\n"
        "DE,x,90.0,10.0,1.0,80.0\n"
    )

    us, de = pymc_marketing.read_contributions(path, n_weeks=59)

    assert (us.channel, us.market, us.badge, us.is_tested) == ("x", "US", "modelled, not tested", False)
    assert us.contribution == Estimate(1200.5, 300.25, 2400.75, 0.94, 59, pymc_marketing.METHOD)
    assert de.contribution.high == 90.0


def test_a_summary_of_meridian_comes_back_as_modelled(tmp_path):
    path = tmp_path / "summary.csv"
    lines = ["channel,metric,distribution,incremental_outcome"]
    for metric, value in (("mean", 500), ("median", 450), ("ci_lo", 100), ("ci_hi", 900)):
        lines += [f"x,{metric},prior,{10 * value}", f"x,{metric},posterior,{value}"]
        lines += [f"All Channels,{metric},posterior,{value + 1}"]
    path.write_text("\n".join(lines) + "\n")

    (found,) = meridian.read_summary(path, n_weeks=59)

    assert found.contribution == Estimate(500.0, 100.0, 900.0, 0.9, 59, meridian.METHOD)
    assert found.badge == "modelled, not tested"


def test_a_file_of_another_kind_is_named(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(InputError, match="no column channel"):
        pymc_marketing.read_contributions(path, n_weeks=1)
    with pytest.raises(InputError, match="no file"):
        meridian.read_summary(tmp_path / "missing.csv", n_weeks=1)
    path.write_text("channel,mean\nx,1\n")
    with pytest.raises(InputError, match="abs_error_94_lower"):
        pymc_marketing.read_contributions(path, n_weeks=1)


def test_an_exported_frame_survives_a_file(tmp_path):
    frame = pymc_marketing.frame(table())
    pyarrow.csv.write_csv(frame, tmp_path / "weekly.csv")

    read = pyarrow.csv.read_csv(tmp_path / "weekly.csv")

    assert read.schema.names == frame.schema.names
    assert read["target"].to_pylist() == frame["target"].to_pylist()
