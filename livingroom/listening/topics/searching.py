"""Ask networks that search for a topic, within its budget. What they find is looked at like all that is heard."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from django.db import transaction
from django.utils import timezone

from livingroom.listening.hearing import heard_of
from livingroom.listening.models import Topic, TopicSearch
from livingroom.listening.taking import take_in
from livingroom.listening.topics import budget
from livingroom.listening.topics.asking import may_be_meant, spelled, ways_of
from livingroom.listening.topics.parsing import parse
from livingroom.listening.topics.tree import All, AnyOf, Either, Field, Near, Node, Not, Said, Words
from livingroom.networks.errors import Invalid, NetworkError, RateLimited
from livingroom.networks.interface import Event, Network, Page
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.registry import find_network, has_connector

log = logging.getLogger("livingroom.listening")
ASK_EVERY = timedelta(minutes=15)
LONGEST_REST = timedelta(hours=6)


@runtime_checkable
class Searches(Protocol):
    """A network that finds posts by words."""

    def search(self, query: str, cursor: str = "") -> Page: ...


@runtime_checkable
class SearchesWords(Protocol):
    """A network that knows words and phrases only: each way to meet a query is asked for by itself."""

    def search_words(self, ways: Sequence[tuple[str, ...]], cursor: str = "") -> Page: ...


NOT_WORDS = (
    "This query cannot be asked for here: networks search for whole words, and it needs only beginnings of words, an"
    " author or a place. What is heard by other roads is still held against it."
)
NOT_ALL = "Not all of the query can be asked for here: beginnings of words, authors and places are left to other roads."


def searchable() -> list[Connection]:
    """Our accounts on networks that can be asked for words."""
    rows = Connection.objects.connected().order_by("pk")
    return [row for row in rows if has_connector(row.network) and _can_search(row.network)]


def _can_search(name: str) -> bool:
    network = find_network(name)
    return hasattr(network, "search") or hasattr(network, "search_words")


def due_searches(now: datetime) -> list[TopicSearch]:
    """Return whose turn it is; one account a network is enough, and a new wording begins anew."""
    accounts = {row.network: row for row in reversed(searchable())}
    topics = Topic.objects.running().filter(is_searched=True)
    found = []
    for topic in topics if accounts else ():
        if topic.current is None:
            continue
        for account in accounts.values():
            place, _ = TopicSearch.objects.get_or_create(
                topic=topic, connection=account, defaults={"version": topic.current, "ask_after": now}
            )
            if place.version_id != topic.current.pk:
                place.version, place.cursor, place.ask_after = topic.current, "", now
                place.save(update_fields=["version", "cursor", "ask_after"])
            if place.ask_after <= now:
                found.append(place)
    return found


def search_once(place: TopicSearch, now: datetime) -> int:
    """Ask for one page of what is new. Returns how many mentions are new."""
    topic = place.topic
    price = find_network(place.connection.network).estimate_read("search", 100)
    refusal = budget.why_not(topic, price.amount, now)
    place.asked_at = now
    if refusal:
        budget.book(topic, now, is_refused=True)
        place.problem, place.ask_after = refusal, now + ASK_EVERY
        place.save(update_fields=["asked_at", "problem", "ask_after"])
        return 0
    try:
        n_new = _ask(place, now)
    except NetworkError as error:
        place.n_failures += 1
        pause = min(ASK_EVERY * 2 ** min(place.n_failures, 8), LONGEST_REST)
        place.problem = error.text
        place.ask_after = error.retry_at if isinstance(error, RateLimited) and error.retry_at else now + pause
        place.save(update_fields=["asked_at", "problem", "ask_after", "n_failures"])
        return 0
    return n_new


def _ask(place: TopicSearch, now: datetime) -> int:
    network, asked = open_connection(place.connection), parse(place.version.query)
    page = _page(network, asked, place.cursor)
    cost = network.estimate_read("search", len(page.events))
    # Networks find more than was asked for: what the topic does not mean was read, and is not kept.
    heard = [
        heard_of(event, place.connection, None)
        for event in page.events
        if event.actor.id != place.connection.account_id and may_be_meant(asked, _said(event, place))
    ]
    with transaction.atomic():
        taken = take_in(heard, now=timezone.now())
        budget.book(place.topic, now, n_read=len(page.events), amount=cost.amount)
        place.cursor, place.problem, place.n_failures = page.cursor, page.note, 0
        place.ask_after = now if page.more else now + ASK_EVERY
        place.save(update_fields=["cursor", "problem", "n_failures", "ask_after", "asked_at"])
    return taken.n_new


def _page(network: Network, asked: Node, cursor: str) -> Page:
    """Ask in the words that this network knows. Raises NetworkError, and Invalid where it has none for the query."""
    if isinstance(network, SearchesWords):
        ways = ways_of(asked)
        if not ways.asked:
            raise Invalid(NOT_WORDS)
        page = network.search_words(ways.asked, cursor)
        return page if ways.is_whole else replace(page, note=f"{NOT_ALL} {page.note}".strip())
    written = as_search(asked)
    if not written:
        raise Invalid(NOT_WORDS)
    assert isinstance(network, Searches)
    return network.search(written, cursor)


def _said(event: Event, place: TopicSearch) -> Said:
    return Said(
        event.text, network=place.connection.network, author=event.actor.handle.lower().removeprefix("@")
    )


def as_search(node: Node) -> str:
    """Write a query in the language that networks share: it may find more than ours, never less."""
    return _wider(node) or ""


def _wider(node: Node | Either) -> str | None:
    """None where networks have no words for it and it can be left out of a conjunction."""
    match node:
        case Words(words, is_prefix):
            return None if is_prefix else _quoted(words)
        case Either(terms):
            return _any([_wider(term) for term in terms])
        case AnyOf(parts):
            return _any([_wider(part) for part in parts])
        case All(parts):
            return " ".join(part for part in map(_wider, parts) if part) or None
        case Near(left, right, _):
            return " ".join(part for part in (_wider(left), _wider(right)) if part) or None
        case Not(Words(words, False)):
            return f"-{_quoted(words)}"
        case Field("lang", value):
            return f"lang:{value[:2]}"
        case Field("from", value):
            return f"from:{value}"
        case _:
            return None


def _quoted(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f'"{spelled(words)}"'


def _any(parts: list[str | None]) -> str | None:
    if any(part is None or part.startswith("-") for part in parts):
        return None
    return "(" + " OR ".join(part for part in parts if part) + ")"
