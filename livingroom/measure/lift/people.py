"""A holdout of known people: who was drawn against who was left out, with what was known before taken into account.

docs/methods/lift.md says what is estimated.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.checks import balance, sample_ratio
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.intervals import around, scaled
from livingroom.measure.lift.linear import Floats, independent_columns
from livingroom.measure.lift.reading import Check, Reading
from livingroom.measure.lift.reading_rows import Rows

LEAST_PEOPLE = 20
LEAST_IN_STRATUM = 5


@dataclass(frozen=True)
class Means:
    """Means of both arms as if both were all people, and what each person adds to their errors.

    Parameters
    ----------
    treated, held_out : float
        The means.
    influence : array, shape (n, 2)
        Each person's part of the error of the two means; sums of products are their covariance.
    """

    treated: float
    held_out: float
    influence: Floats


def people_lift(rows: Rows, *, level: float = 0.95, share: float | None = None) -> Reading:
    """Estimate the lift of a holdout of people.

    The difference of means is adjusted for what was known before by a regression of its own in each arm (Lin 2013; with
    one covariate that is CUPED), strata included. Errors allow each person its own noise (HC2). The relative lift has its
    interval by the delta method, as has a ratio such as revenue per order.

    Parameters
    ----------
    rows : Rows
        One row per person.
    level : float
        Level of the intervals.
    share : float, optional
        The share that was to be treated; with it the sample ratio is tested, and a mismatch refuses the verdict.

    Returns
    -------
    Reading
        Of the first outcome; `estimators` holds every outcome's `average` and `relative` effect.

    Source: docs/methods/lift.md, "People".
    """
    n_treated, n_held_out = int(rows.treated.sum()), int((~rows.treated).sum())
    ratio = _sample_ratio(n_treated, n_held_out, share)
    reason = _refusal(rows, n_treated, n_held_out)
    if reason is None and ratio is not None and not ratio.passed:
        reason = f"Sample-ratio mismatch (p = {ratio.p:.2g}). {ratio.sentence}"
    checks: tuple[Check, ...] = (ratio,) if ratio else ()
    if reason:
        return Reading("people", NotEnoughData(reason), checks=checks, notes=rows.notes)
    found = {name: _effects(rows, values, level) for name, values in rows.outcomes.items()}
    first = next(iter(found.values()))
    n_people = len(rows.treated)
    total = (
        None
        if rows.denominator is not None
        else scaled(first[0], n_treated, ", added over all treated people")
    )
    if rows.pre:
        checks += (balance(rows.pre, rows.treated),)
    unadjusted = _effects(
        Rows(rows.outcomes, rows.treated, {}, None, None, rows.denominator),
        next(iter(rows.outcomes.values())),
        level,
    )
    others = (
        (unadjusted[1],)
        if (rows.pre or rows.stratum is not None) and isinstance(unadjusted[1], Estimate)
        else ()
    )
    estimators = {
        name: {"average": average} | ({"relative": relative} if isinstance(relative, Estimate) else {})
        for name, (average, relative) in found.items()
    }
    notes = rows.notes
    if share is None:
        notes += (
            "The share that was to be treated was not told (--share), so the sample ratio is not tested.",
        )
    if n_people < 200:
        notes += ("With fewer than 200 people and skewed outcomes an interval from means is rough.",)
    return Reading(
        "people", first[1], total, first[0], others=others, checks=checks, notes=notes, estimators=estimators
    )


def _sample_ratio(n_treated: int, n_held_out: int, share: float | None) -> Check | None:
    if share is None:
        return None
    return sample_ratio(
        {"treated": n_treated, "held out": n_held_out}, {"treated": share, "held out": 1 - share}
    )


def _refusal(rows: Rows, n_treated: int, n_held_out: int) -> str | None:
    if n_held_out == 0:
        return "All people are treated: nobody was left out to compare with."
    if n_treated == 0:
        return "Nobody is treated."
    if min(n_treated, n_held_out) < LEAST_PEOPLE:
        return f"Each arm needs at least {LEAST_PEOPLE} people; there are {n_treated:,} treated and {n_held_out:,} held out."
    if all(float(np.std(values)) == 0 for values in rows.outcomes.values()):
        return "The outcome never changes."
    return None


def _effects(rows: Rows, values: Floats, level: float) -> tuple[Estimate, Estimate | NotEnoughData]:
    """Return the difference and the relative lift of one outcome."""
    from scipy.stats import t

    columns = _covariates(rows)
    above = adjusted_means(values, rows.treated, columns)
    if rows.denominator is not None:
        below = adjusted_means(rows.denominator, rows.treated, columns)
        above = _ratio(above, below)
    n = len(rows.treated)
    name = "difference of means" if columns is None else "difference of means, adjusted for the past (Lin)"
    if rows.denominator is not None:
        name = name.replace("means", "ratios")
    difference = above.influence[:, 0] - above.influence[:, 1]
    df = n - 2 * (1 if columns is None else 1 + columns.shape[1])
    reach = float(t.ppf((1 + level) / 2, df)) * float(np.sqrt(difference @ difference))
    value = above.treated - above.held_out
    average = around(value, reach, level, n, f"{name}, HC2")
    if above.held_out <= 0:
        return average, NotEnoughData(
            "The held-out people's mean is not above zero, so there is no relative lift."
        )
    relative = above.treated / above.held_out
    part = above.influence[:, 0] / above.held_out - above.influence[:, 1] * relative / above.held_out
    return average, _share(relative, float(np.sqrt(part @ part)), level, n, df, f"{name}, delta method")


def _share(ratio: float, spread: float, level: float, n: int, df: int, method: str) -> Estimate:
    """Return a relative lift; on the logarithm where it can be, since a ratio's error is skewed."""
    from scipy.stats import t

    quantile = float(t.ppf((1 + level) / 2, df))
    if ratio <= 0:
        return Estimate(
            ratio - 1, ratio - 1 - quantile * spread, ratio - 1 + quantile * spread, level, n, method
        )
    reach = quantile * spread / ratio
    return Estimate(
        ratio - 1,
        ratio * float(np.exp(-reach)) - 1,
        ratio * float(np.exp(reach)) - 1,
        level,
        n,
        f"{method} on log",
    )


