"""The whole shop simulated: does the claim's range hold the truth, and is the best grade of evidence what it says?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from livingroom.measure import evidence
from livingroom.measure.claims.ranges import net_lift_range
from livingroom.measure.engine import connect
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.geo import geo_lift
from livingroom.world.honesty.trials import Trial, Verdict, rate, trial_of
from livingroom.world.regimes.outcome import Outcome, simulate

PEOPLE = 25_000


@dataclass(frozen=True)
class Claimed:
    """One simulated shop: its range of net lift with and without the truth, the lift, and how good grade A is."""

    truth_minor: int
    low_minor: int
    high_minor: int
    lift: Trial
    n_a: int
    n_a_true: int
    evidence_minor: int
    evidence_truth_minor: int


def claim(regime: str, seed: int) -> Claimed:
    """Simulate a shop with a geo holdout, grade its orders, analyse its test, and take the claim's range."""
    outcome = simulate(regime, PEOPLE, seed=seed, holdout="geo")
    with connect(threads=1) as connection:
        graded = evidence.grade(connection, touches=outcome.touches, orders=outcome.orders)
    reading = geo_lift(outcome.panel, seed=seed, assignment=outcome.held.design, n_draws=999)
    truth = outcome.truth
    ceiling = graded.summary.ceiling_minor(outcome.setting.currency)
    # What nobody saw is left away: the range of a tested claim does not need it.
    found = net_lift_range(
        tested=in_minor(reading.total), ceiling_minor=ceiling, discount_minor=0, untouched_minor=0
    )
    n_a, n_a_true = best_grade(outcome, graded)
    said = graded.summary.revenue_minor(outcome.setting.currency, "ABCD")
    return Claimed(
        truth["net_lift_minor"], found.low_minor, found.high_minor, trial_of(reading, truth["relative_lift"]),
        n_a, n_a_true, said, truth["evidence_revenue_minor"],
    )  # fmt: skip


def in_minor(total: Estimate | None) -> Estimate | NotEnoughData:
    """Turn the panel's major units into minor ones."""
    if total is None:
        return NotEnoughData("no verdict")
    return Estimate(total.value * 100, total.low * 100, total.high * 100, total.level, total.n, total.method)


def best_grade(outcome: Outcome, graded: evidence.Evidence) -> tuple[int, int]:
    """Count orders of grade A, and those whose buyer truly acted on the very post that the evidence names."""
    assert graded.rows is not None
    truth = dict(
        zip(*(outcome.truth_orders[name].to_pylist() for name in ("order_id", "placement_id")), strict=True)
    )
    named = [
        (row["order_id"], row["placement_id"])
        for row in graded.rows.select(["order_id", "grade", "placement_id"]).to_pylist()
        if row["grade"] == "A"
    ]
    return len(named), sum(truth[order] == placement for order, placement in named)


def claim_batch(regime: str, seeds: Sequence[int]) -> list[Claimed]:
    return [claim(regime, seed) for seed in seeds]


def judge_claims(found: Sequence[Claimed]) -> list[Verdict]:
    """Judge all worlds of one regime."""
    n = len(found)
    held = rate([each.low_minor <= each.truth_minor <= each.high_minor for each in found])
    a_right, a_all = sum(each.n_a_true for each in found), sum(each.n_a for each in found)
    lifts = [each.lift for each in found]
    covered = rate([trial.covers for trial in lifts])
    true, read = np.mean([trial.truth for trial in lifts]), np.mean([trial.value for trial in lifts])
    ratio = sum(each.evidence_minor for each in found) / sum(each.truth_minor for each in found)
    precision = a_right / a_all if a_all else float("nan")
    return [
        Verdict("the claim's range holds the truth", held, "at least 0.95", held >= 0.95, n),
        Verdict("grade A names the right post", precision, "at least 0.99", precision >= 0.99, a_all),
        Verdict("geo holdout, coverage", covered, "none", None, n),
        Verdict("true lift, mean", float(true), "none", None, n),
        Verdict("geo holdout, mean reading", float(read), "none", None, n),
        Verdict("link or code over true net lift", float(ratio), "none", None, n),
    ]
