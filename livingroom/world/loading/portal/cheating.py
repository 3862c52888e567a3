"""Rings and readers on the demo's portal: one group waits for a person, one was removed, one was found honest."""

from datetime import datetime, timedelta

import numpy as np

from livingroom.ideas.fraud.operations import decide, review_board
from livingroom.ideas.models import Board, VoteReview
from livingroom.measure.ballots.judging import FEWEST
from livingroom.people.models import Staff
from livingroom.world.portal.lookalikes import Extra, link
from livingroom.world.portal.plan import HOUR, History
from livingroom.world.portal.rings import Strategy, ring

REMOVED_ON, HONEST_ON, OPEN_ON = 60, 95, 146  # of the portal's days
REMOVED = "Sixty accounts made one after the other, from two dozen machines, within two weeks; none of them did anything else."
AFTERWARDS = "This account was taken away with others and is a person after all: what they cast since counts."
HONEST = "A page of help linked to this idea, and its readers came to vote. We asked some of them: they are people."


def cheats(history: History, seed: int) -> list[Extra]:
    """What is cast on top of honest votes."""
    drip = Strategy(spread=14 * 24 * HOUR, n_networks=24, n_agents=6)
    night = Strategy(spread=7 * HOUR, n_networks=9, n_agents=3, decoys=(0, 3))
    rng = np.random.default_rng([seed, 30])
    return [
        ring(history, drip, seed, REMOVED_ON, 60)[1],
        link(history, rng, 1_500_000, HONEST_ON),
        _renumbered(ring(history, night, seed, OPEN_ON, 90)[1], 1000),
    ]


def look_and_decide(board: Board, staff: Staff, begin: datetime, now: datetime) -> list[VoteReview]:
    """Look as the house would have: after each of the three, and today; decide about the first two."""
    for day, is_honest, why in ((REMOVED_ON + 15, False, REMOVED), (HONEST_ON + 41, True, HONEST)):
        at = begin + timedelta(days=day)
        for review in review_board(board, at):
            is_alone = review.n_votes < FEWEST
            if review.state == VoteReview.State.OPEN:
                decide(
                    staff=staff,
                    review=review,
                    is_honest=is_honest or is_alone,
                    reason=AFTERWARDS if is_alone else why,
                    now=at + timedelta(hours=20),
                )
    return review_board(board, now)


def _renumbered(extra: Extra, by: int) -> Extra:
    votes = extra.votes
    columns = (votes.idea, votes.member + by, *votes.columns()[2:])
    return Extra(extra.name, type(votes)(*columns), extra.views)
