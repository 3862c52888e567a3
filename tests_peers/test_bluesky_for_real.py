"""What only the real network can show."""

import threading
import time
from datetime import UTC, datetime

import httpx
import pytest
from django.test import override_settings

from livingroom.networks.bluesky.keys import record_key
from livingroom.networks.bluesky.network import BlueskyNetwork as Connector
from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import AuthExpired, Invalid
from livingroom.networks.interface import Card, Draft, Image, Rendered
from livingroom.networks.models import Connection
from livingroom.networks.operations import check_connection, connect_account, open_connection
from livingroom.networks.transport import Transport
from livingroom.people.models import Staff
from scripts.peers.bluesky.network import BlueskyNetwork
from tests.networks.conformance import long_ago, new_key, rendered, with_events, words
from tests_peers.bluesky_stage import BlueskyStage, connect, open_account
from tests_peers.fault_proxy import FaultProxy

PATIENCE = 60
# The smallest picture there is: one dot.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@pytest.fixture
def stage(bluesky: BlueskyNetwork, proxy: FaultProxy) -> BlueskyStage:
    return BlueskyStage(bluesky, proxy)


def test_a_post_sent_twice_under_one_key_is_one_post(stage: BlueskyStage) -> None:
    post, key = rendered(stage.network, words()), new_key()

    first = stage.network.publish(post, key)
    second = stage.network.publish(post, key)

    assert second.ref == first.ref
    assert first.ref.id.endswith(f"/app.bsky.feed.post/{record_key(key)}")
    assert stage.count_posts(post.text) == 1


def test_ten_workers_that_send_at_once_make_one_post(stage: BlueskyStage) -> None:
    post, key = rendered(stage.network, words()), new_key()
    workers = [threading.Thread(target=_publish, args=(stage, post, key)) for _ in range(10)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert stage.network.find_published(post, key, long_ago()) is not None
    assert stage.count_posts(post.text) == 1


def test_posts_are_found_by_their_words_and_later_only_new_ones(stage: BlueskyStage) -> None:
    assert isinstance(stage.network, Connector)
    word = f"overheat{new_key()[:8].lower()}"
    somebody = open_account(stage.bluesky.create_account("ana"), stage.bluesky.pds_url)
    said = somebody.publish(rendered(somebody, f"My {word} notebook"), new_key())

    found = _searched(stage.network, word, until=said.ref.id)
    new = somebody.publish(rendered(somebody, f"Another {word} one"), new_key())
    later = _searched(stage.network, word, until=new.ref.id, cursor=found[1])

    assert found[0] == {said.ref.id}
    # The last ten minutes are read twice, since posts come late.
    assert new.ref.id in later[0] <= {said.ref.id, new.ref.id}


def _searched(network: Connector, word: str, *, until: str, cursor: str = "") -> tuple[set[str], str]:
    """Search until it is found: the network's view is some moments behind."""
    for _ in range(PATIENCE):
        place, found = cursor, set[str]()
        while True:
            page = network.search_words([(word,)], place)
            found |= {event.id for event in page.events}
            place = page.cursor
            if not page.more:
                break
        if until in found:
            return found, place
        time.sleep(0.5)
    raise AssertionError(f"{until} was not found in {PATIENCE / 2:.0f} s.")


def _publish(stage: BlueskyStage, post: Rendered, key: str) -> None:
    open_account(stage.account, stage.bluesky.pds_url).publish(post, key)


def test_the_card_has_link_words_and_picture(stage: BlueskyStage) -> None:
    link, card = (
        "https://go.example.com/k7mq4r",
        Card("Ten off", "Until Sunday", Image(DOT, "image/png", "A desk")),
    )
    post = rendered(stage.network, words(), link=link, card=card)

    stage.network.publish(post, new_key())

    (record,) = stage.records()
    external = record["value"]["embed"]["external"]
    assert (external["uri"], external["title"], external["description"]) == (link, "Ten off", "Until Sunday")
    assert external["thumb"]["size"] == len(DOT)
    assert record["value"]["langs"] == ["en"]
    assert link not in record["value"]["text"]


def test_a_mention_names_the_account_and_an_unknown_one_stays_text(stage: BlueskyStage) -> None:
    ana = stage.bluesky.create_account("ana")
    text = f"Thank you @{ana.handle} and @nobody-at-all.test {words()}"

    stage.network.publish(rendered(stage.network, text), new_key())

    (record,) = stage.records()
    (facet,) = record["value"]["facets"]
    assert facet["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": ana.did}]
    person = open_account(ana, stage.bluesky.pds_url)
    mentions, _ = stage.eventually(lambda: with_events(person, "mentions", ""))
    assert mentions[0].actor.id == stage.account.did


