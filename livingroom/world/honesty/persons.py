"""People drawn one by one: a holdout of known customers, and a lottery of codes."""

from __future__ import annotations

import numpy as np

from livingroom.measure.design.power import two_arm_power
from livingroom.measure.lift.codes import codes_lift
from livingroom.measure.lift.people import people_lift
from livingroom.measure.lift.reading_rows import Rows
from livingroom.world.honesty.holdouts import chance
from livingroom.world.honesty.trials import Trial, trial_of
from livingroom.world.period import Floats

N_PEOPLE, N_VISITORS = 20_000, 3_000


def spending(random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Draw the orders that people make before and in the test, and what they pay: the keen ones buy in both."""
    keen = random.gamma(0.8, 1 / 0.8, n)
    before, orders = (random.poisson(rate * keen).astype(np.float64) for rate in (0.15, 0.3))
    amount: Floats = np.exp(random.normal(4, 0.6, n))
    return before * amount, orders * amount


def people(seed: int, lift: float, *, plans: bool = False) -> Trial:
    """Leave half of twenty thousand customers out of a mail; what they did before is known."""
    random = chance(seed, 5)
    before, off = spending(random, N_PEOPLE)
    treated = random.random(N_PEOPLE) < 0.5
    # The lift is the same share of each person's own spending, so both lives are known person by person.
    on = off * (1 + lift)
    promised = float("nan")
    if plans:
        known = np.corrcoef(before, off)[0, 1] ** 2
        promised = two_arm_power(
            mean=float(off.mean()), standard_deviation=float(off.std(ddof=1)), n=N_PEOPLE, share=0.5, lift=lift,
            explained=float(known),
        ).power  # fmt: skip
    rows = Rows({"outcome": np.where(treated, on, off)}, treated, {"pre": before}, None)
    return trial_of(people_lift(rows, share=0.5), lift, promised)


def codes(seed: int, lift: float, *, plans: bool = False) -> Trial:
    """Give a code to half of three thousand visitors by lottery; not all who win it use it."""
    random = chance(seed, 6)
    n = N_VISITORS
    keen = random.random(n)
    off = (keen < 0.3).astype(np.float64)
    won = random.random(n) < 0.5
    # Winners who would not have bought are talked into it, as many as make the lift; some who would have use it too.
    talked = (keen >= 0.3) & (keen < 0.3 * (1 + lift))
    on = off + talked
    uses = won & (talked | ((keen < 0.3) & (random.random(n) < 0.5)))
    rows = Rows({"outcome": np.where(won, on, off)}, won, {}, None, taken=uses)
    promised = float("nan")
    if plans:
        promised = two_arm_power(
            mean=0.3, standard_deviation=(0.3 * 0.7) ** 0.5, n=n, share=0.5, lift=lift, is_share=True
        ).power
    return trial_of(
        codes_lift(rows, share=0.5, seed=seed, n_draws=299), float(on.sum() / off.sum() - 1), promised
    )
