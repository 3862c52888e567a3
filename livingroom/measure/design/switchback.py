"""Give and withhold by branch and block of days: every unit has treated and held-out blocks, so few units are enough."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from livingroom.measure.design import checks
from livingroom.measure.design.assignment import Design
from livingroom.measure.design.history import features, too_short, usable
from livingroom.measure.design.horizon import DEFAULT_DAYS
from livingroom.measure.design.power import LEVEL, WISHED, shortfall
from livingroom.measure.design.promise import Power
from livingroom.measure.design.rules import RotatingBlocks
from livingroom.measure.design.strata import strata_of
from livingroom.measure.design.switchback_power import days_needed, switchback_power
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.panel import Panel

FEWEST_UNITS = 2
FEWEST_BLOCKS = 4
FEWEST_CELLS = 12
LEAST_KEPT_DAYS = 2


def plan_switchback(
    history: Panel,
    *,
    test_days: int,
    block_days: int,
    wash_out_days: int,
    horizon_days: int = DEFAULT_DAYS,
    units: Sequence[str] = (),
    share: float = 0.5,
    lift: float = 0.05,
    wished: float = WISHED,
    level: float = LEVEL,
    seed: int,
    starts_on: date | None = None,
) -> Design | NotEnoughData:
    """Plan a switchback over branches or markets.

    Parameters
    ----------
    history : Panel
        Past outcomes of the units, one column a day.
    test_days : int
        Days of test; whole blocks of them are used.
    block_days, wash_out_days : int
        Days of a block, and its first days that the analysis leaves away.
    horizon_days : int
        For how many days an offer pulls orders forward (`horizon.estimate_horizon`); a shorter wash-out is refused.
    units : sequence of str
        The units that may be left out; all if empty.
    share : float
        The share of blocks in which a unit is treated: 1/2, 2/3, 3/4.
    lift, wished, level, seed, starts_on
        As for `plan_geo`.

    Returns
    -------
    Design or NotEnoughData
    """
    panel, left_away = usable(history, units)
    n_units, n_blocks = len(panel.units), test_days // block_days if block_days > 0 else 0
    refusal = _refusal(n_units, n_blocks, block_days, wash_out_days, horizon_days, share)
    if refusal:
        return NotEnoughData(refusal)
    used_days = n_blocks * block_days
    if panel.outcome.shape[1] < used_days:
        return too_short(panel.outcome.shape[1], used_days, "one placebo window as long as the test")
    strata = strata_of(features(panel.outcome)) if n_units >= 16 else ("",) * n_units
    rule = RotatingBlocks(panel.units, strata, n_blocks, share)
    power = switchback_power(
        panel,
        rule,
        block_days=block_days,
        wash_out_days=wash_out_days,
        lift=lift,
        wished=wished,
        level=level,
    )
    if isinstance(power, NotEnoughData):
        return power
    if power.power < wished:
        needed = days_needed(
            panel,
            rule,
            block_days=block_days,
            wash_out_days=wash_out_days,
            lift=lift,
            wished=wished,
            level=level,
        )
        power = replace(power, days_needed=needed)
    return Design(
        kind="switchback",
        rule=rule,
        seed=seed,
        method=f"by chance for each branch and block of {block_days} days, balanced within both",
        test_days=used_days,
        block_days=block_days,
        wash_out_days=wash_out_days,
        horizon_days=horizon_days,
        starts_on=starts_on,
        power=power,
        checks=(checks.wash_out(wash_out_days, horizon_days),),
        notes=_notes(left_away, power, test_days - used_days),
    ).with_log()


def two_lengths(
    history: Panel,
    *,
    test_days: int,
    short_days: int,
    long_days: int,
    seed: int,
    horizon_days: int = DEFAULT_DAYS,
    units: Sequence[str] = (),
    lift: float = 0.05,
    starts_on: date | None = None,
) -> tuple[Design | NotEnoughData, Design | NotEnoughData]:
    """Plan the long blocks that read the lift and, after them, short ones that read what is merely pulled forward too.

    The short one has no wash-out, so its reading (with a wash-out and a horizon of 0) is not the lift: less that of the long
    one it is the cannibalisation.

    Parameters
    ----------
    test_days : int
        Days of each of the two.
    short_days, long_days : int
        Days of a block.
    starts_on : date, optional
        First day of the long ones; the short ones follow the day after they end.

    Returns
    -------
    tuple of Design or NotEnoughData
        The long and the short.
    """
    long = plan_switchback(
        history, test_days=test_days, block_days=long_days, wash_out_days=horizon_days, horizon_days=horizon_days,
        units=units, lift=lift, seed=seed, starts_on=starts_on,
    )  # fmt: skip
    after = long.ends_on + timedelta(days=1) if isinstance(long, Design) and long.ends_on else None
    short = plan_switchback(
        history, test_days=test_days, block_days=short_days, wash_out_days=0, horizon_days=0,
        units=units, lift=lift, seed=seed + 1, starts_on=after,
    )  # fmt: skip
    return long, short


def _refusal(
    n_units: int, n_blocks: int, block_days: int, wash_out_days: int, horizon_days: int, share: float
) -> str | None:
    if n_units < FEWEST_UNITS:
        return (
            f"{n_units} unit that sells on most days, and a switchback over branches needs {FEWEST_UNITS}. "
            f"Toss coins for the single branch"
        )
    if block_days < wash_out_days + LEAST_KEPT_DAYS:
        return (
            f"blocks of {block_days} days leave {max(block_days - wash_out_days, 0)} after {wash_out_days} of wash-out. "
            f"Take blocks of at least {wash_out_days + LEAST_KEPT_DAYS} days"
        )
    if wash_out_days < horizon_days:
        return (
            f"a wash-out of {wash_out_days} days is shorter than the {horizon_days} days that an offer pulls orders forward, "
            f"which would be read as lift. Leave away at least {horizon_days}"
        )
    if n_blocks < FEWEST_BLOCKS or n_units * n_blocks < FEWEST_CELLS:
        needed = max(FEWEST_BLOCKS, -(-FEWEST_CELLS // n_units))
        return f"{n_blocks} blocks over {n_units} units are too few to compare. Plan {needed} blocks: {needed * block_days} days"
    fraction = Fraction(share).limit_denominator(12)
    if not 0 < share < 1 or fraction.denominator > min(n_blocks, 4):
        return f"a share of {share:g} does not fit {n_blocks} blocks. Take 1/2, 2/3 or 3/4"
    return None


def _notes(left_away: tuple[str, ...], power: Power, days_over: int) -> tuple[str, ...]:
    notes = [
        "A switchback reads the short run: what an offer adds while it is on, once the wash-out is over."
    ]
    if left_away:
        notes.append(f"Not drawn, because they sold nothing on many days: {', '.join(left_away)}.")
    if days_over:
        notes.append(f"The last {days_over} days fill no block and are not used.")
    return (*notes, *shortfall(power))
