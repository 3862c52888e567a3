"""Every wish lived twice from the same draws: once with the posts, once without. The difference is the effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.columns import Columns
from livingroom.world.period import Booleans, Floats, Integers
from livingroom.world.regimes.calendar import (
    DEAL_DAYS,
    NEVER,
    NO_CODE,
    SHARED_CODE,
    SINGLE_CODE,
    Calendar,
    latest_post,
    moment,
    next_post,
)
from livingroom.world.regimes.ground import Ground
from livingroom.world.regimes.kinds import Regime
from livingroom.world.regimes.people import People, Wishes

CAUSES = ("organic", "anyway", "pulled_forward", "induced", "view_through", "leak")
ORGANIC, ANYWAY, PULLED_FORWARD, INDUCED, VIEW_THROUGH, LEAK = range(len(CAUSES))
NONE = -1
FADE_DAYS = 4.0  # a post wakes ever fewer wishes as it grows old
TIRED_SHARE = 0.2  # and the whole programme works less well after 120 days
CLICKED_CODE_SHARE = 0.85
ELSEWHERE_SHARE = 0.15  # of the code seekers in places that never saw the post
REFUND_SHARE, WOKEN_REFUND_SHARE = 0.06, 0.11
MARGIN_SHARE = 0.22  # of the list price


@dataclass(frozen=True)
class Life(Columns):
    """What each wish came to. `placement` is the deal acted on, `code_of` the placement whose code was typed."""

    buys: Booleans
    at: Floats
    cause: Integers
    placement: Integers
    saw: Booleans
    clicked: Booleans
    code_of: Integers
    discount_minor: Integers
    refund_minor: Integers  # however late
    refund_at: Floats

    def net_minor(self, list_minor: Integers, known_at: float = NEVER) -> Integers:
        """Give what was paid less what was given back until then, 0 for who did not buy."""
        refund = np.where(self.refund_at <= known_at, self.refund_minor, 0)
        return np.where(self.buys, list_minor - self.discount_minor - refund, 0)


def live_without(wishes: Wishes) -> Life:
    """Live without posts: nobody is woken, nobody hurries, nobody gets a discount."""
    n = len(wishes)
    nothing, none = np.zeros(n, dtype=np.int64), np.full(n, NONE, dtype=np.int64)
    no = np.zeros(n, dtype=np.bool_)
    cause = np.full(n, ORGANIC, dtype=np.int64)
    refund, refund_at = give_back(wishes, cause, wishes.at, nothing)
    return Life(~wishes.is_latent, wishes.at, cause, none, no, no, none, nothing, refund, refund_at)


def live_with(wishes: Wishes, people: People, calendar: Calendar, ground: Ground, regime: Regime) -> Life:
    """Live with posts: some see a deal and use it, now or when they would have bought; some are woken by it."""
    feed = [
        (branch[wishes.person], people.reads_geo[wishes.person])
        for branch in (people.first_branch, people.second_branch)
    ]
    known = newest(calendar, [latest_post(calendar, ground, *each, wishes.at) for each in feed])
    known = np.where(wishes.at - moment(calendar, known) < DEAL_DAYS, known, NONE)
    fresh = first(calendar, [next_post(calendar, ground, *each, began(wishes, ground)) for each in feed])
    sees = wishes.chance("see") < regime.see_share
    at_post = moment(calendar, fresh) + 0.02 - 0.35 * np.log1p(-wishes.chance("lag"))
    forward = (
        sees & ~wishes.is_latent & (at_post < wishes.at) & (wishes.chance("forward") < regime.forward_share)
    )
    woken = (
        sees & wishes.is_latent & (wishes.chance("induce") < wakes(wishes, people, calendar, ground, known))
    )
    at = np.where(forward, at_post, wishes.at)
    placement = np.where(forward, fresh, np.where(sees & (woken | ~wishes.is_latent), known, NONE))
    clicked, code_of, cheaper = use(wishes, calendar, regime, placement)
    acts = forward | woken | clicked | (code_of >= 0)
    placement = np.where(acts, placement, NONE)
    buys = woken | ~wishes.is_latent
    leaked = find_leak(wishes, people, calendar, regime, at, buys & (placement == NONE))
    code_of = np.where(leaked >= 0, leaked, code_of)
    percent = np.append(calendar.placements.percent, 0.0)[np.where(leaked >= 0, leaked, placement)]
    discount = np.where(cheaper | (leaked >= 0), np.round(wishes.list_minor * percent / 100), 0).astype(
        np.int64
    )
    cause = np.select(
        [leaked >= 0, woken & ~clicked, woken, forward, placement >= 0],
        [LEAK, VIEW_THROUGH, INDUCED, PULLED_FORWARD, ANYWAY], ORGANIC,
    )  # fmt: skip
    refund, refund_at = give_back(wishes, cause, at, discount)
    saw = sees & ((known >= 0) | forward)
    return Life(buys, at, cause, placement, saw, clicked, code_of, discount, refund, refund_at)


def began(wishes: Wishes, ground: Ground) -> Floats:
    """Tell when each wish was first felt."""
    return np.maximum(wishes.at - wishes.lead_days, -float(ground.pre_days))


def newest(calendar: Calendar, posts: list[Integers]) -> Integers:
    """Of the posts of two feeds take the later one: numbers rise with time."""
    return np.maximum(posts[0], posts[1])


def first(calendar: Calendar, posts: list[Integers]) -> Integers:
    one, other = posts
    return np.where((other != NONE) & ((one == NONE) | (other < one)), other, one)


def wakes(wishes: Wishes, people: People, calendar: Calendar, ground: Ground, known: Integers) -> Floats:
    """Give the chance that the newest deal wakes a wish: it fades with the post's age and with habit."""
    age = np.where(known >= 0, wishes.at - moment(calendar, known), NEVER)
    tired = 1 - TIRED_SHARE * (wishes.at.clip(0) / 120 - 0.5)
    strength = ground.effect[people.reads_geo[wishes.person]] * 0.75
    return np.where(known >= 0, strength * tired * np.exp(-age / FADE_DAYS), 0.0)


