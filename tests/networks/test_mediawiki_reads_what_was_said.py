"""What a real MediaWiki does is in tests_peers; here is what it says no with, and what its history tells."""

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
    Unavailable,
)
from livingroom.networks.interface import Draft, Rendered
from livingroom.networks.mediawiki.history import (
    Said,
    insert_under,
    parents,
    read_history,
    remove_said,
    replace_said,
)
from livingroom.networks.mediawiki.network import MediaWikiNetwork
from livingroom.networks.mediawiki.render import page_title, wikitext
from livingroom.networks.transport import Transport

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SIGNED = "[[User:Ana|Ana]] ([[User talk:Ana|talk]]) 10:33, 22 November 2026 (UTC)"


def wiki(error: dict[str, object], status: int = 200, **headers: str) -> MediaWikiNetwork:
    """A wiki that hands out tokens and refuses every edit."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            tokens = {"csrftoken": "token+\\", "logintoken": "login+\\"}
            return httpx.Response(200, json={"query": {"tokens": tokens}})
        if b"action=login" in request.content:
            return httpx.Response(200, json={"login": {"result": "Success"}})
        return httpx.Response(status, json={"errors": [error]}, headers=headers)

    return MediaWikiNetwork(
        transport=Transport(inner=httpx.MockTransport(answer), sleep=lambda seconds: None, now=lambda: NOW),
        credentials=CredentialsInMemory(
            {
                "api": "https://wiki.example.com/api.php",
                "username": "Shop@l",
                "bot_password": "secret",
                "cookies": "a=b",
            }
        ),
        server_url="https://wiki.example.com",
        account_id="wiki.example.com#2",
    )


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("assertuserfailed", AuthExpired),
        ("maxlag", Unavailable),
        ("readonly", Unavailable),
        ("editconflict", Unavailable),
        ("ratelimited", RateLimited),
        ("permissiondenied", Forbidden),
        ("blocked", Forbidden),
        ("abusefilter-disallowed", Forbidden),
        ("missingtitle", Gone),
        ("contenttoobig", Invalid),
        ("badtoken", Invalid),
        ("internal_api_error_DBQueryError", OutcomeUnknown),
    ],
)
def test_each_refusal_in_the_body_means_what_it_says(code: str, error: type[NetworkError]) -> None:
    with pytest.raises(error):
        wiki({"code": code, "text": "No."}).publish(Rendered("Hello", title="Hello"), "key")


def test_a_wiki_that_lags_behind_is_left_alone_for_as_long_as_it_wishes() -> None:
    lagging = wiki({"code": "maxlag", "text": "Waiting: 7 seconds lagged."}, **{"Retry-After": "7"})

    with pytest.raises(Unavailable) as busy:
        lagging.publish(Rendered("Hello", title="Hello"), "key")

    assert busy.value.retry_at == NOW + timedelta(seconds=7)
    assert not busy.value.outcome_unknown


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("Ten [off] {desks} | #now", "Ten off desks now"),
        ("a_b  c", "a b c"),
        ("...", "News"),
        ("é" * 200, "é" * 90),
    ],
)
def test_a_title_becomes_one_that_the_wiki_takes(given: str, title: str) -> None:
    assert page_title(given) == title


def test_what_means_something_in_wikitext_is_written_as_an_entity() -> None:
    (post,) = MediaWikiNetwork.render(
        Draft("== Not a heading ==\n* [[No link]] {{no template}} ''no italics'' ~~~~")
    )

    text = wikitext(post)

    assert not any(sign in text for sign in ("==", "[[", "{{", "''", "~~~~", "\n*"))


def revision(number: int, user: str, text: str, comment: str) -> dict[str, object]:
    return {
        "revid": number,
        "user": user,
        "userid": number,
        "timestamp": f"2026-11-22T10:0{number}:00Z",
        "comment": comment,
        "slots": {"main": {"content": text}},
    }


ASKED = f"== Left-handed? ==\n\nIs it? {SIGNED}"
ANSWERED = f"{ASKED}\n:Yes &#91;it is&#93;. {SIGNED}"
OTHER = f"{ANSWERED}\n\n== Price ==\n\nHow much? {SIGNED}"


@pytest.fixture
def history() -> list[Said]:
    return read_history(
        [
            revision(1, "Ana", ASKED, "/* Left-handed? */ new section"),
            revision(2, "Shop", ANSWERED, "/* Left-handed? */ [lr:abc re:1]"),
            revision(3, "Bo", OTHER, "/* Price */ new section"),
        ]
    )


def test_each_revision_says_what_it_added_without_signature_and_entities(history: list[Said]) -> None:
    assert [(said.by.name, said.text) for said in history] == [
        ("Ana", "Is it?"),
        ("Shop", "Yes [it is]."),
        ("Bo", "How much?"),
    ]
    assert parents(history, "page:9") == {1: "page:9", 2: "rev:1", 3: "page:9"}


def test_a_revision_that_only_took_away_says_nothing_and_what_it_took_stands_no_more() -> None:
    said = read_history([revision(1, "Ana", OTHER, ""), revision(2, "Bo", ASKED, "No talk of prices")])

    assert len(said) == 1
    assert said[0].stands


def test_an_answer_goes_one_step_further_in_behind_those_that_hang_there(history: list[Said]) -> None:
    text = insert_under(OTHER, history[0], "And in black?")

    assert text is not None
    assert text.split("\n")[3:5] == [f":Yes &#91;it is&#93;. {SIGNED}", ":And in black?"]


def test_what_is_corrected_keeps_its_place_and_what_is_removed_takes_its_empty_heading_along(
    history: list[Said],
) -> None:
    corrected = replace_said(OTHER, history[1], "Yes.")
    without_price = remove_said(OTHER, history[2])
    without_question = remove_said(OTHER, history[0])

    assert corrected is not None
    assert ":Yes." in corrected.split("\n")
    assert without_price == ANSWERED
    assert without_question is not None
    assert "== Left-handed? ==" in without_question
    assert replace_said(ASKED, history[2], "x") is None
    assert remove_said(ASKED, history[2]) is None
