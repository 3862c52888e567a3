"""The codes of the world: one shared code a placement, or a single-use code for each visitor who asks for one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.browsing import FIRST_LOOKER, FIRST_TELEPHONE
from livingroom.world.clicks import NamedClicks
from livingroom.world.columns import Columns
from livingroom.world.names import codes
from livingroom.world.offers import Offers
from livingroom.world.period import SECOND, Integers
from livingroom.world.posts import SHARED_CODE, SINGLE_CODE, Placements

SPARE_CODES = 12  # of each pool so many are left over
HAND_OUT_AFTER = 8 * SECOND  # the visitor reads the page and presses the button


@dataclass(frozen=True)
class SingleCodes(Columns):
    """Single-use codes with the click each was handed to; -1 and 0 for those left over."""

    text: list[str]
    placement: Integers
    click: Integers
    issued_at: Integers


@dataclass(frozen=True)
class CodeBook:
    """Every code there is. `shared` has a text for each placement, empty where it carries no shared code."""

    shared: list[str]
    single: SingleCodes
    _issued: dict[tuple[int, int], str]

    def redeemed(self, placement: int, person: int) -> str:
        """Return the code this person types in for a placement's deal; empty for none."""
        if placement < 0:
            return ""
        return self.shared[placement] or self._issued[placement, person]


def make_codes(seed: int, placements: Placements, offers: Offers, clicks: NamedClicks) -> CodeBook:
    """Draw the shared codes, and hand a single-use code to every person's click while its offer runs."""
    texts = iter(codes(seed, int((placements.code_kind == SHARED_CODE).sum())))
    shared = [next(texts) if kind == SHARED_CODE else "" for kind in placements.code_kind.tolist()]
    is_social = clicks.link < len(placements)
    kind = placements.code_kind[np.where(is_social, clicks.link, 0)]
    ends_at = offers.ends_at[placements.offer[np.where(is_social, clicks.link, 0)]]
    in_time = clicks.at + HAND_OUT_AFTER < ends_at
    taken = np.flatnonzero(is_social & (kind == SINGLE_CODE) & in_time & ~clicks.is_machine)
    spare = left_over(placements, clicks.link[taken])
    single = SingleCodes(
        text=codes(seed, len(taken) + len(spare), single=True),
        placement=np.concatenate([clicks.link[taken], spare]),
        click=np.concatenate([taken, np.full(len(spare), -1, dtype=np.int64)]),
        issued_at=np.concatenate([clicks.at[taken] + HAND_OUT_AFTER, np.zeros(len(spare), dtype=np.int64)]),
    )
    return CodeBook(shared, single, issued_to(single, clicks))


def left_over(placements: Placements, taken: Integers) -> Integers:
    """Name the placement of each code that nobody took: pools are as large for all placements of a post."""
    handed_out = np.bincount(taken, minlength=len(placements))
    largest = np.zeros(int(placements.post.max()) + 1, dtype=np.int64)
    np.maximum.at(largest, placements.post, handed_out)
    left = largest[placements.post] - handed_out + SPARE_CODES
    return np.repeat(np.arange(len(placements)), np.where(placements.code_kind == SINGLE_CODE, left, 0))


def issued_to(single: SingleCodes, clicks: NamedClicks) -> dict[tuple[int, int], str]:
    """Map (placement, shopping person) to the code; her telephone is the same person."""
    issued = {}
    for text, placement, click in zip(
        single.text, single.placement.tolist(), single.click.tolist(), strict=True
    ):
        person = int(clicks.person[click])
        if click >= 0 and person < FIRST_LOOKER:
            issued[placement, person % FIRST_TELEPHONE] = text
    return issued
