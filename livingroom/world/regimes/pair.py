"""Two shops whose records say the same and whose truths are opposite: one programme earns, the other loses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from livingroom.world.regimes.books import PEOPLE as PEOPLE_OF_COSTS
from livingroom.world.regimes.kinds import REGIMES, Regime
from livingroom.world.regimes.outcome import Outcome, simulate

EVIDENCE_MINOR = 320_000_000
PRE_DAYS = 120  # a long record makes the test sharp enough to tell the two apart
STAFF, TOOLS, FEES = 390_000, 80_000, 60_000  # a week, in cents, the same in both

EARNS = replace(REGIMES["A"], name="earns", summary="posts bring people who would not have bought")
LOSES = replace(
    REGIMES["B"], name="loses", summary="posts are used by people who would have bought anyway",
    follower_share=0.28, intent=2.0, latent_rate=0.148, discount_percent=1.6, browsing=2.0,
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """One of the two: its name, a sentence for people, and all that happened, with a geo holdout and the truth."""

    name: str
    sentence: str
    outcome: Outcome


def make_pair(seed: int = 12) -> tuple[World, World]:
    """Make the shop that earns and the one that loses, with equal evidence revenue and equal costs."""
    earns = matched(EARNS, 169_000, seed)
    loses = matched(LOSES, 149_000, seed)
    return (
        World("Northgate", "Most of those who used a deal would not have bought.", earns),
        World("Southgate", "Most of those who used a deal would have bought anyway.", loses),
    )


def matched(regime: Regime, people: int, seed: int) -> Outcome:
    """Simulate twice: once to see the evidence, then with baskets that bring it to the wished amount."""
    priced = at_equal_cost(regime, people)
    found = simulate(priced, people, seed=seed, holdout="geo", pre_days=PRE_DAYS)
    share = EVIDENCE_MINOR / found.truth["evidence_revenue_minor"]
    priced = replace(priced, basket_minor=round(priced.basket_minor * share))
    return simulate(priced, people, seed=seed, holdout="geo", pre_days=PRE_DAYS)


def at_equal_cost(regime: Regime, people: int) -> Regime:
    """Both programmes cost the same, whatever the number of people it takes to match the evidence."""
    share = PEOPLE_OF_COSTS / people
    return replace(
        regime,
        staff_minor=round(STAFF * share),
        tools_minor=round(TOOLS * share),
        fees_minor=round(FEES * share),
    )
