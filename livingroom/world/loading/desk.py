"""The publishing desk's work: offers, and posts that were written, scheduled and sent, with their links and codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from livingroom.branches.models import Branch
from livingroom.links.destinations import with_query
from livingroom.links.models import Link
from livingroom.links.operations import reveal_url, utm_of
from livingroom.networks.sandbox.models import SandboxPost
from livingroom.people.models import Staff
from livingroom.posts.models import Offer, Placement, Post
from livingroom.shared.models import Brand
from livingroom.world.catalogue import PRODUCTS
from livingroom.world.generate import World
from livingroom.world.loading.bulk import first_free_id, insert
from livingroom.world.loading.house import NETWORK, branches_of, demo_staff
from livingroom.world.offers import product_names
from livingroom.world.period import to_datetime
from livingroom.world.posts import SHARED_CODE, SINGLE_CODE
from livingroom.world.saying import GIFTS, offer_name, offer_page, offer_terms, post_page, post_title

OFFER_WRITTEN_BEFORE = timedelta(hours=1)  # its start
POST_WRITTEN_BEFORE = timedelta(minutes=15)  # it goes out
CODE_KINDS = (Placement.Codes.NONE, Placement.Codes.SHARED, Placement.Codes.SINGLE)


@dataclass(frozen=True)
class Desk:
    """The world's offers and posts as rows with numbers, before they are written."""

    world: World
    maya: Staff
    branches: list[Branch]
    offers: list[Offer]
    posts: list[Post]
    single_pools: dict[int, int]
    first_remote_id: int

    def written_at(self, post: int) -> datetime:
        return to_datetime(int(self.world.posts.at[post])) - POST_WRITTEN_BEFORE

    def offer_of(self, post: int) -> Offer | None:
        number = int(self.world.posts.offer[post])
        return self.offers[number] if number >= 0 else None


def set_desk(world: World) -> Desk:
    """Put the world's offers and posts into the desk's terms."""
    maya, branches = demo_staff(), branches_of(world.branches)
    offers = [describe_offer(world, number, branches, maya) for number in range(len(world.offers))]
    for number, offer in enumerate(offers, first_free_id(Offer)):
        offer.pk = number
    posts = [describe_post(world, number, offers, maya) for number in range(len(world.posts))]
    for number, post in enumerate(posts, first_free_id(Post)):
        post.pk = number
    pools = single_pools(world)
    return Desk(world, maya, branches, offers, posts, pools, first_free_id(SandboxPost))


def single_pools(world: World) -> dict[int, int]:
    """Say how many single-use codes each placement has, by its number."""
    pools: dict[int, int] = {}
    for placement in world.codes.single.placement.tolist():
        pools[placement] = pools.get(placement, 0) + 1
    return pools


def describe_offer(world: World, number: int, branches: list[Branch], maya: Staff) -> Offer:
    offers = world.offers
    index = int(offers.branch[number])
    facts, kind = world.branches[index], offers.kind[number]
    starts_at = to_datetime(int(offers.starts_at[number]))
    return Offer(
        name=offer_name(offers, number, facts),
        kind=kind,
        percent=Decimal(int(offers.percent[number])) if kind == "percent" else None,
        amount_minor=int(offers.amount_minor[number]) if kind == "amount" else None,
        currency=facts.place.currency,
        bundle=GIFTS[int(offers.gift[number])] if kind == "bundle" else "",
        products=product_names(offers.category[number])[:200],
        division=facts.division,
        countries=countries_of(facts.key, branches[index].country),
        destination=offer_page(offers, number, facts),
        starts_at=starts_at,
        ends_at=to_datetime(int(offers.ends_at[number])),
        stock_cap=int(offers.stock[number]) or None,
        terms=offer_terms(offers, number, facts),
        margin_share=margin_of(int(offers.product[number])),
        created_by=maya,
        created_at=starts_at - OFFER_WRITTEN_BEFORE,
    )


def countries_of(key: str, country: str) -> list[str]:
    """The British outlet's offers are shown in Ireland too."""
    return [country, "IE"] if key == "outlet_uk" else [country]


def margin_of(product: int) -> Decimal:
    return Decimal(round((1 - PRODUCTS[product].cost_share) * 10_000)).scaleb(-4)


def describe_post(world: World, number: int, offers: list[Offer], maya: Staff) -> Post:
    posts = world.posts
    facts, offer = world.branches[int(posts.branch[number])], int(posts.offer[number])
    written_at = to_datetime(int(posts.at[number])) - POST_WRITTEN_BEFORE
    text, kind = posts.text[number], posts.kind[number]
    return Post(
        title=post_title(text, kind),
        text=text,
        destination="" if offer >= 0 else post_page(facts, kind),
        offer=offers[offer] if offer >= 0 else None,
        created_by=maya,
        created_at=written_at,
        updated_at=written_at,
    )


def insert_models(rows: Sequence[Any]) -> int:
    """Write unsaved rows that carry their numbers."""
    if not rows:
        return 0
    model = type(rows[0])
    names = [field.attname for field in model._meta.concrete_fields]
    return insert(model, {name: [getattr(row, name) for row in rows] for name in names})


def describe_links(desk: Desk, now: datetime) -> list[Link]:
    """Give every placement its link, tagged as minting tags it."""
    brand, world, first = Brand.current(), desk.world, first_free_id(Link)
    placements = world.placements
    links = []
    for number, (post, branch, kind) in enumerate(
        zip(placements.post.tolist(), placements.branch.tolist(), placements.code_kind.tolist(), strict=True)
    ):
        row, offer, slug = desk.posts[post], desk.offer_of(post), world.slugs[number]
        destination = row.destination or (offer.destination if offer else "")
        campaign = offer.name if offer else row.title
        tagged = with_query(destination, utm_of(brand, NETWORK, "social", campaign, slug))
        links.append(
            Link(
                pk=first + number,
                slug=slug,
                destination=reveal_url(slug) if kind == SINGLE_CODE else tagged,
                onward=tagged if kind == SINGLE_CODE else "",
                channel=NETWORK,
                branch=desk.branches[branch],
                label=row.title[:120],
                created_at=desk.written_at(post),
                updated_at=now,
            )
        )
    return links


def shared_code_of(world: World, placement: int) -> str:
    return world.codes.shared[placement] if world.placements.code_kind[placement] == SHARED_CODE else ""
