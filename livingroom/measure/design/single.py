"""One branch alone: coins tossed at the points that make the worst case least bad, and what that can show."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design import checks
from livingroom.measure.design.assignment import Design
from livingroom.measure.design.bojinov import optimal_points, risk
from livingroom.measure.design.history import too_short, usable, windows
from livingroom.measure.design.horizon import DEFAULT_DAYS
from livingroom.measure.design.power import LEVEL, WISHED, promised, shortfall
from livingroom.measure.design.promise import Power
from livingroom.measure.design.rules import CoinPoints
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.panel import Panel

if TYPE_CHECKING:
    from livingroom.measure.lift.coins import Windows

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FEWEST_TOSSES = (
    12  # below, the analysis gives no verdict: too few other tosses differ enough from the one that came
)
DRAWS, OTHERS = 600, 399


def plan_single_branch(
    history: Panel,
    *,
    test_days: int,
    period_days: int = 1,
    horizon_days: int = DEFAULT_DAYS,
    unit: str | None = None,
    pre_days: int = 28,
    lift: float = 0.05,
    wished: float = WISHED,
    level: float = LEVEL,
    seed: int,
    starts_on: date | None = None,
) -> Design | NotEnoughData:
    """Plan a switchback of a single branch.

    Parameters
    ----------
    history : Panel
        Past outcomes, one column a day.
    test_days, period_days : int
        Days of test and of one period; the test is whole periods.
    horizon_days : int
        For how many days an offer pulls orders forward: the carry-over is as many periods as hold them.
    unit : str, optional
        The branch; may be left out if the history has one only.
    pre_days : int
        Days before the test that say what to expect of each day of the week; 14 at least.
    lift, wished, level, seed, starts_on
        As for `plan_geo`.

    Returns
    -------
    Design or NotEnoughData
    """
    if unit is None and len(history.units) != 1:
        return NotEnoughData(f"the history has {len(history.units)} units: say which one branch is meant")
    panel, left_away = usable(history, (unit,) if unit else ())
    if left_away:
        return NotEnoughData(
            f"{left_away[0]} sold nothing on more than a quarter of the days. Take longer periods of history"
        )
    n_periods, carry_over = test_days // period_days, -(-horizon_days // period_days)
    if n_periods < 4 * max(carry_over, 1):
        return NotEnoughData(
            f"{n_periods} periods of {period_days} days are too few for orders pulled forward by {horizon_days} days. "
            f"Plan at least {4 * max(carry_over, 1) * period_days} days"
        )
    points = optimal_points(n_periods, carry_over)
    if len(points) < FEWEST_TOSSES:
        needed = (FEWEST_TOSSES + 2) * max(carry_over, 1) * period_days
        return NotEnoughData(
            f"{len(points)} tosses of a coin in {test_days} days can never show more than chance. Plan at least {needed} days"
        )
    rule = CoinPoints(panel.units[0], n_periods, points)
    power = single_power(
        panel.outcome[0], rule, period_days=period_days, carry_over=carry_over, pre_days=pre_days,
        lift=lift, wished=wished, level=level,
    )  # fmt: skip
    if isinstance(power, NotEnoughData):
        return power
    return Design(
        kind="single_branch",
        rule=rule,
        seed=seed,
        method=f"a fair coin at periods {', '.join(map(str, points))}, which holds until the next",
        test_days=n_periods * period_days,
        pre_days=pre_days,
        block_days=period_days,
        wash_out_days=carry_over * period_days,
        horizon_days=horizon_days,
        starts_on=starts_on,
        power=power,
        checks=(checks.wash_out(carry_over * period_days, horizon_days),),
        notes=(
            f"Largest mean squared error {risk(n_periods, points, carry_over):.2f} B², B the largest outcome of a period.",
            "One branch alone shows large lifts only: where there are several, take them all.",
            *shortfall(power),
        ),
    ).with_log()


def single_power(
    outcome: Floats,
    rule: CoinPoints,
    *,
    period_days: int,
    carry_over: int,
    pre_days: int,
    lift: float = 0.05,
    wished: float = WISHED,
    level: float = LEVEL,
    seed: int = 0,
) -> Power | NotEnoughData:
    """How often re-tossing the coins refuses that nothing was added, tried on placebo windows of this history.

    Parameters
    ----------
    outcome : array of float, shape (days,)
        The branch's past.
    rule : CoinPoints
        The coins.
    """
    from livingroom.measure.lift.coins import Windows

    length = rule.n_blocks * period_days
    starts = windows(len(outcome), pre_days + length, max(length // 4, 1))
    if not starts:
        return too_short(len(outcome), pre_days + length, "one placebo window")
    generator = np.random.default_rng(seed)
    points = np.array(rule.points)
    segment = np.searchsorted(points, np.arange(1, rule.n_blocks + 1), side="right") - 1
    reach = Windows.of(segment.astype(np.int64), carry_over)
    others = _sides(reach, rule.many(OTHERS, generator)[:, 0, points - 1])
    each = -(-DRAWS // len(starts))
    trials, spread = [], []
    for start in starts:
        periods, expected = _stretch(outcome[start : start + pre_days + length], pre_days, period_days)
        drawn = rule.many(each, generator)[:, 0]
        trials.append(_Lines.of(reach, periods - expected, drawn * periods, drawn[:, points - 1], others))
        spread.append(trials[-1].own / expected.mean())
    return promised(
        lambda at: float(np.concatenate([trial.rejects(at, level) for trial in trials]).mean()),
        lift=lift,
        wished=wished,
        level=level,
        standard_error=float(np.sqrt(np.nanmean(np.concatenate(spread) ** 2))),
        n=len(rule.points),
        method=f"Horvitz–Thompson with re-tossed coins, tried on {len(starts)} placebo windows of history",
    )


def _sides(reach: "Windows", tossed: Bools) -> Floats:
    """What each period weighs, shape (draws, periods − carry-over): plus and minus one in sum; nan if a side is empty."""
    on, off = (side * reach.weight for side in reach.pure(tossed))
    with np.errstate(invalid="ignore", divide="ignore"):
        weights: Floats = on / on.sum(axis=1, keepdims=True) - off / off.sum(axis=1, keepdims=True)
    return weights


def _stretch(days: Floats, pre_days: int, period_days: int) -> tuple[Floats, Floats]:
    """Outcome by period, and what the days before say of it: the mean of that day of the week."""
    mean = float(np.nanmean(days[:pre_days]))
    weekday = np.arange(len(days)) % 7
    before = np.nan_to_num(days[:pre_days], nan=mean)
    usual = np.array([before[weekday[:pre_days] == number].mean() for number in range(7)])
    test = np.nan_to_num(days[pre_days:], nan=mean)
    return test.reshape(-1, period_days).mean(axis=1), usual[weekday[pre_days:]].reshape(
        -1, period_days
    ).mean(axis=1)


@dataclass(frozen=True)
class _Lines:
    """Statistics of draws and of the others on the same outcome: straight lines in the lift."""

    own: Floats
    own_slope: Floats
    null: Floats
    slope: Floats

    @classmethod
    def of(cls, reach: "Windows", flat: Floats, added: Floats, tossed: Bools, others: Floats) -> "_Lines":
        """Draws `tossed` on the outcome `flat`, each adding `added`, shape (draws, periods), times the lift."""
        from livingroom.measure.lift.coins import without_transition

        usable = others[np.isfinite(others).all(axis=1)]
        own, start = _sides(reach, tossed), reach.carry_over
        # The analysis takes away what a young switch does before it compares with other tosses; it is linear in the outcome.
        settled, more = (
            np.stack(
                [
                    without_transition(reach, row, coins)[start:]
                    for row, coins in zip(rows, tossed, strict=True)
                ]
            )
            for rows in (np.broadcast_to(flat, added.shape), added)
        )
        return cls(
            own @ flat[start:],
            np.einsum("ij,ij->i", own, added[:, start:]),
            settled @ usable.T,
            more @ usable.T,
        )

    def rejects(self, lift: float, level: float) -> Bools:
        statistic = np.abs(self.own + lift * self.own_slope)
        further = np.abs(self.null + lift * self.slope) >= statistic[:, None] * (1 - 1e-9)
        p = (1 + further.sum(axis=1)) / (1 + further.shape[1])
        rejected: Bools = np.isfinite(statistic) & (p <= 1 - level + 1e-12)
        return rejected
