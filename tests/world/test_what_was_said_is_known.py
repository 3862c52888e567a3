import numpy as np

from livingroom.world import mentions as said
from livingroom.world.accounts import BRANCHES
from livingroom.world.period import DAY, HOUR, micros

SEED = 2007


def test_the_same_seed_says_the_same():
    assert said.draw_mentions(SEED, BRANCHES, 0.1) == said.draw_mentions(SEED, BRANCHES, 0.1)


def test_the_fault_begins_in_brazil_at_its_known_minute():
    fault = [one for one in said.draw_mentions(SEED, BRANCHES) if one.kind == "fault"]

    assert (fault[0].at, fault[0].language) == (said.FAULT_AT, "pt")
    assert all(said.FAULT_PRODUCT in one.text for one in fault)
    assert {one.branch for one in fault} == {"", *said.FAULT_BRANCHES}


def test_the_fault_rises_for_a_day_and_is_gone_in_a_week():
    delays = np.array(
        [one.at - said.FAULT_AT for one in said.draw_mentions(SEED, BRANCHES) if one.kind == "fault"]
    )

    assert np.sum(delays < 4 * HOUR) < 15
    assert np.bincount(delays // DAY).argmax() in {0, 1}
    assert delays.max() < 7 * DAY


def test_nobody_speaks_to_an_account_before_it_is_open():
    opened = {facts.key: micros(facts.opened_on) for facts in BRANCHES}

    for one in said.draw_mentions(SEED, BRANCHES):
        assert not one.branch or one.kind == "fault" or opened[one.branch] <= one.at


def test_five_languages_are_spoken_and_a_quarter_is_trouble():
    everyday = [one for one in said.draw_mentions(SEED, BRANCHES) if one.kind in said.KINDS]

    assert {one.language for one in everyday} == set(said.LANGUAGES)
    assert 0.2 < np.mean([one.is_negative for one in everyday]) < 0.3
