"""Tables for pymc-marketing 0.19: the frame its MMM is fitted on, the frame of lift tests, and its contributions back.

frame = pandas.read_csv("weekly.csv", parse_dates=["date"])
mmm = MMM(date_column="date", channel_columns=[…], target_column="target", dims=("geo",), …)
mmm.build_model(frame.drop(columns="target"), frame["target"])
mmm.add_lift_test_measurements(pandas.read_csv("lift_tests.csv"))
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from livingroom.measure.estimate import Estimate
from livingroom.measure.exchange.imported import Modelled, rows_of
from livingroom.measure.exchange.lifts import ExportedLift, NotAccepted
from livingroom.measure.exchange.weekly import Weekly
from livingroom.measure.problems import InputError

METHOD = "pymc-marketing 0.19 posterior, highest-density interval"


def frame(weekly: Weekly, *, use: str = "spend") -> pa.Table:
    """The frame the model is fitted on.

    Parameters
    ----------
    weekly : Weekly
        Our weeks.
    use : str
        "spend" or "exposure": what the channel columns hold.

    Returns
    -------
    pyarrow.Table
        `date` (timestamp), `geo` where there are markets, `target` (net revenue), a column a channel and a control; one
        row per week and market.
    """
    shown = {"spend": weekly.spend, "exposure": weekly.exposure}[use]
    columns: dict[str, pa.Array] = {
        "date": pa.array(list(weekly.weeks) * len(weekly.markets)).cast(pa.timestamp("ns"))
    }
    if not weekly.is_national:
        columns["geo"] = pa.array([market for market in weekly.markets for _ in weekly.weeks])
    columns["target"] = pa.array(weekly.revenue.ravel())
    columns |= {channel: pa.array(shown[at].ravel()) for at, channel in enumerate(weekly.channels)}
    columns |= {
        name: pa.array(np.ascontiguousarray(values).ravel()) for name, values in weekly.controls.items()
    }
    if len(columns) != 2 + (not weekly.is_national) + len(weekly.channels) + len(weekly.controls):
        raise InputError(
            [
                "A channel or control has the name of another column: date, geo, target, channels and controls differ."
            ]
        )
    return pa.table(columns)


def lift_tests(tests: Sequence[ExportedLift], *, use: str = "spend") -> pa.Table:
    """The frame for `add_lift_test_measurements`.

    A holdout compares nothing with what was shown: x is 0, delta_x what was shown in a week of a market, delta_y what that
    added, sigma its standard error.

    Raises
    ------
    NotAccepted
        If a lift is not above zero (the model's likelihood is a gamma of a rising curve), or nothing was shown.
    """
    rows = [_lift_row(test, use) for test in tests]
    has_markets = any(test.market for test in tests)
    names = ["channel", *(["geo"] if has_markets else []), "x", "delta_x", "delta_y", "sigma"]
    return pa.table({name: pa.array([row[name] for row in rows]) for name in names})


def _lift_row(test: ExportedLift, use: str) -> dict[str, str | float]:
    shown = {"spend": test.spend, "exposure": test.exposure}[use]
    if shown <= 0 or test.n_cells <= 0:
        raise NotAccepted(
            f"{test.channel} has no {use} in its tested cells, so its curve cannot be pinned by the test."
        )
    if test.added <= 0:
        raise NotAccepted(
            f"{test.channel} added {test.added:,.0f} in its test; pymc-marketing takes only lifts above zero. "
            "Leave the channel out of the calibration, and believe the test."
        )
    return {
        "channel": test.channel,
        "geo": test.market,
        "x": 0.0,
        "delta_x": shown / test.n_cells,
        "delta_y": test.added / test.n_cells,
        "sigma": test.standard_error / test.n_cells,
    }


def read_contributions(path: str | Path, *, n_weeks: int) -> list[Modelled]:
    """Read `mmm.summary.contributions()` saved as CSV; with `frequency="all_time"` there is one row a channel.

    Parameters
    ----------
    path : path
        Columns channel, mean, abs_error_94_lower, abs_error_94_upper (or another probability), optional date and geo.
    n_weeks : int
        Weeks that the model was fitted on.

    Raises
    ------
    InputError
        If the columns are not those.
    """
    rows = rows_of(path, ("channel", "mean"))
    level = _level(list(rows[0]))
    ends = (f"abs_error_{level}_lower", f"abs_error_{level}_upper")
    found = []
    for row in rows:
        mean, low, high = (float(row[name]) for name in ("mean", *ends))
        # The mean of a skewed posterior may lie outside its highest-density interval.
        estimate = Estimate(mean, min(low, mean), max(high, mean), int(level) / 100, n_weeks, METHOD)
        found.append(Modelled(row["channel"], estimate, row.get("geo", ""), row.get("date", "")))
    return found


def _level(columns: list[str]) -> str:
    levels = [
        name.split("_")[2] for name in columns if name.startswith("abs_error_") and name.endswith("_lower")
    ]
    if not levels:
        raise InputError(
            ["There is no column such as abs_error_94_lower: save mmm.summary.contributions() as CSV."]
        )
    return max(levels, key=int)
