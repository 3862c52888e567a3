"""The orders in which ideas are listed, each with its formula in words: the page shows them."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from livingroom.ideas.counting import BEGINNING
from livingroom.ideas.models import Board
from livingroom.measure.ranking import RECENT_DAYS, SHARE
from livingroom.measure.ranking.exploring import WELL_SEEN
from livingroom.measure.ranking.now import GRAVITY, HEAD_START_HOURS

LATEST, MOST = datetime(9999, 12, 31, tzinfo=UTC), 2**31 - 1


@dataclass(frozen=True)
class Rank:
    """One order. `field` is the key on the idea, the highest first; of equals the newer."""

    key: str
    name: str
    field: str
    formula: str
    words: str
    open_only: bool = True
    mixes: bool = False
    read: Callable[[str], Any] = float
    top: Any = sys.float_info.max

    def holds(self, key: Any) -> bool:
        """Whether an idea could have this key; a number that is none has not."""
        return bool((key if isinstance(key, datetime) else abs(key)) <= self.top)

    def formula_on(self, board: Board) -> str:
        return self.formula.format(half_life=f"{board.half_life_days:g}")


def _moment(written: str) -> datetime:
    return BEGINNING + timedelta(microseconds=int(written))


RANKS = {
    rank.key: rank
    for rank in (
        Rank(
            "now", "Now", "now_score",
            f"verified votes of the last {RECENT_DAYS} days, those against taken off, but never below 0, "
            f"÷ (hours since it was published + {HEAD_START_HOURS:g})^{GRAVITY:g}",
            f"What moves people now. {SHARE:.0%} of the places go to ideas that few have seen.",
            mixes=True,
        ),
        Rank(
            "popular", "Popular", "popular_key",
            "Σ vote × ½^(its age ÷ {half_life} days); a vote against counts −1",
            "What stays wanted: a vote weighs half after each half-life.",
        ),
        Rank(
            "new", "New", "public_at", "when it was published, the newest first", "In the order in which they came.",
            open_only=False, read=_moment, top=LATEST,
        ),
        Rank(
            "under_seen", "Few have seen", "pk",
            f"ideas that fewer than {WELL_SEEN} people have seen, and after them the others, by one draw for each from "
            "Beta(votes + a, showings − votes + b), the highest first, drawn anew every few minutes",
            "Ideas that deserve a look: drawn at random, and the less often an idea was shown, the more can come of it.",
            read=int, top=MOST,
        ),
        Rank(
            "most_wanted", "Most votes", "n_for", "verified votes for it since it was published",
            "All votes ever, however old.", read=int, top=MOST,
        ),
        Rank(
            "answered", "Answered", "state_at", "when we last decided on it, the latest first",
            "What we answered, with the reasons.", open_only=False, read=_moment, top=LATEST,
        ),
    )
}  # fmt: skip
