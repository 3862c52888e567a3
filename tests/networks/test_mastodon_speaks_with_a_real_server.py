from datetime import UTC, datetime, timedelta

import httpx
import pytest

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import AuthExpired, Forbidden, Unavailable
from livingroom.networks.interface import Draft, Image, Network
from livingroom.networks.mastodon.network import MastodonNetwork
from livingroom.networks.transport import Transport
from scripts.peers.mastodon import Account, MastodonServer
from tests.networks.conformance import long_ago, new_key, read_all, rendered, words
from tests.networks.mastodon_stage import open_account

# The smallest picture: one transparent pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000"
    "000049454e44ae426082"
)


@pytest.fixture
def corner(mastodon: MastodonServer) -> Account:
    return mastodon.create_account("corner")


@pytest.fixture
def network(mastodon: MastodonServer, corner: Account) -> Network:
    return open_account(mastodon.url, corner)


def test_the_account_says_its_servers_limits(network: Network, corner: Account) -> None:
    account = network.check()

    assert account.handle.startswith(f"{corner.username}@")
    assert account.limits is not None
    assert (account.limits.graphemes, account.limits.url_size, account.limits.images) == (500, 23, 4)
    assert "image/png" in account.limits.image_types


def test_pictures_travel_with_their_description_and_stay_through_an_edit(
    network: Network, mastodon: MastodonServer, corner: Account
) -> None:
    (post,) = network.render(
        Draft(words("Our window"), images=(Image(PIXEL, "image/png", "A lamp in a window"),))
    )

    published = network.publish(post, new_key())
    network.edit(published.ref, rendered(network, words("Our new window")))

    status = mastodon.ask(corner, "GET", f"/api/v1/statuses/{published.ref.id}")
    assert [media["description"] for media in status["media_attachments"]] == ["A lamp in a window"]
    assert "Our new window" in status["content"]


def test_the_same_key_makes_one_post_where_the_server_honours_it(
    network: Network, mastodon: MastodonServer, corner: Account
) -> None:
    post, key = rendered(network, words()), new_key()

    first, second = network.publish(post, key), network.publish(post, key)

    assert first.ref.id == second.ref.id
    assert len(mastodon.ask(corner, "GET", f"/api/v1/accounts/{corner.id}/statuses")) == 1


def test_a_lost_post_is_found_by_its_link_behind_many_others(network: Network) -> None:
    link = "https://go.example.com/k7mq4r"
    ours = network.publish(rendered(network, words("Ten off"), link=link), new_key())
    for number in range(45):
        network.publish(rendered(network, words(f"Other {number}")), new_key())

    found = network.find_published(rendered(network, "Ten off, in other words", link=link), "key", long_ago())

    assert found is not None
    assert found.ref.id == ours.ref.id
    soon = datetime.now(UTC) + timedelta(minutes=10)
    assert network.find_published(rendered(network, "Ten off", link=link), "key", soon) is None


def test_only_who_is_mentioned_hears_of_an_answer_so_an_answer_mentions(
    network: Network, mastodon: MastodonServer, corner: Account
) -> None:
    ana = mastodon.create_account("ana")
    asked = mastodon.ask(
        ana, "POST", "/api/v1/statuses", json={"status": f"@{corner.username} Is it left-handed?"}
    )
    (mention,) = read_all(network, "mentions", "")[0]
    assert mention.ref is not None

    answer = network.reply(mention.ref, rendered(network, "It is"), new_key())
    again = network.reply(answer.ref, rendered(network, "And in blue"), new_key())

    heard = mastodon.ask(ana, "GET", "/api/v1/notifications")
    assert mention.ref.id == asked["id"]
    assert [row["status"]["id"] for row in heard] == [answer.ref.id]
    assert mastodon.ask(ana, "GET", f"/api/v1/statuses/{again.ref.id}/source")["text"] == "And in blue"
    assert network.find_published(rendered(network, "It is"), "key", long_ago()) is not None


def test_likes_reposts_and_followers_come_home_each_in_its_stream(
    network: Network, mastodon: MastodonServer, corner: Account
) -> None:
    ours, ana = network.publish(rendered(network, words()), new_key()).ref, mastodon.create_account("ana")
    mastodon.ask(ana, "POST", f"/api/v1/statuses/{ours.id}/favourite")
    mastodon.ask(ana, "POST", f"/api/v1/statuses/{ours.id}/reblog")
    mastodon.ask(ana, "POST", f"/api/v1/accounts/{corner.id}/follow")

    reactions, followers = read_all(network, "reactions", "")[0], read_all(network, "followers", "")[0]

    assert [(event.kind, event.subject and event.subject.id) for event in reactions] == [
        ("like", ours.id),
        ("repost", ours.id),
    ]
    assert [(event.kind, event.actor.handle) for event in followers] == [("follow", ana.username)]
    assert network.metrics([ours])[0].likes == 1
    assert network.metrics([ours])[0].reposts == 1


def test_what_is_said_to_us_alone_is_not_public(
    network: Network, mastodon: MastodonServer, corner: Account
) -> None:
    ana = mastodon.create_account("ana")
    for visibility in ("public", "unlisted", "private", "direct"):
        body = {"status": f"@{corner.username} {visibility}", "visibility": visibility}
        mastodon.ask(ana, "POST", "/api/v1/statuses", json=body)

    events = read_all(network, "mentions", "")[0]

    assert [event.is_public for event in events] == [True, True, False, False]


