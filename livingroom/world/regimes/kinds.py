"""The four regimes: how much of what social evidence shows was truly added by the posts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Regime:
    """What differs from one regime to the next.

    Parameters
    ----------
    name, summary : str
        Its letter, and a line for people.
    follower_share : float
        Followers among all people.
    intent : float
        How many times as often a follower buys anyway as a stranger (selection).
    see_share : float
        How many followers notice a running deal.
    click_share, view_share : float
        Of the buyers who noticed one: how many click; and of those talked into it, how many do not.
    unclicked_code_share : float
        Who did not click but types the code they saw.
    forward_share : float
        Of those who would buy within the horizon: how many buy now instead (pull-forward).
    latent_rate : float
        Wishes per follower in 120 days that only a post can wake.
    discount_percent : float
        What a deal gives on average.
    seeker_share : float
        Buyers who look for a code on coupon sites.
    browsing : float
        Clicks of a follower in 120 days that lead to nothing.
    basket_minor : int
        The mean basket at list price.
    staff_minor, tools_minor, fees_minor : int
        Programme costs of a week, per 200,000 people.
    """

    name: str
    summary: str
    follower_share: float
    intent: float
    see_share: float
    click_share: float
    view_share: float
    unclicked_code_share: float
    forward_share: float
    latent_rate: float
    discount_percent: float
    seeker_share: float
    browsing: float
    basket_minor: int = 24_000
    staff_minor: int = 250_000
    tools_minor: int = 60_000
    fees_minor: int = 40_000


REGIMES = {
    "A": Regime(
        name="A", summary="mostly incremental: most of those who use a deal would not have bought",
        follower_share=0.22, intent=1.5, see_share=0.8, click_share=0.72, view_share=0.12,
        unclicked_code_share=0.25, forward_share=0.9, latent_rate=1.13, discount_percent=7,
        seeker_share=0.05, browsing=1.0,
    ),
    "B": Regime(
        name="B", summary="mostly cannibalised: followers who would buy anyway use what they see",
        follower_share=0.45, intent=2.4, see_share=0.9, click_share=0.8, view_share=0.25,
        unclicked_code_share=0.3, forward_share=0.25, latent_rate=0.107, discount_percent=5,
        seeker_share=0.05, browsing=2.0,
    ),
    "C": Regime(
        name="C", summary="discount only: deals are handed to people who would have bought at the full price",
        follower_share=0.2, intent=1.6, see_share=0.75, click_share=0.7, view_share=0.3,
        unclicked_code_share=0.3, forward_share=0.2, latent_rate=0.0, discount_percent=14,
        seeker_share=0.05, browsing=0.6,
    ),
    "D": Regime(
        name="D", summary="view-through heavy: most of those talked into buying never click",
        follower_share=0.35, intent=1.4, see_share=0.7, click_share=0.2, view_share=0.88,
        unclicked_code_share=0.05, forward_share=0.8, latent_rate=1.94, discount_percent=6,
        seeker_share=0.05, browsing=0.3,
    ),
}  # fmt: skip
