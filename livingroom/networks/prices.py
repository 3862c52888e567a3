"""What networks charge for sending, as data. A network may have a price before it has a connector."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from livingroom.networks.vocabulary import Cost


@dataclass(frozen=True)
class Price:
    """Money for one post, with and without a link in it, and what it takes from the network's quota."""

    post: Decimal
    post_with_link: Decimal
    as_of: date
    source: str
    currency: str = "USD"
    quota_name: str = ""
    quota: int = 0
    # For each post that is read: somebody's, and our own.
    read: Decimal = Decimal(0)
    own_read: Decimal = Decimal(0)


FREE = Decimal(0)

PRICES = {
    "sandbox": Price(FREE, FREE, date(2026, 11, 1), "part of Livingroom"),
    "bluesky": Price(
        FREE,
        FREE,
        date(2026, 11, 1),
        "https://docs.bsky.app/docs/advanced-guides/rate-limits",
        "USD",
        "points",
        3,
    ),
    "mediawiki": Price(FREE, FREE, date(2026, 11, 1), "a wiki of your own"),
    "feeds": Price(FREE, FREE, date(2026, 11, 1), "nothing is sent"),
    "webmention": Price(FREE, FREE, date(2026, 11, 1), "nothing is sent"),
    "wordpress": Price(FREE, FREE, date(2026, 11, 1), "a site of your own"),
    "mastodon": Price(
        FREE, FREE, date(2026, 11, 1), "https://docs.joinmastodon.org/api/rate-limits/", "USD", "requests", 1
    ),
    "discourse": Price(FREE, FREE, date(2026, 11, 1), "a forum of your own", "USD", "requests", 1),
    "flickr": Price(
        FREE, FREE, date(2026, 11, 1), "https://www.flickr.com/services/developer/api/", "USD", "calls", 2
    ),
    "webhook": Price(FREE, FREE, date(2026, 11, 1), "a place of your own"),
    "youtube": Price(
        FREE,
        FREE,
        date(2026, 11, 1),
        "https://developers.google.com/youtube/v3/determine_quota_cost",
        "USD",
        "units",
        50,
    ),
    "x": Price(
        Decimal("0.015"),
        Decimal("0.20"),
        date(2026, 11, 1),
        "https://docs.x.com/x-api/getting-started/pricing",
        quota_name="posts in 15 minutes",
        quota=1,
        read=Decimal("0.005"),
        own_read=Decimal("0.001"),
    ),
    "facebook": Price(
        FREE, FREE, date(2026, 11, 1), "https://developers.facebook.com/docs/graph-api/overview/rate-limiting"
    ),
    "instagram": Price(
        FREE,
        FREE,
        date(2026, 11, 1),
        "https://developers.facebook.com/docs/instagram-platform/content-publishing",
        "USD",
        "posts a day",
        1,
    ),
}


def price_of_post(network: str, *, has_link: bool) -> Cost:
    """The cost of one post. A network that the table does not know costs nothing, and the cost says so."""
    price = PRICES.get(network)
    if price is None:
        return Cost(why=f"No price is known for {network}.")
    amount = price.post_with_link if has_link else price.post
    quota = {price.quota_name: price.quota} if price.quota_name else {}
    kind = "a post with a link" if has_link else "a post without a link"
    return Cost(amount, price.currency, quota, f"{kind}, price of {price.as_of:%B %Y}")