def test_more_news_than_one_page_come_all_and_in_order(
    network: Network, mastodon: MastodonServer, corner: Account
) -> None:
    ana = mastodon.create_account("ana")
    said = [
        mastodon.ask(ana, "POST", "/api/v1/statuses", json={"status": f"@{corner.username} {n}"})["id"]
        for n in range(90)
    ]

    events, cursor = read_all(network, "mentions", "")

    assert [event.ref.id for event in events if event.ref] == said
    assert read_all(network, "mentions", cursor) == ([], cursor)


def test_what_is_posted_under_a_followed_hashtag_is_found_once(
    network: Network, mastodon: MastodonServer, corner: Account
) -> None:
    ana, tag = mastodon.create_account("ana"), words("corner").replace(" ", "")
    for name in (tag, f"{tag}too"):
        mastodon.ask(corner, "POST", f"/api/v1/tags/{name}/follow")
    before, cursor = read_all(network, "search", "")

    said = mastodon.ask(ana, "POST", "/api/v1/statuses", json={"status": f"Try #{tag} and #{tag}too"})
    found, _ = read_all(network, "search", cursor)

    assert before == []
    assert [event.ref.id for event in found if event.ref] == [said["id"]]


def test_a_token_that_was_taken_back_wants_a_person(
    network: Network, mastodon: MastodonServer, corner: Account
) -> None:
    mastodon.http.post("/oauth/revoke", data={"token": corner.token})

    with pytest.raises(AuthExpired):
        network.poll("replies")


def test_an_older_server_counts_one_by_one(corner: Account, mastodon: MastodonServer) -> None:
    network = through(
        mastodon,
        corner,
        {("GET", "/api/v1/statuses"): httpx.Response(404, json={"error": "Record not found"})},
    )
    refs = [network.publish(rendered(network, words()), new_key()).ref for _ in range(3)]

    counted = network.metrics(refs)

    assert [(each.ref, each.gone) for each in counted] == [(ref, False) for ref in refs]


def test_a_picture_that_the_server_still_works_on_is_waited_for(
    corner: Account, mastodon: MastodonServer
) -> None:
    looks = iter([206, 206, 200])

    def working(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/api/v2/media":
            return httpx.Response(202, json={"id": "7", "url": None})
        if request.url.path == "/api/v1/media/7":
            return httpx.Response(next(looks), json={"id": "7"})
        return None

    network = through(mastodon, corner, {}, working)
    (post,) = network.render(Draft(words(), images=(Image(PIXEL, "image/png", "A lamp"),)))

    network.publish(post, new_key())

    assert next(looks, None) is None


def test_a_picture_that_never_gets_ready_posts_nothing(corner: Account, mastodon: MastodonServer) -> None:
    def working(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/media"):
            return httpx.Response(202, json={"id": "7", "url": None})
        return httpx.Response(206, json={"id": "7"}) if "/media/" in request.url.path else None

    network = through(mastodon, corner, {}, working)
    (post,) = network.render(Draft(words(), images=(Image(PIXEL, "image/png", "A lamp"),)))

    with pytest.raises(Unavailable):
        network.publish(post, new_key())

    assert mastodon.ask(corner, "GET", f"/api/v1/accounts/{corner.id}/statuses") == []


@pytest.mark.parametrize(
    ("deed", "scope"),
    [("publish", "write:statuses"), ("react", "write:favourites"), ("poll", "read:notifications")],
)
def test_a_right_that_is_missing_is_named_though_the_server_does_not(
    corner: Account, mastodon: MastodonServer, deed: str, scope: str
) -> None:
    ref = (
        open_account(mastodon.url, corner)
        .publish(rendered(open_account(mastodon.url, corner), words()), new_key())
        .ref
    )
    said = httpx.Response(403, json={"error": "This action is outside the authorized scopes"})
    network = through(mastodon, corner, {}, lambda request: said)
    deeds = {
        "publish": lambda: network.publish(rendered(network, "Hello"), new_key()),
        "react": lambda: network.react(ref),
        "poll": lambda: network.poll("mentions"),
    }

    with pytest.raises(Forbidden) as refused:
        deeds[deed]()

    assert refused.value.scope == scope


class Between(httpx.BaseTransport):
    """Answers some requests itself and passes the others on to the server."""

    def __init__(self, answers, ask) -> None:
        self.answers, self.ask, self.out = answers, ask, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        ours = self.answers.get((request.method, request.url.path)) or self.ask(request)
        return ours or self.out.handle_request(request)


def through(mastodon: MastodonServer, account: Account, answers, ask=lambda request: None) -> MastodonNetwork:
    return MastodonNetwork(
        transport=Transport(inner=Between(answers, ask), sleep=lambda seconds: None),
        credentials=CredentialsInMemory({"access_token": account.token, "scope": ""}),
        server_url=mastodon.url,
        account_id=account.id,
    )


def test_a_server_that_searches_no_texts_is_read_by_hashtag(
    network: MastodonNetwork, mastodon: MastodonServer
) -> None:
    somebody = open_account(mastodon.url, mastodon.create_account("ana"))
    said = somebody.publish(rendered(somebody, words("So hot, this #overheatingdesk")), new_key())

    found = network.search_words([("overheatingdesk", "hot")])
    again = network.search_words([("overheatingdesk", "hot")], found.cursor)

    assert [event.ref.id for event in found.events if event.ref] == [said.ref.id]
    assert again.events == ()
    assert "does not search texts" in found.note
