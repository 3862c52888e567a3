"""A lottery of codes: chance decides who gets one, people decide whether to use it.

docs/methods/lift.md says what is estimated.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from livingroom.measure.design.checks import sample_ratio
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.linear import Floats
from livingroom.measure.lift.people import LEAST_PEOPLE, Means, adjusted_means
from livingroom.measure.lift.randomisation import draws_within, invert
from livingroom.measure.lift.reading import Check, Reading
from livingroom.measure.lift.reading_rows import Rows

LARGEST_DRAW = 4_000_000
SHORT_RUN = (
    "A lottery shows what handing out the code adds among those who came to the link, "
    "and nothing of what the post itself did."
)


@dataclass(frozen=True)
class Fieller:
    """The values of a ratio that a test at this level does not refuse.

    Parameters
    ----------
    kind : str
        "bounded": between low and high. "rays": everything but what lies between them. "line": any value at all.
    low, high : float
        The ends.
    """

    kind: Literal["bounded", "rays", "line"]
    low: float
    high: float


def fieller(above: float, below: float, variance: Floats, level: float) -> Fieller:
    """Return Fieller's set for above ÷ below.

    Parameters
    ----------
    above, below : float
        Estimates with normal errors.
    variance : array, shape (2, 2)
        Their covariance.
    level : float
        Level of the set.

    Source: Fieller 1954, "Some problems in interval estimation": all r for which |above − r below| is within its reach.
    """
    from scipy.stats import norm

    squared = float(norm.ppf((1 + level) / 2)) ** 2
    a = below**2 - squared * variance[1, 1]
    b = -2 * (above * below - squared * variance[0, 1])
    c = above**2 - squared * variance[0, 0]
    inside = b * b - 4 * a * c
    if a > 0:
        root = np.sqrt(max(inside, 0.0))
        return Fieller("bounded", float((-b - root) / (2 * a)), float((-b + root) / (2 * a)))
    if inside <= 0 or a == 0:
        return Fieller("line", float("-inf"), float("inf"))
    root = np.sqrt(inside)
    ends = sorted([float((-b - root) / (2 * a)), float((-b + root) / (2 * a))])
    return Fieller("rays", ends[0], ends[1])


def codes_lift(
    rows: Rows, *, level: float = 0.95, seed: int = 0, share: float | None = None, n_draws: int = 2000
) -> Reading:
    """Estimate what a lottery of codes added.

    Parameters
    ----------
    rows : Rows
        One row per visitor: `treated` says who won, `taken` who used a code.
    level : float
        Level of the intervals.
    seed : int
        For the draws of the randomisation interval.
    share : float, optional
        The share that was to win; with it the sample ratio is tested.
    n_draws : int
        How many other lotteries are compared.

    Returns
    -------
    Reading
        `relative` is the intention to treat: winners against losers, as a share of what losers do. `estimators` holds it
        under "won", and under "used" the effect on those who use a code if they win it (Wald, Fieller).

    Source: docs/methods/lift.md, "Codes"; Imbens and Angrist 1994 for the effect on compliers.
    """
    n_won, n_lost = int(rows.treated.sum()), int((~rows.treated).sum())
    checks: tuple[Check, ...] = ()
    if share is not None:
        checks += (sample_ratio({"won": n_won, "lost": n_lost}, {"won": share, "lost": 1 - share}),)
    values = next(iter(rows.outcomes.values()))
    reason = _refusal(values, n_won, n_lost, checks)
    if reason:
        return Reading("codes", NotEnoughData(reason), checks=checks, notes=rows.notes)
    means = adjusted_means(values, rows.treated, None)
    n = n_won + n_lost
    average, relative = _intention(means, level, n)
    drawn = _randomised(rows, values, level, seed, n_draws)
    others = (drawn,) if drawn is not None else ()
    estimators = {
        "won": {"average": average} | ({"relative": relative} if isinstance(relative, Estimate) else {})
    }
    notes = (*rows.notes, SHORT_RUN)
    if rows.taken is not None:
        used, remarks, check = _compliers(rows, means, values, level)
        notes += remarks
        checks += (check,)
        estimators |= {"used": used} if used else {}
    total = Estimate(
        average.value * n_won,
        average.low * n_won,
        average.high * n_won,
        level,
        n,
        f"{average.method}, over all who won",
    )
    return Reading(
        "codes", relative, total, average, others=others, checks=checks, notes=notes, estimators=estimators
    )


def _refusal(values: Floats, n_won: int, n_lost: int, checks: tuple[Check, ...]) -> str | None:
    if n_lost == 0:
        return "Everybody won: nobody is left to compare with."
    if n_won == 0:
        return "Nobody won."
    if min(n_won, n_lost) < LEAST_PEOPLE:
        return f"At least {LEAST_PEOPLE} who won and {LEAST_PEOPLE} who lost are needed; there are {n_won:,} and {n_lost:,}."
    if float(np.std(values)) == 0:
        return "The outcome never changes."
    mismatch = next((check for check in checks if not check.passed), None)
    return f"Sample-ratio mismatch (p = {mismatch.p:.2g}). {mismatch.sentence}" if mismatch else None


def _intention(means: Means, level: float, n: int) -> tuple[Estimate, Estimate | NotEnoughData]:
    """Return winners less losers, and the same as a share of what losers do, by Fieller."""
    from scipy.stats import norm

    difference = means.influence[:, 0] - means.influence[:, 1]
    reach = float(norm.ppf((1 + level) / 2)) * float(np.sqrt(difference @ difference))
    value = means.treated - means.held_out
    average = Estimate(value, value - reach, value + reach, level, n, "lottery, intention to treat, HC2")
    if means.held_out <= 0:
        return average, NotEnoughData("Those who lost bought nothing, so there is no relative lift.")
    ends = fieller(means.treated, means.held_out, means.influence.T @ means.influence, level)
    if ends.kind != "bounded":
        return average, NotEnoughData(
            "What losers do is too uncertain for a share of it: Fieller's interval has no bounds."
        )
    share = means.treated / means.held_out - 1
    return average, Estimate(
        share, ends.low - 1, ends.high - 1, level, n, "lottery, intention to treat, Fieller"
    )


def _randomised(rows: Rows, values: Floats, level: float, seed: int, n_draws: int) -> Estimate | None:
    """Return the average effect's interval by other lotteries; None where there are so many visitors that it adds nothing."""
    n = len(values)
    if n * n_draws > LARGEST_DRAW:
        return None
    drawn = draws_within(
        rows.treated, np.zeros(n, dtype=np.int64), n_draws, np.random.default_rng(seed)
    ).astype(float)
    won = rows.treated.astype(float)
    found = invert(
        values - values.mean(), won - won.mean(), drawn - drawn.mean(axis=1, keepdims=True), level=level
    )
    name = f"lottery, intention to treat per visitor, re-randomised ({found.n_draws:,} draws)"
    return Estimate(found.estimate, found.low, found.high, level, n, name)


