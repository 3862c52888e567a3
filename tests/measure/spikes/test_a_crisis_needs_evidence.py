"""A loud hour alone is no crisis; silence alarms, too."""

import numpy as np
import pytest

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.spikes.central import central_by_tokens, central_by_vector
from livingroom.measure.spikes.crisis import crisis
from livingroom.measure.spikes.rule import DAY, HOUR, Verdict
from livingroom.measure.spikes.silence import Silence, silence, silence_at
from livingroom.measure.spikes.terms import NewTerm, new_terms

SPIKE = Verdict(0, 90.0, 80.0, 10.0, 5.0, 14.0, True)
QUIET = Verdict(0, 10.0, 10.0, 10.0, 5.0, 0.0, False)
USUAL = [0.18 + 0.01 * (day % 5) for day in range(28)]
CALM = Estimate(0.2, 0.15, 0.26, 0.95, 200, "PACC")
ANGRY = Estimate(0.5, 0.38, 0.61, 0.95, 200, "PACC")


def test_a_spike_alone_is_no_crisis():
    assert crisis(SPIKE, negatives=CALM, past_negatives=USUAL).reasons == ()
    assert not crisis(SPIKE, negatives=CALM, past_negatives=USUAL).is_crisis


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        ({"negatives": ANGRY}, "negatives"),
        ({"terms": [NewTerm("battery", 9, 0, 3.0, 4.0)]}, "new terms"),
        ({"reach": 250_000}, "reach"),
    ],
)
def test_a_spike_with_one_reason_is_a_crisis_and_names_it(seen, reason):
    found = crisis(SPIKE, **{"negatives": CALM, "past_negatives": USUAL, **seen})

    assert (found.is_crisis, found.reasons) == (True, (reason,))
    assert not crisis(QUIET, **{"negatives": CALM, "past_negatives": USUAL, **seen}).is_crisis


def test_a_share_whose_interval_reaches_down_to_the_usual_is_not_above_it():
    unsure = Estimate(0.5, 0.1, 0.8, 0.95, 12, "PACC")

    assert not crisis(SPIKE, negatives=unsure, past_negatives=USUAL).is_crisis


def test_what_could_not_be_looked_at_is_told():
    found = crisis(SPIKE, negatives=ANGRY, past_negatives=USUAL[:5], reach=250_000)

    assert found.reasons == ("reach",)
    assert "5 days" in found.unknown[0].reason


def test_a_new_word_stands_out_and_common_ones_do_not():
    before = {"the": 5000, "laptop": 900, "battery": 20, "thanks": 300}
    now = {"the": 500, "laptop": 95, "battery": 60, "thanks": 28, "typo": 2}

    assert [term.term for term in new_terms(now, before)] == ["battery"]
    assert new_terms(before, before) == []


def test_a_word_never_heard_before_stands_out():
    found = new_terms({"the": 300, "exploding": 30}, {"the": 9000})

    assert found[0].term == "exploding"
    assert found[0].n_before == 0


def test_where_everybody_says_one_word_only_nothing_breaks():
    assert [term.term for term in new_terms({"heat": 50}, {"heat": 1})] in ([], ["heat"])


def test_one_of_each_kind_is_central_however_often_it_was_copied():
    texts = [{"battery", "on", "fire"}] * 5 + [
        {"battery", "fire", "help"},
        {"new", "color"},
        {"new", "color", "nice"},
        {"misc"},
    ]

    chosen = central_by_tokens(texts, 3)

    assert chosen[0] in range(6)
    assert {bool(texts[place] & {"battery"}) for place in chosen[1:]} == {False}
    assert len(set(chosen)) == 3


def test_the_first_central_vector_is_the_medoid():
    random = np.random.default_rng(1)
    cloud = random.normal([3, 1, 0], 0.6, (40, 3))
    unit = cloud / np.linalg.norm(cloud, axis=1, keepdims=True)
    medoid = int(np.argmax(np.clip(unit @ unit.T, 0, 1).sum(axis=0)))

    assert central_by_vector(cloud, 5)[0] == medoid
    assert len(set(central_by_vector(cloud * 7, 5))) == 5
    assert central_by_vector(np.zeros((0, 3))) == []


def test_silence_is_noticed_where_something_is_usual():
    quiet = silence(12, [40, 50, 45, 45])
    usual = silence(38, [40, 50, 45, 45])

    assert not isinstance(quiet, NotEnoughData)
    assert not isinstance(usual, NotEnoughData)
    assert quiet.is_silent
    assert not usual.is_silent


@pytest.mark.parametrize(("weeks", "words"), [([40, 50], "2 weeks"), ([1, 2, 0, 1], "no surprise")])
def test_where_nobody_can_tell_it_says_so(weeks, words):
    found = silence(0, weeks)

    assert isinstance(found, NotEnoughData)
    assert words in found.reason


def test_the_last_hours_are_held_against_the_same_hours_of_weeks_before():
    now = 5 * 7 * DAY
    # Loud by day and dead by night: the same six hours of the night are no silence, of the day they are.
    volumes = {hour * HOUR: 12.0 if 8 <= hour % 24 < 20 else 0.0 for hour in range(5 * 7 * 24)}
    evening = now - 6 * HOUR
    fallen = {**volumes, **{evening - back * HOUR: 0.0 for back in range(1, 7)}}
    broken = {hour: volume for hour, volume in fallen.items() if hour != evening - 3 * HOUR}

    assert isinstance(silence_at(volumes, now - 24 * HOUR + 6 * HOUR), NotEnoughData)
    for known, silent in ((volumes, False), (fallen, True)):
        found = silence_at(known, evening)
        assert isinstance(found, Silence)
        assert (found.expected, found.is_silent) == (72, silent)
    assert "not all of the last 6 hours" in str(silence_at(broken, evening))


def test_silence_by_luck_is_as_rare_as_it_says():
    random = np.random.default_rng(3)
    alarms = sum(
        found.chance < 0.05
        for week in random.poisson(60, (2000, 5))
        if not isinstance(found := silence(float(week[0]), week[1:].tolist()), NotEnoughData)
    )

    assert alarms / 2000 < 0.06
