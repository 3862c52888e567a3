"""What a real WordPress does is in tests_peers; here is what it says no with, and how a draft becomes a post."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
)
from livingroom.networks.interface import Card, Draft, Facet, Ref, Rendered
from livingroom.networks.markup import to_html, to_text
from livingroom.networks.transport import Transport
from livingroom.networks.wordpress.client import find_api
from livingroom.networks.wordpress.network import WordPressNetwork
from livingroom.networks.wordpress.writing import slug_of

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def site(answer: Callable[[httpx.Request], httpx.Response]) -> WordPressNetwork:
    return WordPressNetwork(
        transport=Transport(inner=httpx.MockTransport(answer), sleep=lambda seconds: None, now=lambda: NOW),
        credentials=CredentialsInMemory(
            {"api": "https://blog.example.com/wp-json/", "username": "shop", "app_password": "abcd efgh"}
        ),
        server_url="https://blog.example.com",
        account_id="blog.example.com#2",
    )


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "incorrect_password", AuthExpired),
        (403, "rest_cannot_create", Forbidden),
        (403, "rest_comment_trash_post", Gone),
        (404, "rest_comment_invalid_post_id", Gone),
        (400, "comment_flood", RateLimited),
        (400, "rest_comment_content_invalid", Invalid),
        (500, "db_insert_error", OutcomeUnknown),
    ],
)
def test_each_refusal_of_a_comment_means_what_it_says(
    status: int, code: str, error: type[NetworkError]
) -> None:
    network = site(lambda request: httpx.Response(status, json={"code": code, "message": "No."}))

    with pytest.raises(error):
        network.reply(Ref("post:7"), Rendered("Yes"), "key")


def test_a_comment_too_soon_waits_fifteen_seconds() -> None:
    network = site(
        lambda request: httpx.Response(400, json={"code": "comment_flood", "message": "Slow down."})
    )

    with pytest.raises(RateLimited) as limited:
        network.reply(Ref("post:7"), Rendered("Yes"), "key")

    assert limited.value.retry_at == NOW + timedelta(seconds=15)


def test_a_missing_right_is_named_as_wordpress_names_it() -> None:
    network = site(lambda request: httpx.Response(403, json={"code": "rest_cannot_create", "message": "No."}))

    with pytest.raises(Forbidden) as refused:
        network.publish(Rendered("Hello", title="Hello"), "key")

    assert refused.value.scope == "publish_posts"


@pytest.mark.parametrize("name", ["tweet:1", "post:x", "", "post:1/../../users"])
def test_a_name_that_no_wordpress_gives_asks_nobody(name: str) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise AssertionError("Nobody should have been asked.")

    with pytest.raises(Gone):
        site(nobody).thread(Ref(name))


def test_the_api_is_found_behind_a_redirect_and_its_absence_is_told() -> None:
    def moved(request: httpx.Request) -> httpx.Response:
        if request.url.host == "example.com":
            return httpx.Response(301, headers={"Location": "https://www.example.com/"})
        link = '<https://www.example.com/?rest_route=/>; rel="https://api.w.org/"'
        return httpx.Response(200, headers={"Link": f'<https://x/>; rel="next", {link}'})

    found = find_api(Transport(inner=httpx.MockTransport(moved)), "https://example.com")

    assert found == "https://www.example.com/?rest_route=/"
    with pytest.raises(Invalid) as absent:
        find_api(
            Transport(inner=httpx.MockTransport(lambda request: httpx.Response(200))), "https://example.com"
        )
    assert absent.value.field == "server_url"


def test_the_key_stands_in_the_address_behind_words_of_the_title() -> None:
    slug = slug_of("Dez por cento: São só até domingo! " + "x" * 100, "placement-17")

    assert slug.startswith("dez-por-cento-sao-so-ate-domingo-")
    assert slug.endswith(slug_of("", "placement-17"))
    assert slug_of("Same", "one") != slug_of("Same", "other")
    assert len(slug) < 100


def test_the_title_is_the_one_given_else_the_cards_else_the_first_line() -> None:
    def title(draft: Draft) -> str:
        return WordPressNetwork.render(draft, "https://go.example.com/x")[0].title

    assert title(Draft("One\nTwo", title="Given", card=Card("Card"))) == "Given"
    assert title(Draft("One\nTwo", card=Card("Card"))) == "Card"
    assert title(Draft("One\nTwo")) == "One"
    assert title(Draft("word " * 40)).endswith(" …")


def test_words_come_back_from_html_as_they_went() -> None:
    text = '5 < 6 & "so"\nnext line\n\nNew paragraph #tag https://example.com/?a=1&b=2'
    raw = text.encode()
    tag, link = raw.index(b"#tag"), raw.index(b"https")
    facets = (
        Facet("tag", tag, tag + 4, "tag"),
        Facet("link", link, len(raw), "https://example.com/?a=1&b=2"),
    )

    paragraphs = to_html(text, facets, lambda facet: "/tag" if facet.kind == "tag" else facet.value)

    assert len(paragraphs) == 2
    assert '<a href="/tag" rel="tag">#tag</a>' in paragraphs[1]
    assert to_text("".join(f"<p>{each}</p>" for each in paragraphs)) == text


def test_a_text_beyond_the_limit_is_refused_before_anybody_is_asked() -> None:
    (over,) = WordPressNetwork.render(Draft("é" * 20_001))

    with pytest.raises(Invalid):
        site(lambda request: httpx.Response(500)).publish(over, "key")

    assert [problem.field for problem in over.problems] == ["text"]
