import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingroom.measure.channels.bootstrap import N_BUCKETS, Bootstrap
from livingroom.measure.channels.chain import Chain, Steps
from livingroom.measure.channels.markov import (
    _draws,
    _visits_by_elimination,
    _visits_by_iteration,
    removal_effects,
)
from livingroom.measure.channels.shapley import rate_values, set_linear, shapley_values
from livingroom.measure.channels.tally import Tally
from livingroom.measure.problems import InputError
from tests.measure.tables import day, order
from tests.measure.test_models_learn_from_all_journeys import met, totalled


def walks(memory, n_journeys=3_000, n_channels=6, seed=5):
    """Steps of random journeys, each of a person in some bucket, with orders in one currency."""
    dice = np.random.default_rng(seed)
    base, rows = n_channels + 1, []
    for _ in range(n_journeys):
        way = dice.integers(1, base, dice.integers(1, 8))
        bought, bucket = dice.random() < way.mean() / 10, dice.integers(N_BUCKETS)
        state = 0
        for place, channel in enumerate(way):
            is_last = place == len(way) - 1
            paid = float(is_last and bought)
            rows.append(
                (bucket, state * base + channel, 1.0, float(is_last), paid, paid * dice.integers(1, 900))
            )
            state = (state * base + channel) % base**memory
    # The digits of a state run from the latest back, as sql/moves.sql writes them.
    columns = np.array(rows).T
    tally = Tally(("steps", "ended", "converted", "reward_0"))
    cells = np.array([reversed_state(int(cell), base, memory) for cell in columns[1]])
    names = dict(zip(tally.names, columns[2:], strict=True))
    tally.add(columns[0].astype(np.int64), cells, names)
    return Steps(tally.finish(), base, memory, 1)


def reversed_state(cell, base, memory):
    state, channel = divmod(cell, base)
    digits = [state // base**place % base for place in range(memory)]
    return sum(digit * base**place for place, digit in enumerate(digits)) * base + channel


@pytest.mark.parametrize("memory", [2, 3])
def test_drawing_near_the_whole_gives_what_elimination_gives(memory):
    steps = walks(memory)
    chain = Chain(steps)
    whole = next(_draws(steps, np.ones((1, N_BUCKETS))))
    visits = _visits_by_elimination(chain, whole)

    for draw in _draws(steps, Bootstrap(100).weights()[:5]):
        near = _visits_by_iteration(chain, draw, visits)
        assert near == pytest.approx(_visits_by_elimination(chain, draw), abs=1e-7)


def test_a_shorter_memory_is_what_would_have_been_counted_with_it():
    longer, shorter = walks(3).of_order(1), walks(1)

    assert longer.counted.cells.tolist() == shorter.counted.cells.tolist()
    assert removal_effects(longer)[0] == pytest.approx(removal_effects(shorter)[0])


def test_one_inverse_gives_what_elimination_gives():
    steps = walks(1)
    chain, counts = Chain(steps), next(_draws(steps, np.ones((1, N_BUCKETS))))

    ending = chain.parts(counts)[2]
    worth = ending.T @ _visits_by_elimination(chain, counts)
    assert removal_effects(steps)[0] == pytest.approx(1 - worth[:, 1:] / worth[:, :1])


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(-9, 9), min_size=2**n - 1, max_size=2**n - 1))
)
def test_shapley_values_are_the_mean_over_all_orders_of_arrival(worths):
    worth = [0, *worths]
    n = len(worth).bit_length() - 1

    found = shapley_values(np.array([worth], dtype=float))[0]

    expected = np.zeros(n)
    for arrival in itertools.permutations(range(n)):
        before = 0
        for channel in arrival:
            expected[channel] += worth[before | 1 << channel] - worth[before]
            before |= 1 << channel
    assert found == pytest.approx(expected / math.factorial(n))


def coalitions(n_channels=5, seed=2):
    dice = np.random.default_rng(seed)
    tally = Tally(("orders", "journeys", "reward_0"))
    members, orders = dice.integers(1, 2**n_channels, 400), dice.integers(0, 2, 400)
    counts = {"orders": orders, "journeys": np.ones(400), "reward_0": orders * dice.integers(1, 99, 400)}
    tally.add(dice.integers(0, N_BUCKETS, 400), members, counts)
    return tally.finish()


def test_the_set_linear_game_is_an_equal_split_among_distinct_channels():
    sets = coalitions()
    worth = np.zeros((1, 32))
    for members, revenue in zip(sets.cells, sets.total("reward_0"), strict=True):
        worth[0, [s for s in range(32) if s & members == members]] += revenue

    found, _ = set_linear(sets, "reward_0", 5, None)

    assert found == pytest.approx(shapley_values(worth)[0])


def test_the_rate_game_sums_to_the_rate_of_all_journeys():
    sets = coalitions()

    values, draws = rate_values(sets, 5, Bootstrap(100).weights())

    assert values.sum() == pytest.approx(sets.total("orders").sum() / sets.total("journeys").sum())
    assert draws.shape == (100, 5)
    assert draws.mean(axis=0) == pytest.approx(values, abs=0.05)


def test_the_same_seed_gives_the_same_interval_and_another_another():
    first, same, other = (Bootstrap(200, seed).weights() for seed in (1, 1, 2))

    assert (first == same).all()
    assert (first != other).any()


@pytest.mark.parametrize("n_replicates", [-1, 1, 99])
def test_too_few_draws_are_refused(n_replicates):
    with pytest.raises(InputError, match="100 replicates or more"):
        Bootstrap(n_replicates)


def one_world(seed, n_people=300):
    """People who meet up to three channels; most of those who meet a buy."""
    dice = np.random.default_rng(seed)
    some_touches, some_orders = [], []
    for number in range(n_people):
        who = f"p{seed}-{number}"
        way = [str(channel) for channel in dice.choice(["a", "b", "c"], dice.integers(1, 4))]
        some_touches += [met(f"{who}-{place}", who, day(place), channel) for place, channel in enumerate(way)]
        if dice.random() < (0.6 if "a" in way else 0.2):
            some_orders.append(order(f"o{who}", who, day(9), int(dice.integers(1_000, 5_000))))
    return some_touches, some_orders


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    models = ("linear", "markov", "shapley_rate")
    large = totalled(*one_world(1_000, 20_000), models=models)
    truth = {(row.model, row.channel): row.amount_minor * 300 / 20_000 for row in large.summary.rows}

    hits = []
    for seed in range(20):
        found = totalled(*one_world(seed), models=models, bootstrap=Bootstrap(200))
        hits += [
            row.low_minor <= truth[row.model, row.channel] <= row.high_minor for row in found.summary.rows
        ]
        assert all(row.low_minor <= row.amount_minor <= row.high_minor for row in found.summary.rows)

    # 20 worlds, three channels and three models, dependent within a world: 95 % give or take a little.
    assert len(hits) == 20 * 3 * 3
    assert 0.88 <= np.mean(hits) <= 0.995