def test_likes_and_followers_come_home(stage: BlueskyStage) -> None:
    ours = stage.network.publish(rendered(stage.network, words()), new_key())
    stage.eventually(lambda: not stage.network.metrics([ours.ref])[0].gone)
    person = open_account(stage.bluesky.create_account("bo"), stage.bluesky.pds_url)

    person.react(ours.ref)

    reactions, _ = stage.eventually(lambda: with_events(stage.network, "reactions", ""))
    assert [(event.kind, event.subject.id) for event in reactions if event.subject] == [("like", ours.ref.id)]


def test_an_expired_session_is_refreshed_and_a_dead_one_begun_again(stage: BlueskyStage) -> None:
    secrets = dict(connect(stage.account, stage.bluesky.pds_url).credentials)
    expired = {**secrets, "access_jwt": secrets["refresh_jwt"]}  # refused as a token of the wrong kind
    dead = {**expired, "refresh_jwt": secrets["access_jwt"]}

    for broken in (expired, dead):
        store = CredentialsInMemory(broken)
        network = Connector(
            transport=Transport(allow_private=True),
            credentials=store,
            server_url=stage.bluesky.pds_url,
            account_id=stage.account.did,
        )
        assert network.check().handle == stage.account.handle
        assert store.load()["access_jwt"] != broken["access_jwt"]


def test_a_wrong_password_is_a_problem_of_that_field(stage: BlueskyStage) -> None:
    form = {
        "handle": stage.account.handle,
        "app_password": "aaaa-bbbb-cccc-dddd",
        "server_url": stage.bluesky.pds_url,
    }

    with pytest.raises(Invalid) as refused:
        Connector.begin(form, Transport(allow_private=True))

    assert refused.value.field == "app_password"


def test_a_main_password_is_not_even_sent(stage: BlueskyStage) -> None:
    form = {
        "handle": stage.account.handle,
        "app_password": stage.account.password,
        "server_url": "http://127.0.0.1:9",
    }

    with pytest.raises(Invalid, match="main password"):
        Connector.begin(form, Transport(allow_private=True))


@pytest.mark.django_db
@override_settings(ALLOW_PRIVATE_NETWORKS=True)
def test_an_account_is_connected_checked_used_and_seen_to_be_revoked(stage: BlueskyStage) -> None:
    admin = Staff.objects.create_user("admin@example.com", name="Ada", role=Staff.Role.ADMIN)
    now = datetime.now(UTC)
    form = {
        "handle": f"@{stage.account.handle}",
        "app_password": stage.account.app_password,
        "server_url": stage.bluesky.pds_url,
    }

    connection = connect_account(staff=admin, network="bluesky", form=form, now=now)
    assert isinstance(connection, Connection)
    published = open_connection(connection).publish(Connector.render(Draft("From the house"))[0], new_key())
    check_connection(connection=connection, now=now)
    _revoke(stage)
    with pytest.raises(AuthExpired):
        check_connection(connection=connection, now=now)

    assert published.ref.id.startswith(f"at://{stage.account.did}/")
    assert (connection.account_id, connection.state) == (stage.account.did, Connection.State.REVOKED)
    assert stage.account.app_password not in connection.credentials_encrypted


def _revoke(stage: BlueskyStage) -> None:
    """The brand takes the app password back, as on its settings page; the running session ends with it."""
    call = f"{stage.bluesky.pds_url}/xrpc/com.atproto.server."
    body = {"identifier": stage.account.did, "password": stage.account.password}
    token = httpx.post(f"{call}createSession", json=body, trust_env=False).json()["accessJwt"]
    headers = {"Authorization": f"Bearer {token}"}
    httpx.post(
        f"{call}revokeAppPassword", json={"name": "livingroom"}, headers=headers, trust_env=False
    ).raise_for_status()
