"""What the pages of connecting show, ready to print: all of it comes from the connectors' own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from livingroom.networks.interface import AccountInfo, ConnectField, Limits, Network, Scope
from livingroom.networks.models import Connection
from livingroom.networks.prices import price_of_post
from livingroom.networks.registry import NETWORKS, find_network

# What a person wants to know of a network, in this order: (capability, words).
DEEDS = (
    ("publish", "Publish posts"),
    ("images", "Send pictures"),
    ("reply", "Answer people"),
    ("edit", "Edit posts"),
    ("delete", "Delete posts"),
    ("react", "Like"),
    ("hide", "Hide answers"),
    ("thread", "Read threads"),
    ("metrics", "Count likes, reposts and answers"),
    ("webhook", "Hear at once, by webhook"),
    ("follower_names", "Tell followers apart, so that each is counted once"),
)
STREAMS = {
    "replies": "replies",
    "mentions": "mentions",
    "reactions": "likes and reposts",
    "followers": "new followers",
    "comments": "comments",
    "search": "what is found",
    "links": "links to us",
}


@dataclass(frozen=True)
class Ability:
    text: str
    can: bool
    why_not: str = ""


@dataclass(frozen=True)
class Guide:
    """One network, as the page says it."""

    name: str
    title: str
    minutes: int
    price: str
    review: str
    steps: tuple[str, ...]
    scopes: tuple[Scope, ...]
    abilities: tuple[Ability, ...]
    hears: str
    limit: str
    post_price: str
    app_fields: tuple[ConnectField, ...]
    app_steps: tuple[str, ...]
    has_app: bool
    goes_there: bool

    @property
    def wants_app(self) -> bool:
        return bool(self.app_fields) and not self.has_app


@dataclass(frozen=True)
class NetworkRow:
    """One line of the list of networks."""

    guide: Guide
    well: tuple[Connection, ...]
    troubled: tuple[Connection, ...]


def guide_of(connector: type[Network], *, has_app: bool = False) -> Guide:
    """The network in its own words. Pure; whether its owner's app is kept is said by who knows."""
    can = connector.capabilities
    return Guide(
        name=connector.name,
        title=connector.title,
        minutes=connector.connect_minutes,
        price=connector.connect_price,
        review=connector.connect_review,
        steps=connector.connect_guide,
        scopes=connector.connect_scopes,
        abilities=tuple(
            Ability(words, getattr(can, name), can.why_not.get(name, "")) for name, words in DEEDS
        ),
        hears=", ".join(words for stream, words in STREAMS.items() if stream in can.streams),
        limit=limit_in_words(connector.limits) if can.publish or can.reply else "",
        post_price=_post_price(connector.name)
        if can.publish or can.reply
        else "Livingroom only listens there.",
        app_fields=connector.app_fields,
        app_steps=connector.app_guide,
        has_app=has_app,
        goes_there=connector.finish.__func__ is not Network.finish.__func__,  # type: ignore[attr-defined]  # a classmethod has its function
    )


def account_of(connection: Connection) -> AccountInfo:
    """What the row knows of its account, without asking the network."""
    scopes = frozenset(connection.scopes) if connection.scopes is not None else None
    return AccountInfo(
        connection.account_id,
        connection.handle,
        connection.name,
        connection.url,
        0,
        0,
        scopes,
        connection.own_limits,
    )


def network_rows() -> list[NetworkRow]:
    accounts: dict[str, list[Connection]] = {}
    for connection in Connection.objects.all():
        accounts.setdefault(connection.network, []).append(connection)
    return [_row(name, accounts.get(name, [])) for name in NETWORKS]


def _row(name: str, accounts: list[Connection]) -> NetworkRow:
    is_well = Connection.State.CONNECTED
    well = tuple(each for each in accounts if each.state == is_well)
    return NetworkRow(
        guide_of(find_network(name)), well, tuple(each for each in accounts if each.state != is_well)
    )


def limit_in_words(limits: Limits) -> str:
    words = [f"{limits.graphemes:,} characters"]
    if limits.url_size:
        words.append(f"an address counts {limits.url_size}")
    if limits.images:
        words.append(f"{limits.images} picture{'s' if limits.images > 1 else ''}")
    return ", ".join(words)


def initial_of(connector: type[Network], given: Mapping[str, str]) -> dict[str, str]:
    """What can be filled in already, for the fields that this network has and that are no secrets."""
    names = {field.name for field in connector.connect_fields if not field.secret}
    return {name: value for name, value in given.items() if name in names and value}


def _post_price(network: str) -> str:
    plain, linked = (price_of_post(network, has_link=has_link) for has_link in (False, True))
    if not plain.amount and not linked.amount:
        return "A post costs nothing."
    return f"A post costs {plain.amount} {plain.currency}, with a link {linked.amount} {linked.currency}."
