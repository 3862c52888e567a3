"""A world told through the real operations, one after the other, each at its own time: slow, and right by definition."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np
import time_machine

from livingroom.branches.operations import record_reach
from livingroom.lake import Lake
from livingroom.links import codes
from livingroom.links.models import Link
from livingroom.links.operations import issue_code, mint_link
from livingroom.links.redirector.clicks import JournalClick, encode
from livingroom.links.redirector.places import Places
from livingroom.links.redirector.segments import MAGIC, SegmentName, frame
from livingroom.links.shipping import Shipper
from livingroom.orders.facts import Reversal, Sale
from livingroom.orders.operations import record_order, record_refund
from livingroom.posts.delivery import deliver
from livingroom.posts.models import Offer
from livingroom.posts.operations import PostDraft, save_offer, save_post, schedule_placements
from livingroom.world.agents import AGENTS, REFERRERS
from livingroom.world.baskets import DIVISIONS
from livingroom.world.brand import STORE_HOST, follower_curve
from livingroom.world.clicks import CHANNELS
from livingroom.world.countries import COUNTRIES, COUNTRY_CODES
from livingroom.world.generate import World
from livingroom.world.loading.clicking import CHANNEL_MEDIUM, CHANNEL_TITLES, link_ids
from livingroom.world.loading.desk import CODE_KINDS, describe_offer, describe_post, single_pools
from livingroom.world.loading.house import COUNTRY_NAMES, branches_of, demo_staff, shops_of
from livingroom.world.loading.reach import posts_by_day
from livingroom.world.loading.tills import REASON, customer_number, product_text, refund_number
from livingroom.world.period import FIRST_DAY, START, day_index, to_datetime

# A network that the country table places in each country.
PREFIXES = {
    "US": "35.32.130.0", "CA": "142.119.176.0", "BR": "191.170.216.0", "MX": "191.52.222.0", "GB": "25.249.14.0",
    "IE": "87.34.252.0", "DE": "31.253.230.0", "FR": "163.90.92.0", "ES": "87.219.109.0", "IT": "151.17.245.0",
    "AU": "138.80.24.0", "JP": "60.112.235.0",
}  # fmt: skip
QUIET = 65_000_000  # microseconds without a click, after which a segment is shipped on its own


@contextmanager
def minting(slug: str, code: str = "") -> Iterator[None]:
    """Let the next link and the next shared code have these names."""

    def next_code(length: int = codes.SHARED_LENGTH) -> str:
        return code if code and length == codes.SHARED_LENGTH else codes.new_code(length)

    with (
        patch("livingroom.links.operations.new_slug", lambda: slug),
        patch("livingroom.links.operations.new_code", next_code),
    ):
        yield


def tell_posts(world: World) -> None:
    """Write, schedule and deliver every post."""
    maya, branches, pools = demo_staff(), branches_of(world.branches), single_pools(world)
    offers: list[Offer] = []
    for number in range(len(world.offers)):
        offer = describe_offer(world, number, branches, maya)
        offers.append(save_offer(staff=maya, offer=offer, now=offer.created_at))
    for number in range(len(world.posts)):
        meant = describe_post(world, number, offers, maya)
        placements = np.flatnonzero(world.placements.post == number).tolist()
        draft = PostDraft(
            title=meant.title,
            text=meant.text,
            destination=meant.destination,
            offer=meant.offer,
            code_kind=CODE_KINDS[int(world.posts.code_kind[number])],
            n_codes=max(pools.get(placement, 0) for placement in placements),
            branches=tuple(branches[int(world.placements.branch[placement])] for placement in placements),
        )
        post = save_post(staff=maya, draft=draft, now=meant.created_at)
        for placement in placements:
            branch, at = (
                branches[int(world.placements.branch[placement])],
                int(world.placements.at[placement]),
            )
            row = post.placements.get(branch=branch)
            due = {row.pk: to_datetime(at)}
            with minting(world.slugs[placement], world.codes.shared[placement]):
                schedule_placements(staff=maya, due=due, now=meant.created_at)
            with time_machine.travel(to_datetime(at), tick=False):
                deliver(row.pk, to_datetime(at), clock=lambda at=at: to_datetime(at))
    hand_out_codes(world)


def hand_out_codes(world: World) -> None:
    single = world.codes.single
    handed_out = [number for number in range(len(single)) if single.click[number] >= 0]
    for number in sorted(handed_out, key=lambda number: int(single.issued_at[number])):
        link = Link.objects.get(slug=world.slugs[int(single.placement[number])])
        click_id = world.clicks.click_id[int(single.click[number])].decode()
        issue_code(link=link, click_id=click_id, now=to_datetime(int(single.issued_at[number])))


def tell_channel_links(world: World) -> None:
    number = len(world.placements)
    for channel in CHANNELS:
        for country in COUNTRIES:
            with minting(world.slugs[number]):
                mint_link(
                    destination=f"https://{STORE_HOST}/{country.code.lower()}/",
                    channel=channel,
                    label=f"{CHANNEL_TITLES[channel]}, {COUNTRY_NAMES[country.code]}",
                    medium=CHANNEL_MEDIUM,
                    now=to_datetime(START),
                )
            number += 1


def tell_orders(world: World, redeemed: dict[str, str]) -> None:
    """Tell the shops' orders and refunds in order of time; `redeemed` translates single-use codes."""
    maya, shops, orders, refunds = demo_staff(), shops_of(), world.orders, world.refunds
    events = [(int(at), 0, number) for number, at in enumerate(orders.at.tolist())]
    events += [(int(at), 1, number) for number, at in enumerate(refunds.at.tolist())]
    for at, kind, number in sorted(events):
        if kind == 0:
            shop = shops[int(orders.country[number])]
            record_order(actor=maya, shop=shop, sale=sale_of(world, number, redeemed), now=to_datetime(at))
        else:
            order = int(refunds.order[number])
            external_id = orders.external_id[order]
            refund = Reversal(
                "refund",
                external_id,
                to_datetime(at),
                external_id=refund_number(external_id),
                amount_minor=int(refunds.amount_minor[number]),
                reason=REASON[bool(refunds.is_whole[number])],
            )
            record_refund(
                actor=maya, shop=shops[int(orders.country[order])], refund=refund, now=to_datetime(at)
            )


