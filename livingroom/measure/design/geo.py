"""Leave countries or regions out for the whole test: stratified or paired, drawn from a seed, with what it can show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import numpy as np

from livingroom.measure.design import checks
from livingroom.measure.design.assignment import Design
from livingroom.measure.design.balance import Balance
from livingroom.measure.design.geo_power import days_needed, geo_power
from livingroom.measure.design.history import Features, features, too_short, usable
from livingroom.measure.design.power import LEVEL, WISHED, shortfall
from livingroom.measure.design.promise import Power
from livingroom.measure.design.rules import WithinStrata
from livingroom.measure.design.strata import pairs_of, strata_of
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.panel import Panel

Method = Literal["stratified", "paired", "plain"]

FEWEST_UNITS = 16


def plan_geo(
    history: Panel,
    *,
    test_days: int,
    pre_days: int | None = None,
    units: Sequence[str] = (),
    share: float = 0.5,
    method: Method = "stratified",
    admitted: float | None = None,
    lift: float = 0.05,
    wished: float = WISHED,
    level: float = LEVEL,
    seed: int,
    starts_on: date | None = None,
    horizon_days: int = 0,
) -> Design | NotEnoughData:
    """Plan a holdout of countries or regions.

    Parameters
    ----------
    history : Panel
        Past outcomes of the units, one column a day.
    test_days : int
        Days of test.
    pre_days : int, optional
        Days before the test that the analysis adjusts by: as many as the test, at least 28, unless told otherwise.
    units : sequence of str
        The units that may be left out; all if empty.
    share : float
        The share of units that is treated.
    method : str
        "stratified" (units of like size), "paired" (nearest history) or "plain".
    admitted : float, optional
        Keep only this share of draws, the best balanced ones (rerandomisation): 0.1 for the best tenth.
    lift, wished, level : float
        The lift to be seen, with which power, at which level.
    seed : int
        Seed of the draw.
    starts_on : date, optional
        The first day.
    horizon_days : int
        For how many days an offer pulls orders forward; the test should be much longer.

    Returns
    -------
    Design or NotEnoughData
        A refusal names its reason and what to do instead.
    """
    panel, left_away = usable(history, units)
    if len(panel.units) < FEWEST_UNITS:
        return NotEnoughData(
            f"{len(panel.units)} units that sell on most days, and a holdout needs {FEWEST_UNITS}. Take a switchback over "
            f"the units you have, or name a few treated ones and read the result with the design `few`"
        )
    n_days = panel.outcome.shape[1]
    pre = pre_days or max(28, min(test_days, n_days - test_days))
    if n_days < pre + test_days:
        return too_short(n_days, pre + test_days, f"a test of {test_days} days after {pre} days before it")
    known = features(panel.outcome[:, -pre:])
    rule = geo_rule(panel.units, known, share=share, method=method, admitted=admitted)
    power = geo_power(panel, rule, pre_days=pre, test_days=test_days, lift=lift, wished=wished, level=level)
    if isinstance(power, NotEnoughData):
        return power
    if power.power < wished:
        power = replace(
            power,
            days_needed=days_needed(panel, rule, above=test_days, lift=lift, wished=wished, level=level),
        )
    design = Design(
        kind="geo",
        rule=rule,
        seed=seed,
        method=_in_words(method, admitted),
        test_days=test_days,
        pre_days=pre,
        horizon_days=horizon_days,
        starts_on=starts_on,
        power=power,
        notes=_notes(left_away, power, test_days, horizon_days),
    ).with_log()
    drawn = design.drawn()[:, 0]
    table = {"level": known.level, "trend": known.trend}
    return replace(design, checks=(checks.balance(table, drawn),))


def geo_rule(
    units: tuple[str, ...],
    known: Features,
    *,
    share: float = 0.5,
    method: Method = "stratified",
    admitted: float | None = None,
) -> WithinStrata:
    """The rule of drawing for units with such a history."""
    rule = WithinStrata(units, _strata(known, method), share)
    if admitted is None:
        return rule
    if not 0 < admitted <= 1:
        raise ValueError("The admitted share of draws lies between 0 and 1.")
    rounded = np.round(known.table(), 6)
    values = tuple(tuple(float(value) for value in row) for row in rounded)
    every = Balance(("level", "trend"), values, np.inf)
    drawn = rule.many(2_000, np.random.default_rng(0))[:, :, 0]
    largest = float(np.round(np.quantile(every.distances(drawn), admitted), 9))
    return replace(rule, balance=replace(every, largest=largest))


def _strata(known: Features, method: Method) -> tuple[str, ...]:
    if method == "stratified":
        return strata_of(known)
    return pairs_of(known) if method == "paired" else ("",) * len(known.level)


def _in_words(method: Method, admitted: float | None) -> str:
    words = {
        "stratified": "by chance within strata of units of like size",
        "paired": "by chance within pairs of units with the nearest history",
        "plain": "by chance",
    }[method]
    return f"{words}, of the {admitted:.0%} best balanced draws" if admitted else words


def _notes(left_away: tuple[str, ...], power: Power, test_days: int, horizon_days: int) -> tuple[str, ...]:
    notes = ["A holdout reads the long run: what is pulled forward within the test cancels out."]
    if left_away:
        notes.append(f"Not drawn, because they sold nothing on many days: {', '.join(left_away)}.")
    if horizon_days and test_days < 3 * horizon_days:
        notes.append(
            f"The test is short against {horizon_days} days of pull-forward: plan at least {3 * horizon_days}."
        )
    return (*notes, *shortfall(power))
