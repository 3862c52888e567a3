"""How much will still be given back, learnt from how late refunds came."""

import numpy as np
import pytest

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.returns import refund_curve, refunds_to_come

DAY = 86_400_000_000
NOW = 400 * DAY


def orders(n=4_000, seed=7, share=0.1, mean_delay=20.0):
    """Orders over 400 days, a share of which comes back in whole after an exponential delay."""
    random = np.random.default_rng(seed)
    placed = random.integers(0, NOW, n)
    paid = random.integers(5_000, 20_000, n)
    back = np.flatnonzero(random.random(n) < share)
    at = placed[back] + (random.exponential(mean_delay, len(back)) * DAY).astype(np.int64)
    known = at <= NOW
    truth = float(paid[back][~known].sum())
    return placed, paid, back[known], at[known], paid[back][known], truth


def test_the_curve_rises_to_the_share_that_comes_back():
    placed, paid, order, at, amount, _ = orders(20_000)

    curve = refund_curve(placed, paid, order, at, amount, NOW)

    assert np.all(np.diff(curve.share_by_age) >= 0)
    assert curve.in_the_end == pytest.approx(0.1, abs=0.012)
    assert curve.share_by_age[20] == pytest.approx(0.1 * (1 - np.exp(-1)), abs=0.012)


def test_young_orders_do_not_make_refunds_look_rare():
    placed, paid, order, at, amount, _ = orders(20_000)
    plain = amount.sum() / paid.sum()

    curve = refund_curve(placed, paid, order, at, amount, NOW)

    assert curve.in_the_end > plain


def test_what_is_still_to_come_is_found_for_young_orders():
    found, truths = [], []
    for seed in range(6):
        placed, paid, order, at, amount, truth = orders(seed=seed)
        young = placed > NOW - 60 * DAY
        net = paid.sum() - amount.sum()
        back = np.zeros(len(placed))
        np.add.at(back, order, amount)
        share = refunds_to_come(placed, paid, order, at, amount, NOW, young, seed=7)
        found.append(share.value * float((paid - back)[young].sum()))
        truths.append(truth)
        assert share.low <= share.value <= share.high
        assert net > 0

    assert sum(found) == pytest.approx(sum(truths), rel=0.2)


def test_old_orders_have_nothing_left_to_come():
    placed, paid, order, at, amount, _ = orders()
    old = placed < 100 * DAY

    share = refunds_to_come(placed, paid, order, at, amount, NOW, old, seed=7)

    assert share.value < 0.001


def test_too_few_refunds_teach_nothing():
    placed, paid, order, at, amount, _ = orders(100)

    share = refunds_to_come(placed, paid, order[:5], at[:5], amount[:5], NOW, placed > 0, seed=7)

    assert isinstance(share, NotEnoughData)
    assert "5 refunds" in share.reason
