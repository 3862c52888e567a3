"""Read every stream of every account, a page at a time, and never lose the place."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from livingroom.networks.errors import NetworkError, RateLimited
from livingroom.networks.interface import Stream
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.reactions.keeping import keep_events
from livingroom.networks.reactions.models import StreamPlace
from livingroom.networks.registry import find_network, has_connector
from livingroom.shared.leases import leased

STREAMS: tuple[Stream, ...] = ("replies", "mentions", "reactions", "comments", "links", "search")
ASK_EVERY = timedelta(minutes=2)
LONGEST_REST = timedelta(hours=1)
# A person may ask earlier, but not like a machine.
ASK_AT_MOST_EVERY = timedelta(seconds=10)
PAGES_AT_ONCE = 20
LEASE = timedelta(minutes=10)


def open_places(now: datetime) -> list[StreamPlace]:
    """Return the streams whose turn it is; a newly connected account begins at once."""
    return [place for place in _all_places(now) if place.ask_after <= now]


def take_turns(now: datetime) -> list[StreamPlace]:
    """Return the streams whose turn it is, and note that they are handed out."""
    return _handed_out(open_places(now), now)


def take_early_turns(now: datetime) -> list[StreamPlace]:
    """Return the streams that may be read before their turn: not those that rest, nor those that were read just now."""
    rested = now - ASK_AT_MOST_EVERY
    return _handed_out(
        [
            place
            for place in _all_places(now)
            if not place.n_failures and (place.asked_at is None or place.asked_at <= rested)
        ],
        now,
    )


def _all_places(now: datetime) -> list[StreamPlace]:
    places = []
    for connection in Connection.objects.connected().prefetch_related("places"):
        if not has_connector(connection.network):
            continue
        there = find_network(connection.network).capabilities.streams
        known = {place.stream: place for place in connection.places.all()}
        for stream in STREAMS:
            if stream in there:
                place = known.get(stream) or StreamPlace.objects.create(
                    connection=connection, stream=stream, ask_after=now
                )
                places.append(place)
    return places


def _handed_out(places: list[StreamPlace], now: datetime) -> list[StreamPlace]:
    StreamPlace.objects.filter(pk__in=[place.pk for place in places]).update(ask_after=now + ASK_EVERY)
    return places


def gather(place_id: int, now: datetime) -> int:
    """Read what is new in one stream. Returns how many reactions came home."""
    place = StreamPlace.objects.select_related("connection").get(pk=place_id)
    with leased(f"gather {place.pk}", now=now, length=LEASE) as is_ours:
        if not is_ours:
            return 0
        place.refresh_from_db()
        try:
            n_new = _read(place)
        except NetworkError as error:
            _rest(place, error, now)
            return 0
        _be_well(place, now)
    return n_new


def _read(place: StreamPlace) -> int:
    network, n_new = open_connection(place.connection), 0
    for _ in range(PAGES_AT_ONCE):
        page = network.poll(_stream(place), place.cursor)
        with transaction.atomic():
            n_new += keep_events(place.connection, page.events, timezone.now())
            place.cursor = page.cursor
            place.save(update_fields=["cursor"])
        if not page.more:
            break
    return n_new


def _stream(place: StreamPlace) -> Stream:
    return next(stream for stream in STREAMS if stream == place.stream)


def _rest(place: StreamPlace, error: NetworkError, now: datetime) -> None:
    """Wait as long as the network asks, else longer each time; its words stand beside the account."""
    place.n_failures += 1
    pause = min(ASK_EVERY * 2 ** min(place.n_failures, 10), LONGEST_REST)
    place.ask_after = error.retry_at if isinstance(error, RateLimited) else now + pause
    place.asked_at, place.problem = now, error.text
    place.save(update_fields=["n_failures", "ask_after", "asked_at", "problem"])


def _be_well(place: StreamPlace, now: datetime) -> None:
    place.n_failures, place.problem = 0, ""
    place.asked_at, place.ask_after = now, now + ASK_EVERY
    place.save(update_fields=["n_failures", "problem", "asked_at", "ask_after"])
