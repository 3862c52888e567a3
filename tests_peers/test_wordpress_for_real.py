"""What only the real WordPress can show."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import Forbidden, Invalid
from livingroom.networks.interface import Card, Draft, Image, Redirect, Ref, Rendered
from livingroom.networks.markup import to_text
from livingroom.networks.transport import Transport
from livingroom.networks.wordpress.network import WordPressNetwork
from scripts.peers.wordpress.site import WordPressSite
from tests.networks.conformance import long_ago, new_key, read_all, rendered, words
from tests_peers.fault_proxy import FaultProxy
from tests_peers.test_bluesky_for_real import DOT
from tests_peers.wordpress_stage import WordPressStage


@pytest.fixture
def stage(wordpress: WordPressSite, wordpress_proxy: FaultProxy) -> WordPressStage:
    return WordPressStage(wordpress, wordpress_proxy)


def row_of(stage: WordPressStage, ref: Ref) -> dict[str, object]:
    found: dict[str, object] = stage.ask(
        "GET", f"posts/{ref.id.partition(':')[2]}", params={"context": "edit"}
    ).json()
    return found


def test_title_excerpt_picture_and_its_words_arrive(stage: WordPressStage) -> None:
    card = Card("Ten off", "Until Sunday", Image(DOT, "image/png", "A desk of oak"))
    draft = Draft(f"Come and see. {words()}", "en", card, title="Ten off every desk")
    (post,) = stage.network.render(draft, "https://go.example.com/k7mq4r")

    published = stage.network.publish(post, new_key())

    row = row_of(stage, published.ref)
    assert row["title"]["raw"] == "Ten off every desk"  # type: ignore[index]  # WordPress's own form
    assert row["excerpt"]["raw"] == "Until Sunday"  # type: ignore[index]  # as above
    assert str(row["slug"]).startswith("ten-off-every-desk-")
    media = stage.ask("GET", f"media/{row['featured_media']}").json()
    assert media["alt_text"] == "A desk of oak"
    assert httpx.get(published.ref.url, trust_env=False).text.count("https://go.example.com/k7mq4r") == 1


def test_the_same_picture_is_stored_once(stage: WordPressStage) -> None:
    draft = Draft(words(), "en", images=(Image(DOT, "image/png", "One dot"),))

    first, second = (stage.network.publish(stage.network.render(draft)[0], new_key()) for _ in range(2))

    assert row_of(stage, first.ref)["featured_media"] == row_of(stage, second.ref)["featured_media"] != 0


def test_what_people_wrote_stays_words(stage: WordPressStage) -> None:
    text = f'<b>5 < 6</b> & "quoted" [gallery] <script>alert(1)</script> {words()}'

    published = stage.network.publish(rendered(stage.network, text), new_key())

    page = httpx.get(published.ref.url, trust_env=False).text
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;5 &lt; 6&lt;/b&gt; &amp;" in page
    assert to_text(page).count("[gallery]") == 2  # once in the title, once in the words


def test_an_edit_keeps_the_address_and_the_key(stage: WordPressStage) -> None:
    post, key = rendered(stage.network, words("Before")), new_key()
    published = stage.network.publish(post, key)

    edited = stage.network.edit(published.ref, rendered(stage.network, words("After")))

    assert edited.ref.url == published.ref.url
    found = stage.network.find_published(post, key, long_ago())
    assert found is not None
    assert found.ref.id == published.ref.id
    assert stage.count_posts(post.text) == 0


def test_an_answer_is_found_by_its_key_and_the_same_words_are_not_said_twice(stage: WordPressStage) -> None:
    ours, key = stage.new_post(), new_key()
    answer = rendered(stage.network, words("Yes, it is"))

    first = stage.network.reply(ours, answer, key)
    second = stage.network.reply(ours, answer, key)

    assert second.ref == first.ref
    found = stage.network.find_published(answer, key, long_ago())
    assert found is not None
    assert found.ref.id == first.ref.id
    assert stage.network.metrics([ours])[0].replies == 1


def test_a_hidden_comment_is_gone_for_the_public(stage: WordPressStage) -> None:
    ours = stage.new_post()
    rude = stage.someone_replies(ours, words("Rude"))

    stage.network.hide(rude)

    assert stage.network.metrics([ours])[0].replies == 0
    assert [post.ref.id for post in stage.network.thread(ours)] == [ours.id]


def test_a_comment_that_waited_is_not_missed_when_it_is_approved_after_later_ones(
    stage: WordPressStage,
) -> None:
    ours = stage.new_post()
    waiting = stage.someone_replies(ours, words("First"))
    stage.network.hide(waiting)
    stage.someone_replies(ours, words("Second"))
    cursor = read_all(stage.network, "replies", "")[1]

    stage.ask("POST", f"comments/{waiting.id.partition(':')[2]}", json={"status": "approved"})
    events, after = read_all(stage.network, "replies", cursor)

    assert [event.ref.id for event in events if event.ref] == [waiting.id]
    assert read_all(stage.network, "replies", after)[0] == []


def test_more_comments_than_a_page_has_come_each_once(stage: WordPressStage) -> None:
    ours = stage.new_post()
    wanted = [stage.someone_replies(ours, words(f"Number {number}")).id for number in range(103)]

    events, _ = read_all(stage.network, "replies", "")

    assert sorted(event.ref.id for event in events if event.ref) == sorted(wanted)


def test_an_author_may_not_moderate_and_is_told_so(wordpress: WordPressSite) -> None:
    form = {
        "server_url": wordpress.url,
        "username": "writer",
        "app_password": wordpress.app_passwords["writer"],
    }

    with pytest.raises(Forbidden) as refused:
        WordPressNetwork.begin(form, Transport(allow_private=True))

    assert refused.value.scope == "moderate_comments"


def test_a_wrong_password_is_a_problem_of_that_field(wordpress: WordPressSite) -> None:
    form = {"server_url": wordpress.url, "username": "shop", "app_password": "abcd efgh ijkl mnop qrst uvwx"}

    with pytest.raises(Invalid) as refused:
        WordPressNetwork.begin(form, Transport(allow_private=True))

    assert refused.value.field == "app_password"


def test_the_site_itself_asks_its_user_and_sends_the_password_back(wordpress: WordPressSite) -> None:
    form = {"server_url": wordpress.url, "redirect_uri": "https://house.example.com/networks/return/"}

    begun = WordPressNetwork.begin(form, Transport(allow_private=True))

    assert isinstance(begun, Redirect)
    back = _allow(wordpress, begun.url)
    params = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert params["state"] == begun.state
    connected = WordPressNetwork.finish({**params, **begun.kept}, begun.state, Transport(allow_private=True))
    assert connected.account.handle.startswith("shop@")


def test_a_site_without_pretty_addresses_is_reached_through_its_plain_route(stage: WordPressStage) -> None:
    secrets = {**stage.connected.credentials, "api": f"{stage.site.url}/?rest_route=/"}
    network = WordPressNetwork(
        transport=Transport(allow_private=True),
        credentials=CredentialsInMemory(secrets),
        server_url=stage.site.url,
        account_id=stage.connected.account.account_id,
    )
    post, key = Rendered(words(), title="Plain"), new_key()

    published = network.publish(post, key)

    found = network.find_published(post, key, long_ago())
    assert found is not None
    assert found.ref.id == published.ref.id


def _allow(site: WordPressSite, page: str) -> str:
    """What the person does in the browser: sign in, read, press *Yes, I approve*; returns where the site sends them."""
    browser = httpx.Client(trust_env=False, timeout=30, follow_redirects=True)
    browser.get(f"{site.url}/wp-login.php")
    form = {"log": "shop", "pwd": "shop-password", "testcookie": "1", "redirect_to": page}
    shown = browser.post(f"{site.url}/wp-login.php", data=form).text
    fields = {
        name: shown.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("_wpnonce", "_wp_http_referer", "app_id", "success_url", "reject_url")
        if f'name="{name}" value="' in shown
    }
    fields = {name: value.replace("&amp;", "&").replace("&#038;", "&") for name, value in fields.items()}
    answer = browser.post(
        f"{site.url}/wp-admin/authorize-application.php",
        data={
            **fields,
            "action": "authorize_application_password",
            "app_name": "Livingroom",
            "approve": "Yes",
        },
        follow_redirects=False,
    )
    return str(answer.headers["location"])
