"""What only the real MediaWiki can show."""

import threading

import pytest

from livingroom.networks.errors import AuthExpired, Forbidden, Gone, Invalid
from livingroom.networks.interface import Card, Draft
from livingroom.networks.markup import to_text
from livingroom.networks.mediawiki.network import MediaWikiNetwork
from livingroom.networks.mediawiki.pages import page_info
from livingroom.networks.transport import Transport
from scripts.peers.mediawiki.site import MediaWikiSite
from tests.networks.conformance import long_ago, new_key, read_all, rendered, words
from tests_peers.fault_proxy import FaultProxy
from tests_peers.mediawiki_stage import MediaWikiStage, connect, open_account


@pytest.fixture
def stage(mediawiki: MediaWikiSite, mediawiki_proxy: FaultProxy) -> MediaWikiStage:
    return MediaWikiStage(mediawiki, mediawiki_proxy)


def html_of(stage: MediaWikiStage, page_id: str) -> str:
    parsed = stage.ask(
        stage.outside, action="parse", pageid=page_id.partition(":")[2], prop="text|categories"
    )
    return str(parsed["parse"]["text"])


def words_of(stage: MediaWikiStage, page_id: str) -> str:
    return to_text(html_of(stage, page_id))


def test_ten_workers_that_send_at_once_make_one_page(stage: MediaWikiStage) -> None:
    post, key = rendered(stage.network, words()), new_key()
    found: list[str] = []

    def send() -> None:
        found.append(open_account(stage.connected).publish(post, key).ref.id)

    workers = [threading.Thread(target=send) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(found) == 10
    assert len(set(found)) == 1
    assert stage.count_posts(post.text) == 1


def test_two_posts_of_one_title_are_two_pages(stage: MediaWikiStage) -> None:
    (post,) = stage.network.render(Draft(words(), title=words("Ten off")))

    first, second = stage.network.publish(post, new_key()), stage.network.publish(post, new_key())

    titles = [page_info(stage.outside, each.ref.id.partition(":")[2])["title"] for each in (first, second)]
    assert titles[1] == f"{titles[0]} (2)"


def test_what_people_wrote_stays_words(stage: MediaWikiStage) -> None:
    text = (
        "'''5''' [[Main Page]] {{Stub}} <b>x</b> ~~~~ __TOC__\n* no list\n# nor this\n\n== no heading == "
        + words()
    )

    published = stage.network.publish(rendered(stage.network, text), new_key())

    html = html_of(stage, published.ref.id)
    assert to_text(html).startswith(
        "'''5''' [[Main Page]] {{Stub}} <b>x</b> ~~~~ __TOC__\n* no list\n# nor this"
    )
    assert "<li>" not in html
    assert "<h2" not in html


def test_the_card_is_a_link_and_hashtags_are_categories(stage: MediaWikiStage) -> None:
    draft = Draft(f"{words()} #desks", "en", Card("Ten off", "Until Sunday"))
    (post,) = stage.network.render(draft, "https://go.example.com/k7mq4r")

    published = stage.network.publish(post, new_key())

    parsed = stage.ask(
        stage.outside,
        action="parse",
        pageid=published.ref.id.partition(":")[2],
        prop="externallinks|categories",
    )["parse"]
    assert parsed["externallinks"] == ["https://go.example.com/k7mq4r"]
    assert [row["category"] for row in parsed["categories"]] == ["Desks"]


def test_a_post_can_be_a_section_of_one_page(stage: MediaWikiStage, mediawiki: MediaWikiSite) -> None:
    network = open_account(connect(mediawiki, page="Project:Offers"))
    post, key = rendered(network, words("Offer")), new_key()
    other = network.publish(rendered(network, words("Another")), new_key())

    published = network.publish(post, key)
    answer = network.reply(published.ref, rendered(network, words("More on this")), new_key())
    thread = network.thread(published.ref)
    network.delete(answer.ref)
    network.delete(published.ref)

    assert [each.ref.id for each in thread] == [published.ref.id, answer.ref.id]
    assert network.find_published(post, key, long_ago()) is None
    assert [each.gone for each in network.metrics([published.ref, other.ref])] == [True, False]


def test_an_edit_that_somebody_else_overtook_keeps_their_words_or_is_refused(stage: MediaWikiStage) -> None:
    published = stage.network.publish(
        rendered(stage.network, "First line\n\nSecond line\n\nLast line"), new_key()
    )
    page_id = published.ref.id.partition(":")[2]
    stage.ana.write("edit", pageid=page_id, appendtext="\n\nA word of Ana's", nocreate=True)

    edited = rendered(stage.network, "First line, better\n\nSecond line\n\nLast line")
    stage.network.edit(published.ref, edited)

    assert "First line, better" in words_of(stage, published.ref.id)
    assert "A word of Ana's" in words_of(stage, published.ref.id)


def test_an_answer_can_be_corrected_and_taken_back(stage: MediaWikiStage) -> None:
    ours, key = stage.new_post(), new_key()
    answer = stage.network.reply(ours, rendered(stage.network, words("Yess")), key)
    right = rendered(stage.network, words("Yes"))

    corrected = stage.network.edit(answer.ref, right)
    said, found = stage.network.thread(ours)[1:], stage.network.find_published(right, key, long_ago())
    stage.network.delete(corrected.ref)

    assert [(post.ref.id, post.text, post.parent and post.parent.id) for post in said] == [
        (corrected.ref.id, right.text, ours.id)
    ]
    assert found is not None
    assert found.ref.id == corrected.ref.id
    assert stage.network.thread(ours)[1:] == []
    assert stage.network.find_published(right, key, long_ago()) is None


def test_hidden_words_leave_the_page(stage: MediaWikiStage) -> None:
    ours = stage.new_post()
    rude = stage.someone_replies(ours, words("Rude"))

    stage.network.hide(rude)

    assert [post.ref.id for post in stage.network.thread(ours)] == [ours.id]
    with pytest.raises(Gone):
        stage.network.reply(rude, rendered(stage.network, "No need to be rude"), new_key())


def test_a_mention_comes_from_the_notifications(stage: MediaWikiStage) -> None:
    cursor = read_all(stage.network, "mentions", "")[1]
    ours = stage.new_post()

    question = stage.someone_replies(ours, f"[[User:Shop]], {words('is it left-handed?')}")
    events, after = read_all(stage.network, "mentions", cursor)

    assert [(event.kind, event.actor.name, event.ref and event.ref.id) for event in events] == [
        ("mention", "Ana", question.id)
    ]
    assert read_all(stage.network, "mentions", after)[0] == []


def test_a_page_that_links_to_our_shop_is_told_once(stage: MediaWikiStage) -> None:
    cursor = read_all(stage.network, "links", "")[1]
    title = words("Desks of the world")
    stage.ana.write("edit", title=title, text=f"See [https://shop.example.com/{title.split()[-1]} them].")

    events, after = read_all(stage.network, "links", cursor)

    assert [event.text for event in events] == [title]
    assert read_all(stage.network, "links", after)[0] == []


def test_a_forgotten_session_is_begun_again_and_a_dead_password_is_told(stage: MediaWikiStage) -> None:
    secrets = {**stage.connected.credentials, "cookies": "wiki_session=forgotten"}
    forgotten = open_account(type(stage.connected)(stage.connected.account, stage.site.url, secrets))
    dead = open_account(
        type(stage.connected)(stage.connected.account, stage.site.url, {**secrets, "bot_password": "x" * 32})
    )

    assert forgotten.check().account_id == stage.connected.account.account_id
    assert forgotten.credentials.load()["cookies"] != "wiki_session=forgotten"
    with pytest.raises(AuthExpired):
        dead.check()


def test_who_may_not_delete_is_told_which_right_is_missing(
    stage: MediaWikiStage, mediawiki: MediaWikiSite
) -> None:
    writer = open_account(connect(mediawiki, "Writer"))
    published = writer.publish(rendered(writer, words()), new_key())

    with pytest.raises(Forbidden) as refused:
        writer.delete(published.ref)

    assert refused.value.scope == "delete"


def test_a_wrong_password_is_a_problem_of_that_field(mediawiki: MediaWikiSite) -> None:
    form = {"server_url": mediawiki.url, "username": "Shop@livingroom", "bot_password": "x" * 32}

    with pytest.raises(Invalid) as refused:
        MediaWikiNetwork.begin(form, Transport(allow_private=True))

    assert refused.value.field == "bot_password"
