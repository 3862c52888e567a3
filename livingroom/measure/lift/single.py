"""One branch alone: a coin decides at some days whether offers are posted until the next toss."""

import numpy as np

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.checks import as_drawn, compliance
from livingroom.measure.design.rules import CoinPoints
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.assigned import blocks_of
from livingroom.measure.lift.chart import moments
from livingroom.measure.lift.coins import (
    Booleans,
    Windows,
    horvitz_thompson,
    invert_tosses,
    variance_bound,
)
from livingroom.measure.lift.intervals import around, as_share, scaled
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.randomisation import Inversion
from livingroom.measure.lift.reading import Check, Moment, Reading
from livingroom.measure.lift.tosses import Tosses, expected_from_past, planned, tosses_of

COIN_ON_TRUST = (
    "No assignment log was given: that a fair coin decided at the start of each block is taken on trust."
)
ONE_BRANCH = "One branch: the short-run lift of this branch in this time, and no other's."


def single_lift(
    panel: Panel,
    *,
    horizon: int,
    level: float = 0.95,
    seed: int = 0,
    assignment: Design | None = None,
    n_draws: int = 2000,
) -> Reading:
    """Estimate the lift of one unit's switchback.

    Parameters
    ----------
    panel : Panel
        One unit; its blocks are the periods of the log, or, without a log, the times between tosses.
    horizon : int
        For how many times an offer pulls orders forward.
    level, seed, n_draws
        As for `switchback_lift`.
    assignment : Design, optional
        The log, which knows at which periods a coin was tossed.

    Returns
    -------
    Reading
        The interval is that of other tosses, by inversion; Horvitz–Thompson with its conservative variance stands beside it.

    Source: docs/methods/lift.md, "One branch".
    """
    found = tosses_of(panel, horizon, assignment)
    if isinstance(found, str):
        return Reading("switchback", NotEnoughData(found), notes=panel.notes)
    windows = Windows.of(found.segment, found.carry_over)
    above = found.outcome - found.expected
    effect, never = horvitz_thompson(windows, above, found.tossed)
    base = float(found.expected[found.carry_over :].mean()) + never
    others = _other_tosses(assignment, len(found.tossed), n_draws, seed)
    # As shares the effect needs no base, whose own error would grow with the lift; as amounts it stands for what has zeros.
    is_log = bool((found.outcome > 0).all() and (found.expected > 0).all())
    grown = np.log(found.outcome / found.expected) if is_log else above
    drawn = invert_tosses(windows, grown, found.tossed, others, level=level)
    if drawn is None or base <= 0 or not np.isfinite([drawn.low, drawn.high]).all():
        return Reading("switchback", NotEnoughData(_why_none(drawn, base, found)), notes=panel.notes)
    spread = float(np.sqrt(variance_bound(windows, above, found.tossed)))
    tested, plain = _estimates(drawn, effect, spread, level, len(found.tossed))
    relative = as_share(tested, is_log=True, reached=0.0) if is_log else scaled(tested, 1 / base)
    average = scaled(relative, base)
    n_times = int(windows.exposure(found.tossed).sum() * found.length)
    return Reading(
        design="switchback",
        relative=relative,
        total=scaled(average, n_times, ", added while treated"),
        average=average,
        others=(scaled(plain, 1 / base),),
        checks=_checks(panel, assignment, drawn.p),
        notes=(*panel.notes, ONE_BRANCH, *(() if assignment else (COIN_ON_TRUST,))),
        moments=_chart(panel, assignment, found, average),
    )


def _why_none(drawn: Inversion | None, base: float, found: Tosses) -> str:
    if base <= 0:
        return "The outcome is not above zero when nothing is posted."
    if drawn is None:
        return (
            f"No stretch longer than the {found.carry_over} periods that an offer reaches on was wholly treated, "
            "or none was wholly held out."
        )
    return f"{len(found.tossed)} tosses could have come in too few different ways to tell a lift from luck: test for longer."


def _other_tosses(assignment: Design | None, n_tosses: int, n_draws: int, seed: int) -> Booleans:
    """Return tosses as they might have come: all of them, if there are few enough."""
    if 2**n_tosses <= n_draws:
        return np.asarray((np.arange(2**n_tosses)[:, None] >> np.arange(n_tosses)) % 2 == 1)
    if assignment is not None and isinstance(assignment.rule, CoinPoints):
        drawn = assignment.redraws(n_draws, seed)[:, 0, :]
        return np.asarray(drawn[:, np.array(assignment.rule.points) - 1], dtype=bool)
    return np.asarray(np.random.default_rng(seed).random((n_draws, n_tosses)) < 0.5)


def _estimates(
    drawn: Inversion, effect: float, spread: float, level: float, n: int
) -> tuple[Estimate, Estimate]:
    from scipy.stats import t

    name = "one branch, Horvitz–Thompson"
    tested = Estimate(
        drawn.estimate,
        drawn.low,
        drawn.high,
        level,
        n,
        f"{name} with weights that sum to one, re-randomised ({drawn.n_draws:,} draws)",
    )
    reach = float(t.ppf((1 + level) / 2, n - 2)) * spread
    return tested, around(effect, reach, level, n, f"{name}, conservative variance")


def _checks(panel: Panel, assignment: Design | None, p: float) -> tuple[Check, ...]:
    found = [Check("randomisation test", True, f"Chance alone gives such a difference with p = {p:.3f}.", p)]
    if assignment is not None:
        block = blocks_of(assignment, panel)
        inside = block >= 0
        found.append(compliance(planned(assignment)[block[inside]][None, :], panel.treated[:, inside]))
        found.append(as_drawn(assignment.is_as_drawn()))
    return tuple(found)


def _chart(panel: Panel, assignment: Design | None, found: Tosses, average: Estimate) -> tuple[Moment, ...]:
    """Return what was seen beside what the past says, set so that it meets the estimate over treated times."""
    past = expected_from_past(panel)
    inside = blocks_of(assignment, panel) >= 0
    treated = panel.treated[0] & inside
    share = float(treated[inside].mean())
    shift = float(np.nanmean((panel.outcome[0] - past)[inside])) - average.value * share
    without = np.where(inside, past + shift, past)
    up, down = average.high - average.value, average.value - average.low
    return moments(panel, panel.outcome[0], without, without - up * treated, without + down * treated, inside)
