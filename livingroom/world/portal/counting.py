"""What a portal takes for an exposure, and how many people it believes saw an idea."""

import numpy as np

from livingroom.measure.ranking import people_who_saw
from livingroom.world.portal.plan import Flags, Floats, Integers, Plan


class Exposures:
    """Counts looks as they come, each person, idea and day once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        n, m = plan.n_ideas, plan.n_members
        self.unnamed, self.first_looks, self.looks = (np.zeros(n, dtype=np.int64) for _ in range(3))
        self.is_member = np.zeros(m, dtype=bool)
        self.has_seen, self.has_voted = (np.zeros((m, n), dtype=bool) for _ in range(2))

    def counted(self, day: int, who: Integers, idea: Integers, is_first: Flags) -> Flags:
        """Say which of these looks are exposures, and remember them."""
        if self.plan.counting == "people":
            return self._noted(is_first, idea)
        if self.plan.counting == "days":
            return self._noted(np.ones(len(who), dtype=bool), idea)
        signed_in = self.is_member[who] & ~self._comes_unnamed(day, who)
        first = signed_in & ~self.has_seen[who, idea] & ~self.has_voted[who, idea]
        np.add.at(self.first_looks, idea[first], 1)
        np.add.at(self.looks, idea[signed_in], 1)
        np.add.at(self.unnamed, idea[~signed_in], 1)
        self.has_seen[who[signed_in], idea[signed_in]] = True
        return ~signed_in | first

    def note_votes(self, who: Integers, idea: Integers) -> None:
        """Who votes is a member from then on."""
        self.has_voted[who, idea] = True
        self.is_member[who] = True

    def people(self) -> Floats:
        return people_who_saw(self.unnamed, self.first_looks, self.looks)

    def _noted(self, counts: Flags, idea: Integers) -> Flags:
        np.add.at(self.unnamed, idea[counts], 1)
        return counts

    def _comes_unnamed(self, day: int, who: Integers) -> Flags:
        """The same person is signed in or not for a whole day; worked out, not drawn, so that portals stay comparable."""
        unnamed: Flags = (who * 7919 + day * 104_729) % 1000 < self.plan.unnamed_share * 1000
        return unnamed