def adjusted_means(values: Floats, treated: NDArray[np.bool_], columns: Floats | None) -> Means:
    """Return both arms' means, adjusted by a regression in each arm.

    Parameters
    ----------
    values : array, shape (n,)
        The outcome.
    treated : array of bool, shape (n,)
    columns : array, shape (n, k), optional
        What was known before, centred over all people.

    Source: Lin 2013, "Agnostic notes on regression adjustments to experimental data"; HC2 as in MacKinnon and White 1985.
    """
    means, influence = [0.0, 0.0], np.zeros((len(values), 2))
    for place, arm in enumerate((treated, ~treated)):
        y = values[arm]
        design = np.ones((len(y), 1)) if columns is None else np.column_stack([np.ones(len(y)), columns[arm]])
        basis, triangle = np.linalg.qr(design)
        coefficients = np.linalg.solve(triangle, basis.T @ y)
        residuals = y - design @ coefficients
        leverage = np.einsum("ij,ij->i", basis, basis)
        means[place] = float(coefficients[0])
        # The intercept's row of (X'X)⁻¹X'; columns are centred, so the intercept is the mean over all people.
        row = basis @ np.linalg.solve(triangle.T, np.eye(design.shape[1])[:, 0])
        influence[arm, place] = row * residuals / np.sqrt(np.maximum(1 - leverage, 1e-9))
    return Means(means[0], means[1], influence)


def _ratio(above: Means, below: Means) -> Means:
    """Return the arms' ratios of totals, by the delta method."""
    ratios = above.treated / below.treated, above.held_out / below.held_out
    influence = np.column_stack(
        [
            (above.influence[:, place] - ratio * below.influence[:, place]) / mean
            for place, (ratio, mean) in enumerate(zip(ratios, (below.treated, below.held_out), strict=True))
        ]
    )
    return Means(ratios[0], ratios[1], influence)


def _covariates(rows: Rows) -> Floats | None:
    """Return what was known before and the strata as centred columns that say something in both arms."""
    columns = list(rows.pre.values())
    if rows.stratum is not None:
        for name in np.unique(rows.stratum)[1:]:
            member = rows.stratum == name
            if min((member & rows.treated).sum(), (member & ~rows.treated).sum()) >= LEAST_IN_STRATUM:
                columns.append(member.astype(float))
    if not columns:
        return None
    table = np.column_stack(columns)
    table = table - table.mean(axis=0)
    for arm in (rows.treated, ~rows.treated):
        if (
            independent_columns(np.column_stack([np.ones(arm.sum()), table[arm]])).shape[1]
            < table.shape[1] + 1
        ):
            varies = [
                at
                for at in range(table.shape[1])
                if min(table[rows.treated, at].std(), table[~rows.treated, at].std()) > 0
            ]
            table = independent_columns(np.column_stack([np.ones(len(table)), table[:, varies]]))[:, 1:]
            break
    return table if table.shape[1] else None