def sale_of(world: World, number: int, redeemed: dict[str, str]) -> Sale:
    orders = world.orders
    code, click = orders.code[number], int(orders.click[number])
    return Sale(
        external_id=orders.external_id[number],
        placed_at=to_datetime(int(orders.at[number])),
        currency=COUNTRIES[int(orders.country[number])].currency,
        amount_minor=int(orders.gross_minor[number]),
        discount_minor=int(orders.discount_minor[number]),
        goods_minor=int(orders.goods_minor[number]),
        customer_number=customer_number(int(orders.person[number])),
        country=COUNTRY_CODES[int(orders.country[number])],
        division=DIVISIONS[int(orders.division[number])],
        product=product_text(world, number),
        quantity=int(orders.quantity[number]),
        codes=(redeemed.get(code, code),) if code else (),
        click_id=world.clicks.click_id[click].decode() if click >= 0 else "",
        said_channel=orders.said_channel[number],
        referrer_host=orders.referrer_host[number],
    )


def tell_reach(world: World, index: int) -> None:
    """Count one account's followers every day."""
    branch, facts = branches_of(world.branches)[index], world.branches[index]
    curve, posts = follower_curve(facts), posts_by_day(world)[index]
    for day in range(day_index(facts.opened_on), len(curve)):
        on = FIRST_DAY + timedelta(days=day)
        record_reach(branch=branch, on=on, followers=int(curve[day]), n_posts=int(posts[day]))


def tell_clicks(world: World, home: Path, lake: Lake) -> int:
    """Write the clicks as journal segments and ship each as it is sealed. Returns how many rounds it took."""
    shipper, places, clicks = Shipper(home, lake), Places(home), world.clicks
    journal = journal_of(world)
    starts = [0, *(np.flatnonzero(np.diff(clicks.at) > QUIET) + 1).tolist(), len(clicks)]
    for sequence, (start, end) in enumerate(itertools.pairwise(starts), 1):
        path = SegmentName("w0-world", sequence).path(places.segments, "sealed")
        path.write_bytes(MAGIC + b"".join(frame(encode(click)) for click in journal[start:end]))
        shipper.ship(to_datetime(int(clicks.at[end - 1])) + timedelta(seconds=1))
    return len(starts) - 1


def journal_of(world: World) -> list[JournalClick]:
    clicks, links = world.clicks, link_ids(world)
    return [
        JournalClick(
            click_id=clicks.click_id[number].decode(),
            at=int(clicks.at[number]),
            link_id=int(links[clicks.link[number]]),
            is_test=False,
            visitor=clicks.visitor[number].decode(),
            prefix=PREFIXES[COUNTRY_CODES[int(clicks.country[number])]],
            method=AGENTS[int(clicks.agent[number])].method,
            purpose=AGENTS[int(clicks.agent[number])].purpose,
            referrer_host=REFERRERS[int(clicks.referrer[number])],
            agent=AGENTS[int(clicks.agent[number])].text,
        )
        for number in range(len(clicks))
    ]