def use(
    wishes: Wishes, calendar: Calendar, regime: Regime, placement: Integers
) -> tuple[Booleans, Integers, Booleans]:
    """Decide who clicks, who types a code, and who therefore pays less."""
    seen = placement >= 0
    click_share = np.where(wishes.is_latent, 1 - regime.view_share, regime.click_share)
    clicked = seen & (wishes.chance("click") < click_share)
    kind = np.append(calendar.placements.code_kind, NO_CODE)[placement]
    types_share = np.where(clicked, CLICKED_CODE_SHARE, regime.unclicked_code_share)
    # A single-use code is behind the link: who did not click has none.
    has_code = (kind == SHARED_CODE) | ((kind == SINGLE_CODE) & clicked)
    typed = seen & has_code & (wishes.chance("code") < types_share)
    on_page = clicked & (kind == NO_CODE)
    return clicked, np.where(typed, placement, NONE), typed | on_page


def find_leak(
    wishes: Wishes, people: People, calendar: Calendar, regime: Regime, at: Floats, looks: Booleans
) -> Integers:
    """Give each seeker of coupons the newest leaked code that still works, or -1."""
    found = np.full(len(wishes), NONE, dtype=np.int64)
    out = np.flatnonzero((calendar.placements.leaks_at < NEVER) & calendar.shown.any(axis=1))
    if not len(out):
        return found
    out = out[np.argsort(calendar.placements.leaks_at[out], kind="stable")]
    newest = np.searchsorted(calendar.placements.leaks_at[out], at, side="right") - 1
    code = out[newest.clip(0)]
    geo = people.geo[wishes.person]
    was_shown = calendar.shown[code, geo] | (geo == calendar.shown.shape[1] - 1)
    share = regime.seeker_share * np.where(was_shown, 1.0, ELSEWHERE_SHARE)
    works = (newest >= 0) & (at < calendar.placements.valid_until()[code])
    finds = looks & works & (wishes.chance("seek") < share)
    return np.where(finds, code, found)


def give_back(wishes: Wishes, cause: Integers, at: Floats, discount: Integers) -> tuple[Integers, Floats]:
    """Draw refunds: more often by those talked into it, some in part, some months late."""
    is_woken = (cause == INDUCED) | (cause == VIEW_THROUGH)
    returns = wishes.chance("refund") < np.where(is_woken, WOKEN_REFUND_SHARE, REFUND_SHARE)
    part = np.where(wishes.chance("refund_part") < 0.7, 1.0, 0.4)
    wait = 2 - 12 * np.log1p(-wishes.chance("refund_delay"))
    wait += np.where(wishes.chance("refund_late") < 0.15, 40.0, 0.0)
    refund = np.where(returns, np.round((wishes.list_minor - discount) * part), 0).astype(np.int64)
    return refund, at + np.where(returns, wait, NEVER)


def goods_minor(wishes: Wishes, life: Life, known_at: float = NEVER) -> Integers:
    """Give the cost of what was bought and kept until then; what is sent back goes on sale again."""
    paid = np.maximum(wishes.list_minor - life.discount_minor, 1)
    kept = 1 - np.where(life.refund_at <= known_at, life.refund_minor, 0) / paid
    return np.where(life.buys, np.round(wishes.list_minor * (1 - MARGIN_SHARE) * kept), 0).astype(np.int64)
