import numpy as np
import pytest

from livingroom.measure.ranking import (
    Prior,
    explored_places,
    fit_prior,
    management_list,
    mix,
    per_exposure,
    thompson_draw,
    under_seen,
)


def ideas(n, seed):
    random = np.random.default_rng(seed)
    appeal = random.beta(0.6, 8, n)
    exposures = random.integers(1, 400, n)
    return appeal, exposures, random.binomial(exposures, appeal)


def test_intervals_hold_the_truth_as_often_as_they_say():
    appeal, exposures, votes = ideas(4000, 1)

    found = per_exposure(votes, exposures)

    assert found.prior.is_fitted
    assert np.mean((found.low <= appeal) & (appeal <= found.high)) == pytest.approx(0.95, abs=0.012)


def test_a_fitted_prior_is_that_of_the_ideas():
    _, exposures, votes = ideas(4000, 2)

    prior = fit_prior(votes, exposures)

    assert prior.votes == pytest.approx(0.6, rel=0.12)
    assert prior.exposures == pytest.approx(8.6, rel=0.12)


def test_too_few_ideas_keep_the_default():
    assert fit_prior([5] * 10, [100] * 10) == Prior(3.5, 50.0)
    assert per_exposure([10], [100]).value[0] == pytest.approx(13.5 / 150)


def test_equal_ideas_make_no_prior_of_their_own():
    assert not fit_prior([5] * 100, [100] * 100).is_fitted


def test_little_seen_is_not_best():
    order = management_list([1, 60], [1, 200])

    assert order.tolist() == [1, 0]


def test_who_votes_has_seen_it():
    estimate = per_exposure([9], [4]).estimate(0)

    assert estimate.n == 9
    assert estimate.low <= estimate.value <= estimate.high <= 1


@pytest.mark.parametrize(("votes", "exposures"), [([-1], [5]), ([1], [-5]), ([1, 2], [5])])
def test_what_cannot_be_counted_is_refused(votes, exposures):
    with pytest.raises(ValueError, match="exposures"):
        per_exposure(votes, exposures)


def test_draws_favour_what_nobody_has_seen_over_what_nobody_wants():
    draws = np.array([thompson_draw([0, 0], [0, 1000], np.random.default_rng(seed)) for seed in range(200)])

    assert np.mean(draws[:, 0] > draws[:, 1]) > 0.97


def test_fifteen_in_a_hundred_places_go_to_the_under_seen_and_each_idea_stands_once():
    random = np.random.default_rng(4)
    for _ in range(50):
        page = mix(list(range(20)), [3, 100, 101, 102, 103], random)

        assert len(page) == len(set(page)) == 20
        assert sum(idea >= 100 or idea == 3 for idea in page) >= 3
        assert [idea for idea in page if idea < 20 and idea != 3] == sorted(
            idea for idea in page if idea < 20 and idea != 3
        )


def test_places_are_spread_and_as_many_as_promised():
    random = np.random.default_rng(5)
    places = [explored_places(20, 0.15, random).tolist() for _ in range(300)]

    assert {len(found) for found in places} == {3}
    assert {place for found in places for place in found} == set(range(20))
    assert explored_places(20, 0.0, random).tolist() == []
    with pytest.raises(ValueError, match="between 0 and 1"):
        explored_places(20, 1.5, random)


def test_a_page_without_under_seen_ideas_is_whole():
    assert mix([1, 2, 3], [], np.random.default_rng(6), share=1.0) == [1, 2, 3]


def test_what_everybody_has_seen_needs_no_place_kept_for_it():
    random = np.random.default_rng(7)

    places = under_seen([250, 0, 5, 1], [900, 0, 40, 299], random)

    assert sorted(places[:3].tolist()) == [1, 2, 3]
    assert places[3] == 0
    assert len(under_seen([0] * 50, [0] * 50, random, n=7)) == 7
