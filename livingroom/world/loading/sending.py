"""Placements as they are after delivery, the posts on the sandbox's side, and the diary of how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livingroom.links.models import Code, Link
from livingroom.links.operations import short_url
from livingroom.networks.sandbox.models import SandboxPost
from livingroom.networks.sandbox.network import SandboxNetwork, post_body
from livingroom.posts.approval.content import content_with, digest_of
from livingroom.posts.models import DeliveryAttempt, Placement
from livingroom.posts.outcomes import ACTOR
from livingroom.posts.wording import Wording, extras_of
from livingroom.shared.models import Event
from livingroom.world.generate import World
from livingroom.world.loading.bulk import first_free_id, insert
from livingroom.world.loading.desk import (
    CODE_KINDS,
    Desk,
    describe_links,
    insert_models,
    set_desk,
    shared_code_of,
)
from livingroom.world.names import tokens
from livingroom.world.period import to_datetime


@dataclass(frozen=True)
class Sent:
    """What went to the network for one placement."""

    text: str
    digest: str
    extras: dict[str, Any]
    body: dict[str, Any]
    author_id: int
    url: str
    remote_id: int
    fee: Any


def load_desk(world: World, now: datetime) -> int:
    """Write offers, posts, links, codes, placements, and what the network and the diary keep of them."""
    desk = set_desk(world)
    links = describe_links(desk, now)
    insert_models(desk.offers)
    insert_models(desk.posts)
    insert_models(links)
    insert_codes(world, links)
    sent = [send(desk, number, links[number]) for number in range(len(world.placements))]
    placement_ids = insert_placements(desk, links, sent)
    insert_network_side(world, sent)
    insert_attempts(world, sent, placement_ids)
    insert_diary(desk, sent, placement_ids)
    return len(sent)


def send(desk: Desk, number: int, link: Link) -> Sent:
    """Say a placement as the sandbox shows it."""
    placements = desk.world.placements
    post = int(placements.post[number])
    branch = desk.branches[int(placements.branch[number])]
    wording = Wording(
        branch=branch,
        text=desk.posts[post].text,
        destination=desk.posts[post].destination,
        offer=desk.offer_of(post),
        code_kind=CODE_KINDS[int(placements.code_kind[number])],
        link=short_url(link),
        code=shared_code_of(desk.world, number),
        title=desk.posts[post].title,
    )
    placement = Placement(
        post=desk.posts[post], code_kind=wording.code_kind, n_codes=desk.single_pools.get(number, 0)
    )
    rendered = wording.render()[0]
    remote_id = desk.first_remote_id + number
    account = branch.connection
    if account is None:
        raise LookupError(f"{branch} is not connected.")
    return Sent(
        text=wording.filled_text,
        digest=digest_of(content_with(placement, [])),
        extras=extras_of(wording),
        body=post_body(rendered),
        author_id=int(account.account_id),
        url=f"/sandbox/{account.handle}/#post-{remote_id}",
        remote_id=remote_id,
        fee=SandboxNetwork.estimate(rendered).amount,
    )


def insert_codes(world: World, links: list[Link]) -> int:
    """Write the shared codes and the pools of single-use codes."""
    offers, placements, single = world.offers, world.placements, world.codes.single
    shared = [number for number, text in enumerate(world.codes.shared) if text]
    owner = shared + single.placement.tolist()
    offer = placements.offer[owner]
    clicks = [world.clicks.click_id[click].decode() if click >= 0 else "" for click in single.click.tolist()]
    first = first_free_id(Code)
    return insert(
        Code,
        {
            "id": range(first, first + len(owner)),
            "text": [world.codes.shared[number] for number in shared] + single.text,
            "link_id": [links[placement].pk for placement in owner],
            "kind": [Code.Kind.SHARED.value] * len(shared) + [Code.Kind.SINGLE.value] * len(single),
            "starts_at": [to_datetime(at) for at in offers.starts_at[offer].tolist()],
            "ends_at": [to_datetime(at) for at in offers.ends_at[offer].tolist()],
            "issued_at": [None] * len(shared)
            + [to_datetime(at) if at else None for at in single.issued_at.tolist()],
            "issued_click": [""] * len(shared) + clicks,
        },
    )


def insert_placements(desk: Desk, links: list[Link], sent: list[Sent]) -> list[int]:
    """Write the placements as delivered: promised, claimed and sent at their time. Returns their numbers."""
    placements, world = desk.world.placements, desk.world
    first = first_free_id(Placement)
    ids = list(range(first, first + len(placements)))
    at = [to_datetime(moment) for moment in placements.at.tolist()]
    insert(
        Placement,
        {
            "id": ids,
            "post_id": [desk.posts[post].pk for post in placements.post.tolist()],
            "branch_id": [desk.branches[branch].pk for branch in placements.branch.tolist()],
            "code_kind": [CODE_KINDS[kind].value for kind in placements.code_kind.tolist()],
            "n_codes": [desk.single_pools.get(number, 0) for number in range(len(placements))],
            "link_id": [link.pk for link in links],
            "due_at": at,
            "state": [Placement.State.SENT.value] * len(at),
            "delivery_key": tokens(world.seed, "delivery_keys", len(at), 32),
            "claimed_at": at,
            "claimed_by": tokens(world.seed, "claims", len(at), 16),
            "sent_text": [each.text for each in sent],
            "sent_digest": [each.digest for each in sent],
            "sent_extras": [each.extras for each in sent],
            "sent_at": at,
            "remote_id": [str(each.remote_id) for each in sent],
            "remote_url": [each.url for each in sent],
            "n_attempts": [1] * len(at),
            "fee_usd": [each.fee for each in sent],
        },
    )
    return ids


def insert_network_side(world: World, sent: list[Sent]) -> int:
    """Write what the sandbox keeps on its own side."""
    return insert(
        SandboxPost,
        {
            "id": [each.remote_id for each in sent],
            "author_id": [each.author_id for each in sent],
            "key": tokens(world.seed, "delivery_keys", len(sent), 32),
            "text": [each.body["text"] for each in sent],
            "facets": [each.body["facets"] for each in sent],
            "card": [each.body["card"] for each in sent],
            "created_at": [to_datetime(at) for at in world.placements.at.tolist()],
        },
    )


def insert_attempts(world: World, sent: list[Sent], placement_ids: list[int]) -> int:
    at = [to_datetime(moment) for moment in world.placements.at.tolist()]
    first = first_free_id(DeliveryAttempt)
    return insert(
        DeliveryAttempt,
        {
            "id": range(first, first + len(at)),
            "placement_id": placement_ids,
            "number": [1] * len(at),
            "started_at": at,
            "ended_at": at,
            "outcome": [DeliveryAttempt.Outcome.SENT.value] * len(at),
            "text": [each.url for each in sent],
        },
    )


def insert_diary(desk: Desk, sent: list[Sent], placement_ids: list[int]) -> int:
    """Write the events that writing, scheduling and sending record."""
    placements, lines = desk.world.placements, []
    maya = str(desk.maya)
    for offer in desk.offers:
        lines.append((offer.created_at, maya, "wrote offer", f"offer {offer.pk}", {"name": offer.name}))
    for post in desk.posts:
        lines.append((post.created_at, maya, "wrote post", f"post {post.pk}", {}))
    for number, (pk, each) in enumerate(zip(placement_ids, sent, strict=True)):
        at = to_datetime(int(placements.at[number]))
        written_at = desk.written_at(int(placements.post[number]))
        lines.append((written_at, maya, "scheduled", f"placement {pk}", {"due_at": at.isoformat()}))
        lines.append((at, ACTOR, "sent", f"placement {pk}", {"url": each.url}))
    return insert_events(lines)


def insert_events(lines: list[tuple[datetime, str, str, str, dict[str, Any]]]) -> int:
    first = first_free_id(Event)
    at, actor, verb, subject, change = zip(*sorted(lines, key=lambda line: line[0]), strict=True)
    ids = range(first, first + len(at))
    return insert(
        Event, {"id": ids, "at": at, "actor": actor, "verb": verb, "subject": subject, "change": change}
    )
