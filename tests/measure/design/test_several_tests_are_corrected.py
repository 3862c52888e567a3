"""Several experiments on one page."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control, norm

from livingroom.measure.design.several import benjamini_hochberg, holm, p_value, simultaneous
from livingroom.measure.estimate import Estimate


def lists_of_p_values():
    generator = np.random.default_rng(0)
    yield from ([0.0, 1.0], [0.021, 0.021, 0.5], [0.7])
    for size in range(1, 40):
        yield generator.beta(0.4, 1.0, size).tolist()


def test_the_published_example():
    """The 15 comparisons of Benjamini and Hochberg (1995): theirs finds four at 5 %, keeping any error out finds three."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1,
    ]

    assert sum(adjusted <= 0.05 for adjusted in benjamini_hochberg(p)) == 4
    assert sum(adjusted <= 0.05 for adjusted in holm(p)) == 3


def test_holm_by_hand():
    assert holm([0.03, 0.01, 0.04]) == pytest.approx([0.06, 0.03, 0.06])


def test_benjamini_hochberg_agrees_with_scipy():
    for p in lists_of_p_values():
        assert benjamini_hochberg(p) == pytest.approx(false_discovery_control(p).tolist())


def test_holm_refuses_step_by_step():
    """The definition: go up from the smallest, and stop at the first that is above level ÷ tests left."""
    for p in lists_of_p_values():
        for level in (0.01, 0.05, 0.3):
            stepped = []
            for place, value in enumerate(sorted(p)):
                if value > level / (len(p) - place):
                    break
                stepped.append(value)
            assert sum(adjusted <= level for adjusted in holm(p)) == len(stepped)


def test_a_p_value_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.2, 1.2])


def test_intervals_hold_all_their_truths_at_once():
    generator = np.random.default_rng(0)
    held = []
    for _ in range(2000):
        values = generator.normal(size=5)
        alone = [Estimate(value, value - 1.959964, value + 1.959964, 0.95, 30, "z") for value in values]
        held.append(all(wide.low <= 0 <= wide.high for wide in simultaneous(alone)))

    assert np.mean(held) == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 2000))


def test_one_test_alone_is_not_widened():
    alone = Estimate(0.1, -0.05, 0.3, 0.95, 30, "z")

    assert simultaneous([alone])[0].low == pytest.approx(-0.05)
    assert simultaneous([alone])[0].high == pytest.approx(0.3)
    assert simultaneous([]) == []


def test_intervals_of_another_level_are_brought_to_one():
    narrow = Estimate(0.0, -1.6448536, 1.6448536, 0.9, 30, "z")

    assert simultaneous([narrow])[0].high == pytest.approx(1.959964, abs=1e-6)


def test_a_p_value_from_an_interval():
    estimate = Estimate(2.0, 2.0 - 1.959964, 2.0 + 1.959964, 0.95, 30, "z")

    assert p_value(estimate) == pytest.approx(2 * norm.sf(2.0), rel=1e-6)
    assert p_value(Estimate(0.0, 0.0, 0.0, 0.95, 30, "z")) == 1.0
