import pytest

from livingroom.measure.audience import people_in, people_in_both, sketch_of, together
from livingroom.measure.estimate import Estimate, NotEnoughData


def names(first, last):
    return (f"did:plc:{number}" for number in range(first, last))


def test_small_audiences_are_exact():
    # The worked example of docs/methods/reach.md.
    first, second = sketch_of(["ana", "ben", "cho"]), sketch_of(["cho", "dee", "cho"])

    people, both = people_in([first, second]), people_in_both(first, second)

    assert (people.value, people.low, people.high) == (4, 4, 4)
    assert (both.value, both.low, both.high) == (1, 1, 1)


def test_a_known_overlap_is_found_within_its_interval():
    # 60,000 and 50,000 people, 10,000 of them in both: 100,000 together.
    first, second = sketch_of(names(0, 60_000)), sketch_of(names(50_000, 100_000))

    people, both = people_in([first, second]), people_in_both(first, second)

    assert people.low <= 100_000 <= people.high
    assert people.high - people.low < 0.08 * 100_000
    assert isinstance(both, Estimate)
    assert both.low <= 10_000 <= both.high
    assert len(first) < 34_000


def test_an_audience_read_in_steps_in_any_order_is_the_same():
    whole = sketch_of(names(0, 20_000))

    steps = b""
    for start in (15_000, 0, 10_000, 5_000):
        steps = sketch_of(names(start, start + 5_000), also=steps)

    assert people_in([steps]).value == pytest.approx(people_in([whole]).value, rel=0.04)
    assert people_in([together([whole, steps])]).value == pytest.approx(people_in([whole]).value, rel=0.04)
    assert people_in([steps, steps]) == people_in([steps])


def test_two_large_strangers_share_not_enough_to_say_more_than_a_ceiling():
    answer = people_in_both(sketch_of(names(0, 50_000)), sketch_of(names(50_000, 100_000)))

    assert isinstance(answer, NotEnoughData)
    assert "fewer than" in answer.reason


def test_what_is_no_sketch_is_refused():
    assert people_in([]).value == 0
    for wrong in (b"", b"abc", bytes(40)):
        with pytest.raises(ValueError, match="no sketch"):
            people_in([wrong])
