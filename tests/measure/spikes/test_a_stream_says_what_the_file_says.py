"""Pushed bucket by bucket, stopped and resumed anywhere, it is the same detector."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingroom.measure.spikes.detector import SpikeDetector, detect
from livingroom.measure.spikes.rule import DAY, HOUR, Rule

volumes = st.lists(st.one_of(st.integers(0, 30), st.integers(0, 5000)).map(float), min_size=1, max_size=260)


def hours(values, seed=0, gap=0):
    return [
        ((n + (gap if n > len(values) // 2 else 0)) * HOUR, value)
        for n, value in enumerate(values, start=seed)
    ]


@given(values=volumes, cut=st.integers(0, 260), gap=st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_stream_that_is_resumed_says_the_same(values, cut, gap):
    series = hours(values, gap=gap)
    first = SpikeDetector()
    verdicts = [first.push(*bucket) for bucket in series[:cut]]
    state = json.loads(json.dumps(first.state()))
    second = SpikeDetector.resume(state)
    verdicts += [second.push(*bucket) for bucket in series[cut:]]

    assert verdicts == detect(series)
    assert len(state["known"]) <= 170


@given(values=volumes, cooldown=st.sampled_from([0, 6 * HOUR, DAY]))
@settings(max_examples=60, deadline=None)
def test_alerts_keep_their_distance(values, cooldown):
    alerts = [verdict.at for verdict in detect(hours(values), Rule(cooldown=cooldown)) if verdict.is_alert]

    assert all(later - earlier >= cooldown for earlier, later in pairwise(alerts))


@given(values=volumes)
@settings(max_examples=40, deadline=None)
def test_another_unit_of_volume_changes_nothing(values):
    plain = detect(hours(values), Rule(counts=False))
    other = detect(hours([8 * value for value in values]), Rule(counts=False))

    assert [verdict.z for verdict in other] == pytest.approx([verdict.z for verdict in plain])


@given(values=volumes, parts=st.lists(st.floats(0, 1), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_who_looks_early_never_rings_in_vain(values, parts):
    calm = detect(hours(values))
    watching = SpikeDetector()
    for (at, volume), later in zip(hours(values), calm, strict=True):
        before = watching.last_alert_at
        looks = [watching.look(at, volume * part) for part in sorted(parts)]
        last = watching.push(at, volume)

        assert (last.z, last.level) == (later.z, later.level)
        assert any(verdict.is_alert for verdict in (*looks, last)) == later.is_alert
        assert watching.last_alert_at == (at if later.is_alert else before)


def test_the_past_is_forgotten_after_seven_days():
    quiet = [10.0] * 200
    loud_once = [10.0] * 10 + [900.0] + [10.0] * 189

    assert detect(hours(loud_once))[-1] == detect(hours(quiet))[-1]


@pytest.mark.parametrize(("at", "volume"), [(0, 1.0), (HOUR, -1.0), (HOUR, float("nan"))])
def test_a_bucket_that_cannot_be_is_refused(at, volume):
    detector = SpikeDetector()
    detector.push(0, 5.0)

    with pytest.raises(ValueError, match=r"order of time|0 or more"):
        detector.push(at, volume)
