"""The programme's own segments: gamers, small business, green computing, women in technology, countries, divisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from livingroom.people.models import Consent, Customer
from livingroom.segments.keeping import build
from livingroom.segments.models import ProductSign
from livingroom.segments.operations import save_segment
from livingroom.world.baskets import DIVISIONS
from livingroom.world.countries import COUNTRIES
from livingroom.world.generate import World
from livingroom.world.loading.bulk import first_free_id, insert
from livingroom.world.loading.house import COUNTRY_NAMES, demo_staff
from livingroom.world.period import draws

# What a product or its division says of whoever buys it. Netbooks run on a tenth of a desktop's power.
SIGNS = {
    "gaming": ("Forge 720", "Ember 17", "Spark 15"),
    "small business": ("Small Business",),
    "servers": ("Shelf Server",),
    "environment": ("Corner Mini",),
    "students": ("Study 14",),
}
# Nobody's sex is guessed: whoever is in this group joined it.
JOINED, JOINED_SHARE = "women in technology", 0.015
PROGRAMME: tuple[tuple[str, str, list[dict[str, Any]]], ...] = (
    ("Gamers", "Bought a gaming machine, or came by a branch that speaks of games.",
     [{"fact": "interest", "operator": "is", "value": ["gaming"]}]),
    ("Small business", "Bought from Small Business or by its branches.",
     [{"fact": "interest", "operator": "is", "value": ["small business", "servers"]}]),
    ("Green computing", "Bought what needs little power, or came by Corner Green.",
     [{"fact": "interest", "operator": "is", "value": ["environment"]}]),
    ("Women in technology", "Joined the group of this name themselves.",
     [{"fact": "consent", "operator": "is", "value": [JOINED]}]),
    ("Regulars", "Came back within a year, and not long ago.",
     [{"fact": "orders_year", "operator": "at_least", "value": 2}, {"fact": "recency", "operator": "is", "value": [4, 5]}]),
)  # fmt: skip


def load_segments(world: World, now: datetime) -> int:
    """Say what products tell, read everybody, define the segments. Returns how many people are known."""
    ProductSign.objects.bulk_create(
        ProductSign(interest=interest, words=words) for interest, found in SIGNS.items() for words in found
    )
    join(world)
    n = build(now)
    for name, about, conditions in PROGRAMME:
        _define(name, about, conditions, now)
    for country in COUNTRIES:
        name = COUNTRY_NAMES[country.code]
        _define(
            name,
            f"Customers in {name}.",
            [{"fact": "country", "operator": "is", "value": [country.code]}],
            now,
        )
    for division in DIVISIONS:
        rule = [{"fact": "division", "operator": "is", "value": [division]}]
        _define(f"{division} buyers", f"Bought from {division}.", rule, now)
    return n


def join(world: World) -> None:
    """Some people joined the group when they bought; a few left it again."""
    rows = list(Customer.objects.order_by("pk").values_list("pk", "first_seen_at"))
    random = draws(world.seed, "segments/joined")
    luck, left = random.random(len(rows)), random.random(len(rows))
    joined = [
        (pk, at, left[place] < 0.05) for place, (pk, at) in enumerate(rows) if luck[place] < JOINED_SHARE
    ]
    first = first_free_id(Consent)
    insert(
        Consent,
        {
            "id": range(first, first + len(joined)),
            "customer_id": [pk for pk, _, _ in joined],
            "purpose": [JOINED] * len(joined),
            "given_at": [at for _, at, _ in joined],
            "source": ["Joined at the shop"] * len(joined),
            "withdrawn_at": [at if is_gone else None for _, at, is_gone in joined],
        },
    )


def _define(name: str, about: str, conditions: list[dict[str, Any]], now: datetime) -> None:
    save_segment(
        staff=demo_staff(),
        name=name,
        about=about,
        rule={"all": conditions},
        purpose="offers",
        ground="interest",
        now=now,
    )
