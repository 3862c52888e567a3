import numpy as np

from livingroom.measure.ballots import Votes, find_groups
from tests.measure.ballots.scene import DAY, HOUR, OPENED, regulars, strangers, views_of


def held_members(votes, **said):
    found = find_groups(votes, **said)
    return set(votes.member[found.is_held].tolist()), found.groups


def test_honest_regulars_are_left_alone():
    found = find_groups(regulars())

    assert found.groups == ()
    assert not found.is_held.any()


def test_new_accounts_with_one_vote_for_one_idea_are_held():
    ring = strangers(40, idea=7, day=20)

    held, groups = held_members(Votes.together(regulars(), ring))

    assert held == set(ring.member.tolist())
    assert groups[0].idea == 7
    assert "accounts made within a day before, with this vote only" in groups[0].reasons[0]


def test_a_slow_ring_is_held_too():
    drip = [strangers(1, idea=7, day=day, first=10_000 + day) for day in range(5, 35)]

    held, _ = held_members(Votes.together(regulars(), *drip))

    assert held == set(range(10_005, 10_035))


def test_accounts_that_slept_are_held():
    ring = strangers(30, idea=7, day=20, hours=48, age=15 * DAY)

    held, _ = held_members(Votes.together(regulars(), ring))

    assert held == set(ring.member.tolist())


def test_decoys_of_a_ring_are_held_with_it():
    ring = strangers(40, idea=7, day=20)
    random = np.random.default_rng(3)
    decoys = [
        Votes(np.full(40, idea), ring.member, ring.at + 1, ring.joined_at, ring.network, ring.agent).take(
            random.random(40) < 0.3
        )
        for idea in range(40, 50)
    ]

    votes = Votes.together(regulars(), ring, *decoys)
    found = find_groups(votes)

    assert found.is_held[votes.member >= 10_000].all()
    assert not found.is_held[votes.member < 10_000].any()


def test_readers_whom_a_link_sent_are_explained_by_views():
    readers = strangers(60, idea=7, day=20)
    votes = Votes.together(regulars(), readers)
    usual = [(day, 30) for day in range(13, 20)]

    sent, groups = held_members(votes, views=views_of(7, [*usual, (20, 330)]))
    unseen, _ = held_members(votes, views=views_of(7, [*usual, (20, 95)]))

    assert sent == set()
    assert any("explain the votes" in reason for reason in groups[0].reasons)
    assert unseen == set(readers.member.tolist())


def test_an_office_behind_one_address_is_not_shut_out():
    people = regulars()
    colleagues = np.arange(25)
    network, agent = people.network.copy(), people.agent.copy()
    inside = np.isin(people.member, colleagues)
    network[inside], agent[inside] = 77, 3
    at_once = Votes(
        np.full(25, 7), colleagues, OPENED + 20 * DAY + colleagues * HOUR // 10, np.full(25, OPENED - DAY),
        np.full(25, 77), np.full(25, 3),
    )  # fmt: skip
    office = Votes(people.idea, people.member, people.at, people.joined_at, network, agent)
    own = office.take(~(inside & (people.idea == 7)))

    held, groups = held_members(Votes.together(own, at_once))

    assert held == set()
    assert groups[0].idea == 7
    assert not groups[0].is_held


def test_a_class_that_signs_up_in_one_lesson_is_not_shut_out():
    random = np.random.default_rng(5)
    liking = 1 / np.arange(2, 62)
    pupils = [
        strangers(1, idea=int(idea), day=20, hours=1, network=77, agent=3, first=20_000 + pupil)
        for pupil in range(28)
        for idea in random.choice(60, 3, replace=False, p=liking / liking.sum())
    ]

    held, _ = held_members(Votes.together(regulars(), *pupils))

    assert held == set()


def test_equal_ballots_of_established_members_are_only_looked_at():
    ideas = np.array([31, 35, 40, 44, 52])
    club = np.repeat(500 + np.arange(8), 5)
    at = OPENED + np.repeat(np.arange(8), 5) * 4 * DAY + np.tile(np.arange(5), 8) * 2 * DAY
    ballots = Votes(np.tile(ideas, 8), club, at, np.full(40, OPENED - DAY), 5000 + club, 1 + club % 9)

    held, groups = held_members(Votes.together(regulars(), ballots))

    assert held == set()
    assert [group.reasons[0] for group in groups] == ["8 members cast nearly equal ballots."]


def test_the_order_of_votes_and_the_names_of_ideas_do_not_matter():
    votes = Votes.together(regulars(), strangers(40, idea=7, day=20))
    order = np.random.default_rng(6).permutation(len(votes))
    renamed = Votes(votes.idea + 900, *votes.columns()[1:]).take(order)

    plain, other = find_groups(votes), find_groups(renamed)

    assert np.array_equal(plain.is_held[order], other.is_held)
    assert [group.reasons for group in plain.groups] == [group.reasons for group in other.groups]


def test_no_votes_are_no_groups():
    nothing = regulars().take(np.zeros(0, dtype=np.int64))

    assert find_groups(nothing).groups == ()


def test_older_accounts_than_the_votes_that_are_known_are_not_called_thin():
    guests = strangers(30, idea=7, day=20, age=30 * DAY)

    held, _ = held_members(Votes.together(regulars(), guests), since=OPENED)

    assert held == set()
