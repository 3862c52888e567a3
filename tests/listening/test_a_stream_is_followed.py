"""A server that speaks Jetstream, in this process, and our client before it."""

import json
import threading
from contextlib import suppress
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import OperationalError, connection
from websockets.sync.server import serve

from livingroom.listening.jetstream.client import LOOK_BACK_US, Following
from livingroom.listening.jetstream.reading import Unreadable, read_note
from livingroom.listening.jetstream.running import BadAddress, open_source
from livingroom.listening.models import Mention, Poison, Source
from tests.listening import cast
from tests.listening.cast import NOW

START_US = int((NOW - timedelta(hours=1)).timestamp()) * 1_000_000


def post(number: int, text: str, operation: str = "create", **record) -> str:
    commit = {
        "operation": operation,
        "collection": "app.bsky.feed.post",
        "rkey": f"r{number}",
        "cid": f"c{number}",
    }
    if operation != "delete":
        commit["record"] = {"$type": "app.bsky.feed.post", "text": text, "langs": ["en"], **record}
    return json.dumps(
        {"did": "did:plc:ana", "time_us": START_US + number, "kind": "commit", "commit": commit}
    )


class Jetstream:
    """Sends each visitor the next part of a script, and breaks off after all parts but the last."""

    def __init__(self, *parts: list[str]) -> None:
        self.parts, self.asked = list(parts), []

    def __call__(self, visitor) -> None:
        self.asked.append(parse_qs(urlsplit(visitor.request.path).query))
        part = self.parts.pop(0) if self.parts else []
        for message in part:
            visitor.send(message)
        if self.parts:
            visitor.close(1011)
            return
        try:
            visitor.recv()
        except Exception:
            return


@pytest.fixture
def follow(transactional_db, settings):
    """Follow a script until as many mentions are kept as wanted."""
    settings.ALLOW_PRIVATE_NETWORKS = True

    def run(stream: Jetstream, until) -> Source:
        with serve(stream, "127.0.0.1", 0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/subscribe"
            source = Source.objects.create(kind="jetstream", address=address)
            stop = threading.Event()
            following = Following(source.pk, stop, lambda: True, pause=0.01)

            def work() -> None:
                following.run()
                connection.close()

            thread = threading.Thread(target=work)
            thread.start()
            for _ in range(200):
                # SQLite's tables in memory are shared with the thread that writes them just now.
                with suppress(OperationalError):
                    if until():
                        break
                stop.wait(0.05)
            stop.set()
            thread.join(10)
            server.shutdown()
        source.refresh_from_db()
        return source

    return run


def test_what_a_topic_asks_for_is_kept_and_the_rest_passes_by(follow):
    cast.topic(query="overheat*", now=NOW)
    stream = Jetstream([post(1, "lunch"), post(2, "my notebook overheats"), post(3, "dinner")])

    source = follow(stream, lambda: Mention.objects.exists())

    mention = Mention.objects.get()
    assert (mention.key, mention.kind) == ("at://did:plc:ana/app.bsky.feed.post/r2", "found")
    assert (source.n_seen, source.n_kept, source.cursor) == (3, 1, START_US + 3)
    assert stream.asked[0]["wantedCollections"] == ["app.bsky.feed.post"]


def test_after_a_break_it_goes_on_from_its_place_and_keeps_nothing_twice(follow):
    cast.topic(query="overheat*", now=NOW)
    stream = Jetstream(
        [post(1, "one overheats")],
        [post(1, "one overheats"), post(2, "another overheats"), post(1, "", "delete")],
    )

    follow(stream, lambda: Mention.objects.filter(gone_at__isnull=False).exists())

    assert stream.asked[1]["cursor"] == [str(START_US + 1 - LOOK_BACK_US)]
    assert sorted(Mention.objects.values_list("key", "text")) == [
        ("at://did:plc:ana/app.bsky.feed.post/r1", ""),
        ("at://did:plc:ana/app.bsky.feed.post/r2", "another overheats"),
    ]


def test_a_message_that_cannot_be_read_is_set_apart(follow):
    cast.topic(query="overheat*", now=NOW)
    stream = Jetstream(["{not json", post(2, "it overheats")])

    follow(stream, lambda: Mention.objects.exists())

    assert Poison.objects.get().content == {"message": "{not json"}


def test_notes_that_are_no_posts_only_move_the_place():
    note = read_note(json.dumps({"did": "did:plc:ana", "time_us": 7, "kind": "identity", "identity": {}}))

    assert (note.time_us, note.post, note.gone) == (7, None, "")
    with pytest.raises(Unreadable):
        read_note('{"time_us": 7, "kind": "commit", "commit": {"collection": "app.bsky.feed.post"}}')


def test_only_a_streams_address_is_taken(db):
    with pytest.raises(BadAddress):
        open_source(staff=cast.staff(), address="https://example.org", now=NOW)

    assert open_source(staff=cast.staff(), address="wss://example.org/subscribe/", now=NOW).address.endswith(
        "subscribe"
    )