def _compliers(
    rows: Rows, means: Means, values: Floats, level: float
) -> tuple[dict[str, Estimate], tuple[str, ...], Check]:
    """Return the effect on those who use a code when they win it, what is to be said of it, and how many there are."""
    if rows.taken is None:
        raise ValueError("Without a column of who used the code there are no compliers.")
    taken = rows.taken.astype(float)
    uptake = adjusted_means(taken, rows.treated, None)
    gap = means.treated - means.held_out
    use = uptake.treated - uptake.held_out
    parts = np.column_stack(
        [means.influence[:, 0] - means.influence[:, 1], uptake.influence[:, 0] - uptake.influence[:, 1]]
    )
    check = Check(
        "uptake",
        use > 0,
        f"{uptake.treated:.1%} of winners used the code, and {uptake.held_out:.1%} of losers.",
    )
    if use <= 0:
        return (
            {},
            ("Winners do not use the code more than losers do, so its effect on users cannot be told.",),
            check,
        )
    ends = fieller(gap, use, parts.T @ parts, level)
    value, n = gap / use, len(values)
    remarks: tuple[str, ...] = ()
    low, high = ends.low, ends.high
    if ends.kind != "bounded":
        excluded = f" everything but {low:,.4g} to {high:,.4g}" if ends.kind == "rays" else " any value"
        remarks = (f"Too few used the code: the effect on users has no bounds. Not refused is{excluded}.",)
        low, high = float("-inf"), float("inf")
    name = f"lottery, effect on users (Wald), Fieller{'' if ends.kind == 'bounded' else ', unbounded'}"
    return {"average": Estimate(value, min(low, value), max(high, value), level, n, name)}, remarks, check
