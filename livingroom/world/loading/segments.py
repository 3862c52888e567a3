"""The programme's own segments: gamers, small business, green computing, women in technology, countries, divisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from livingroom.branches.models import Branch
from livingroom.people.models import Consent, Customer
from livingroom.posts.models import Offer, Placement, Post
from livingroom.segments.keeping import build
from livingroom.segments.models import ProductSign, Segment, SegmentUse
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
    _address_posts(now)
    _address_offers(now)
    return n


def _address_posts(now: datetime) -> None:
    """What went out on branches of one interest alone was for its people."""
    for name, _, conditions in PROGRAMME[:3]:
        version = Segment.objects.get(name=name).current
        assert version is not None
        wanted = set(conditions[0]["value"])
        own = [row.pk for row in Branch.objects.all() if wanted & set(row.interests)]
        sent = Post.objects.filter(placements__branch__in=own, placements__state=Placement.State.SENT)
        elsewhere = Placement.objects.exclude(branch__in=own).values("post")
        numbers = list(sent.exclude(pk__in=elsewhere).values_list("pk", flat=True).distinct())
        Post.objects.filter(pk__in=numbers).update(segment_version=version)
        SegmentUse.objects.bulk_create(
            SegmentUse(
                version=version,
                used_by=f"post {pk}",
                purpose=version.purpose,
                by="delivery",
                at=now,
                frozen_at=now,
            )
            for pk in numbers
        )


# An offer is for the segment whose machines it is about.
ABOUT = {"Gamers": SIGNS["gaming"], "Green computing": SIGNS["environment"]}


def _address_offers(now: datetime) -> None:
    """Those of gaming machines are for gamers, those of Small Business for small businesses; they keep the version."""
    for name, wanted in {
        **{name: Q(products__contains=words[0]) for name, words in ABOUT.items()},
        "Small business": Q(division="Small Business"),
    }.items():
        version = Segment.objects.get(name=name).current
        assert version is not None
        numbers = list(Offer.objects.filter(wanted, segment_version=None).values_list("pk", flat=True))
        Offer.objects.filter(pk__in=numbers).update(segment_version=version)
        SegmentUse.objects.bulk_create(
            SegmentUse(
                version=version,
                used_by=f"offer {pk}",
                purpose=version.purpose,
                by="delivery",
                at=now,
                frozen_at=now,
            )
            for pk in numbers
        )


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
