from math import exp2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from livingroom.measure.ranking import (
    HALF_LIFE,
    by_score,
    decayed_sum,
    next_epoch,
    now_score,
    popular_key,
    popular_keys,
    popular_term,
    rebase,
    rebase_factor,
    score_of_key,
)

DAY = 86_400_000_000
OPENED = 1_171_584_000_000_000


@given(some.integers(-1000, 1000), some.floats(-10, 1e6))
def test_the_now_score_is_never_negative(votes, age):
    assert now_score([votes], [age])[0] >= 0


def test_an_idea_without_votes_does_not_rise_by_growing_old():
    scores = now_score([-1, -1, 0, 0], [0, 5000, 0, 5000])

    assert scores.tolist() == [0, 0, 0, 0]


def test_of_equals_the_newer_stands_first():
    order = by_score(np.zeros(3), np.array([1, 3, 2]), np.arange(3))

    assert order.tolist() == [1, 2, 0]


def test_the_popular_order_is_that_of_the_decayed_sum_at_a_thousand_moments():
    random = np.random.default_rng(1)
    idea = random.integers(0, 40, 3000)
    at = OPENED + random.integers(0, 240 * DAY, 3000)
    sign = random.choice([1, 1, 1, -1], 3000)
    _, keys = popular_keys(idea, sign, at, HALF_LIFE, OPENED)

    for now in OPENED + random.integers(240 * DAY, 400 * DAY, 1000):
        ages = (now - at) / HALF_LIFE
        explicit = np.bincount(idea, weights=sign * np.exp2(-ages))
        assert np.argsort(-keys).tolist() == np.argsort(-explicit).tolist()


def test_one_key_is_one_sum():
    random = np.random.default_rng(2)
    at, sign = OPENED + random.integers(0, 90 * DAY, 200), random.choice([1, -1], 200)
    now = OPENED + 100 * DAY

    key = popular_key(sign, at, HALF_LIFE, OPENED)

    score = decayed_sum(sign, at, now, HALF_LIFE)
    assert key * exp2(-(now - OPENED) / HALF_LIFE) == pytest.approx(score, rel=1e-12)
    assert score_of_key([key], now, HALF_LIFE, OPENED)[0] == pytest.approx(max(score, 0), rel=1e-12)


def test_a_withdrawn_vote_takes_its_term_away():
    at = OPENED + np.array([1, 20, 33]) * DAY
    terms = popular_term(at, HALF_LIFE, OPENED)

    key = terms.sum() - terms[1]

    assert key == pytest.approx(popular_key([1, 1], at[[0, 2]], HALF_LIFE, OPENED), rel=1e-12)


def test_another_half_life_gives_the_order_of_another_sum():
    idea = np.array([0, 0, 0, 1])
    at = OPENED + np.array([0, 0, 0, 14]) * DAY

    _, short = popular_keys(idea, np.ones(4), at, 7 * DAY, OPENED)
    _, long = popular_keys(idea, np.ones(4), at, 28 * DAY, OPENED)

    assert short.tolist() == [3, 4]
    assert long.tolist() == [3, pytest.approx(2**0.5)]


def test_a_moved_epoch_keeps_every_order_and_every_bit():
    random = np.random.default_rng(3)
    now = OPENED + 600 * HALF_LIFE
    at = now - random.integers(0, 60 * HALF_LIFE, 1000)
    keys = popular_term(at, HALF_LIFE, OPENED)

    moved_to = next_epoch(now, HALF_LIFE, OPENED)
    moved = rebase(keys, OPENED, moved_to, HALF_LIFE)

    assert moved_to == OPENED + 600 * HALF_LIFE
    assert np.array_equal(np.argsort(moved), np.argsort(keys))
    assert np.array_equal(moved / rebase_factor(OPENED, moved_to, HALF_LIFE), keys)
    assert moved == pytest.approx(popular_term(at, HALF_LIFE, moved_to), rel=1e-9)


def test_the_epoch_moves_once_in_five_hundred_half_lives():
    assert next_epoch(OPENED + 511 * HALF_LIFE, HALF_LIFE, OPENED) is None
    assert next_epoch(OPENED + 512 * HALF_LIFE + 5, HALF_LIFE, OPENED) == OPENED + 512 * HALF_LIFE
    assert rebase([2.0**-501, 1.0], OPENED, OPENED + 512 * HALF_LIFE, HALF_LIFE)[0] == 0


@pytest.mark.parametrize("half_life", [0, -1])
def test_a_half_life_is_above_zero(half_life):
    with pytest.raises(ValueError, match="half-life"):
        popular_key([1], [OPENED], half_life, OPENED)


def test_an_epoch_too_far_away_is_named():
    with pytest.raises(ValueError, match="move the epoch"):
        popular_key([1], [OPENED], HALF_LIFE, 0)
    with pytest.raises(ValueError, match="anew"):
        rebase_factor(0, OPENED, HALF_LIFE)
