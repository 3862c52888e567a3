"""Tables for Google Meridian 2.1: its input file with the names of its columns, our lifts as priors, its summary back.

names = columns(weekly)
loader = CsvDataLoader("weekly.csv", CoordToColumns(**names["coord_to_columns"]), kpi_type=names["kpi_type"],
                       media_to_channel=names["media_to_channel"],
                       media_spend_to_channel=names["media_spend_to_channel"])
roi_m = lognormal_dist_from_mean_std([prior.mean …], [prior.standard_deviation …])
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from livingroom.measure.estimate import Estimate
from livingroom.measure.exchange.imported import Modelled, rows_of
from livingroom.measure.exchange.lifts import ExportedLift, RoiPrior, roi_prior
from livingroom.measure.exchange.weekly import Weekly
from livingroom.measure.problems import InputError

METHOD = "Meridian 2.1 posterior, equal-tailed interval"
DEFAULT_ROI_PRIOR = (
    1.8312522088757732,
    2.0456882169853987,
)  # mean and s.d. of Meridian's own LogNormal(0.2, 0.9)


def frame(weekly: Weekly) -> pa.Table:
    """The input file: one row per market and week.

    Returns
    -------
    pyarrow.Table
        `geo`, `time` (text, yyyy-mm-dd), `kpi` (orders), `revenue_per_kpi`, `population`, and for each channel
        `<channel>_exposure` and `<channel>_spend`; then the controls. A national table has no geo and no population.
    """
    orders, revenue = weekly.orders.ravel(), weekly.revenue.ravel()
    total = revenue.sum() / orders.sum() if orders.sum() > 0 else 1.0
    each = np.divide(revenue, orders, out=np.full(len(orders), total), where=orders > 0)
    columns: dict[str, pa.Array] = {}
    if not weekly.is_national:
        columns["geo"] = pa.array([market for market in weekly.markets for _ in weekly.weeks])
    columns["time"] = pa.array([week.isoformat() for _ in weekly.markets for week in weekly.weeks])
    columns["kpi"] = pa.array(orders if orders.any() else revenue)
    if orders.any():
        columns["revenue_per_kpi"] = pa.array(each)
    if not weekly.is_national:
        columns["population"] = pa.array(np.repeat(weekly.population, len(weekly.weeks)))
    for at, channel in enumerate(weekly.channels):
        columns[f"{channel}_exposure"] = pa.array(weekly.exposure[at].ravel())
        columns[f"{channel}_spend"] = pa.array(weekly.spend[at].ravel())
    for name, values in weekly.controls.items():
        if name in columns:
            raise InputError([f"The control {name} has the name of another column."])
        columns[name] = pa.array(np.ascontiguousarray(values).ravel())
    return pa.table(columns)


def columns(weekly: Weekly) -> dict[str, Any]:
    """What the loader must be told of the file: arguments of `CoordToColumns` and `CsvDataLoader`."""
    exposures = [f"{channel}_exposure" for channel in weekly.channels]
    spends = [f"{channel}_spend" for channel in weekly.channels]
    has_orders = bool(weekly.orders.any())
    names: dict[str, Any] = {"time": "time", "kpi": "kpi", "media": exposures, "media_spend": spends}
    if not weekly.is_national:
        names |= {"geo": "geo", "population": "population"}
    if has_orders:
        names["revenue_per_kpi"] = "revenue_per_kpi"
    if weekly.controls:
        names["controls"] = list(weekly.controls)
    return {
        "coord_to_columns": names,
        "kpi_type": "non_revenue" if has_orders else "revenue",
        "media_to_channel": dict(zip(exposures, weekly.channels, strict=True)),
        "media_spend_to_channel": dict(zip(spends, weekly.channels, strict=True)),
        "currency_code": weekly.currency,
    }


def roi_priors(weekly: Weekly, tests: Sequence[ExportedLift]) -> list[RoiPrior]:
    """Priors of all channels, in Meridian's order; one without a test keeps Meridian's own.

    Raises
    ------
    NotAccepted
        If a test's lift is not above zero, or its channel cost nothing.
    InputError
        If a test is of a channel that the table does not have, or a channel has two.
    """
    named = [test.channel for test in tests]
    strangers = sorted({name for name in named if name not in weekly.channels})
    if strangers or len(set(named)) != len(named):
        raise InputError(
            [
                f"Give one test a channel of the table; wrong: {', '.join(strangers) or 'one channel comes twice'}."
            ]
        )
    found = {test.channel: roi_prior(test) for test in tests}
    return [found.get(channel, RoiPrior(channel, *DEFAULT_ROI_PRIOR)) for channel in weekly.channels]


def read_summary(path: str | Path, *, n_weeks: int, level: float = 0.9) -> list[Modelled]:
    """Read `Analyzer.summary_metrics().to_dataframe()` saved as CSV: the incremental outcome of each channel.

    Parameters
    ----------
    path : path
        Columns channel, metric (mean, ci_lo, ci_hi), distribution (posterior), incremental_outcome.
    n_weeks : int
        Weeks that the model was fitted on.
    level : float
        The confidence level that the summary was made with: Meridian's is 0.9 unless told otherwise.

    Raises
    ------
    InputError
        If the columns are not those, or a channel lacks its interval.
    """
    rows = rows_of(path, ("channel", "metric", "incremental_outcome"))
    posterior = [row for row in rows if row.get("distribution", "posterior") == "posterior"]
    values: dict[str, dict[str, float]] = {}
    for row in posterior:
        values.setdefault(row["channel"], {})[row["metric"]] = float(row["incremental_outcome"] or "nan")
    found = []
    for channel, of in values.items():
        if channel == "All Channels":
            continue
        if not {"mean", "ci_lo", "ci_hi"} <= set(of):
            raise InputError([f"{path}: {channel} lacks one of mean, ci_lo, ci_hi."])
        mean = of["mean"]
        ends = min(of["ci_lo"], mean), max(of["ci_hi"], mean)
        found.append(Modelled(channel, Estimate(mean, *ends, level, n_weeks, METHOD)))
    return found
