"""Silence does not make the figures better, and nothing but people counts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.service.community import reciprocity
from livingroom.measure.service.events import AUTHOR_KINDS, KINDS, SECOND, Event, conversations
from livingroom.measure.service.figures import service_figures, wait_lengths
from livingroom.measure.service.survival import kaplan_meier, quantile
from livingroom.measure.service.waits import all_waits

MINUTE = 60 * SECOND

some_events = st.lists(
    st.builds(
        Event,
        conversation=st.sampled_from("123"),
        at=st.integers(0, 10_000).map(lambda number: number * MINUTE),
        author=st.sampled_from(["ann", "ben", "cid"]),
        author_kind=st.sampled_from(AUTHOR_KINDS),
        kind=st.sampled_from([kind for kind in KINDS if kind not in ("rating", "accept")]),
    ),
    max_size=30,
    unique_by=lambda event: event.at,
)


def test_without_unanswered_questions_it_is_the_usual_median():
    random = np.random.default_rng(4)
    for n in (5, 6, 41, 100):
        minutes = random.lognormal(3, 1, n)
        median = quantile(kaplan_meier(minutes, np.ones(n, bool)), 0.5)

        assert isinstance(median, Estimate)
        assert median.value == pytest.approx(float(np.median(minutes)))


def test_leaving_questions_unanswered_never_shortens_the_median():
    random = np.random.default_rng(5)
    minutes = random.lognormal(3, 1, 200)
    answered = random.random(200) < 0.7

    honest = quantile(kaplan_meier(minutes, answered), 0.5)
    flattering = float(np.median(minutes[answered]))

    assert isinstance(honest, Estimate)
    assert honest.value > flattering


def test_the_interval_holds_the_true_median():
    random = np.random.default_rng(6)
    held = 0
    for _ in range(300):
        waited, looked = random.exponential(10, 60), random.exponential(25, 60)
        median = quantile(kaplan_meier(np.minimum(waited, looked), waited <= looked), 0.5)
        assert isinstance(median, Estimate)
        held += median.low <= 10 * np.log(2) <= median.high

    assert 0.92 <= held / 300 <= 0.99


def test_another_package_says_the_same():
    from statsmodels.duration.survfunc import SurvfuncRight

    random = np.random.default_rng(7)
    waited, looked = random.exponential(10, 80).round(1), random.exponential(15, 80).round(1)
    minutes, ended = np.minimum(waited, looked), waited <= looked

    ours, theirs = quantile(kaplan_meier(minutes, ended), 0.5), SurvfuncRight(minutes, ended)

    assert isinstance(ours, Estimate)
    assert ours.value == theirs.quantile(0.5)
    with np.errstate(all="ignore"):
        assert (ours.low, ours.high) == theirs.quantile_ci(0.5, method="cloglog")


def test_a_median_that_is_not_known_is_not_told():
    found = quantile(kaplan_meier([1, 2, 3, 4, 5, 6], [True, True, False, False, False, False]), 0.5)

    assert isinstance(found, NotEnoughData)
    assert "2 of 6" in found.reason


def test_few_answers_leave_the_high_end_open():
    found = quantile(kaplan_meier([1, 2, 3, 4, 5, 6], [True, True, True, False, False, False]), 0.5)

    assert isinstance(found, Estimate)
    assert found.high == float("inf")


@given(events=some_events)
@settings(max_examples=80, deadline=None)
def test_bots_and_automatic_replies_never_count(events):
    signs = (
        "wait",
        "resume",
        "reopen",
        "handover",
        "ask",
    )  # what a bot notes about others is no answer of its own
    kept = [
        event
        for event in events
        if event.kind != "automatic" and (event.author_kind != "bot" or event.kind in signs)
    ]

    with_them, without = service_figures(events, 10**12), service_figures(kept, 10**12)

    assert with_them == without


@given(events=some_events, seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_does_not_matter(events, seed):
    shuffled = list(events)
    np.random.default_rng(seed).shuffle(shuffled)  # type: ignore[arg-type]  # a list of anything can be shuffled

    assert service_figures(shuffled, 10**12) == service_figures(events, 10**12)


@given(events=some_events)
@settings(max_examples=40, deadline=None)
def test_no_wait_is_negative_and_pauses_only_shorten(events):
    waits = all_waits(conversations(events))
    plain = [replace(wait, pauses=()) for wait in waits]
    lengths, _ = wait_lengths(waits, "resolution", 10_000 * MINUTE)
    whole, _ = wait_lengths(plain, "resolution", 10_000 * MINUTE)

    assert all(0 <= short <= long for short, long in zip(lengths, whole, strict=True))


def test_reciprocity_drops_who_answers_himself():
    assert reciprocity({("a", "b"), ("b", "a"), ("a", "c"), ("d", "d")}) == pytest.approx(2 / 3)


def test_figures_that_stand_on_too_little_say_so():
    figures = {figure.name: figure.answer for figure in service_figures([], 0)}

    assert len(figures) > 15
    assert all(
        isinstance(answer, NotEnoughData) for name, answer in figures.items() if name != "own_accepted"
    )


@given(
    waited=st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=5, max_size=60),
    share=st.sampled_from([0.1, 0.5, 0.9]),
)
@settings(max_examples=150, deadline=None)
def test_the_interval_holds_the_times_at_which_the_band_holds_the_share(waited, share):
    """The band at every time, worked out step by step, and the first time at which each end of it is at most the share."""
    minutes, ended = [time for time, _ in waited], [is_over for _, is_over in waited]
    found = quantile(kaplan_meier(minutes, ended), share)
    left, greenwood, lows, highs = 1.0, 0.0, [], []
    for time in sorted({time for time, is_over in waited if is_over}):
        at_risk, n = sum(one >= time for one in minutes), waited.count((time, True))
        left *= 1 - n / at_risk
        greenwood += n / (at_risk * (at_risk - n)) if n < at_risk else np.inf
        width = np.exp(1.959963984540054 * np.sqrt(greenwood) / -np.log(left)) if left > 1e-9 else 1.0
        lows.append((time, left**width if left > 1e-9 else 0.0))
        highs.append((time, left ** (1 / width) if left > 1e-9 else 1 - 0.025 ** (1 / len(waited))))

    if isinstance(found, NotEnoughData):
        assert left > 1 - share + 1e-10
    else:
        low, high = (
            next((time for time, end in ends if end <= 1 - share + 1e-9), np.inf) for ends in (lows, highs)
        )
        assert (found.low, found.high) == (min(low, found.value), max(high, found.value))
