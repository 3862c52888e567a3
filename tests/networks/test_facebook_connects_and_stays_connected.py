from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from livingroom.networks.connecting import AppRefused, Choices, Connected, Redirect
from livingroom.networks.errors import AuthExpired, Forbidden, Invalid
from livingroom.networks.facebook.network import FacebookNetwork
from livingroom.networks.transport import Transport
from tests.networks.facebook_stage import PAGE, FacebookStage
from tests.networks.meta_stage import APP, DATA_ENDS, refused

TWO_PAGES: list[dict[str, Any]] = [
    {"id": PAGE, "name": "The Corner", "username": "corner"},
    {"id": "1001", "name": "The Corner Brasil"},
]


def transport_of(stage: FacebookStage) -> Transport:
    return Transport(inner=stage.wire, sleep=lambda seconds: None)


def begin_and_finish(stage: FacebookStage) -> Connected | Choices:
    begun = FacebookNetwork.begin(
        {**APP, "redirect_uri": "https://house.example.com/back/"}, transport_of(stage)
    )
    assert isinstance(begun, Redirect)
    return FacebookNetwork.finish({"code": "c", **begun.kept}, begun.state, transport_of(stage))


def test_connecting_ends_with_a_page_token_and_says_until_when_it_works() -> None:
    stage = FacebookStage()

    connected = stage.connected

    assert connected.account.account_id == PAGE
    assert connected.credentials["page_token"] == "page-token-1"
    assert connected.credentials["user_token"] == "user-token-2"  # the exchanged one
    assert connected.expires_at == datetime.fromtimestamp(DATA_ENDS, UTC)
    assert connected.account.scopes is not None
    assert "pages_manage_posts" in connected.account.scopes
    assert APP["app_secret"] not in stage.asked_for.values()


def test_who_looks_after_several_pages_chooses() -> None:
    stage = FacebookStage()
    stage.pages = TWO_PAGES

    connected = begin_and_finish(stage)

    assert isinstance(connected, Choices)
    assert [each.account.name for each in connected.accounts] == ["The Corner", "The Corner Brasil"]
    assert len({each.credentials["page_id"] for each in connected.accounts}) == 2


def test_who_looks_after_no_page_is_told_so() -> None:
    stage = FacebookStage()
    stage.pages = []

    with pytest.raises(Invalid, match="no page"):
        begin_and_finish(stage)


def test_a_pasted_token_connects_without_a_way_back() -> None:
    stage = FacebookStage()
    stage.pages = TWO_PAGES
    form = {**APP, "user_token": "from the explorer"}

    connected = FacebookNetwork.begin({**form, "page": "the corner brasil"}, transport_of(stage))
    with pytest.raises(Invalid, match="The Corner, The Corner Brasil") as unclear:
        FacebookNetwork.begin(form, transport_of(stage))

    assert isinstance(connected, Connected)
    assert connected.account.account_id == "1001"
    assert unclear.value.field == "page"


def test_a_right_that_was_not_given_is_named_at_once() -> None:
    stage = FacebookStage()
    stage.scopes = stage.scopes - {"pages_manage_posts"}

    with pytest.raises(Forbidden) as missing:
        begin_and_finish(stage)

    assert missing.value.scope == "pages_manage_posts"


def test_a_wrong_secret_is_named_and_a_wrong_number_too() -> None:
    stage = FacebookStage()
    begun = FacebookNetwork.begin({**APP, "redirect_uri": ""}, transport_of(stage))
    assert isinstance(begun, Redirect)

    with pytest.raises(AppRefused):
        FacebookNetwork.finish({"code": "c", **begun.kept, "app_secret": "wrong"}, "", transport_of(stage))
    with pytest.raises(Invalid) as no_number:
        FacebookNetwork.begin({"app_id": "my app", "app_secret": "x"}, transport_of(stage))

    assert no_number.value.field == "app_id"


def test_every_call_carries_the_proof_that_we_know_the_secret() -> None:
    stage = FacebookStage()

    stage.new_post()
    stage.network.check()
    stage.network.metrics([stage.new_post()])

    assert all(stage.proves_itself(asked) for asked in stage.asked)
    assert not any("access_token" in asked.query for asked in stage.asked)


def test_a_token_is_extended_once_a_day_and_the_page_token_comes_anew() -> None:
    stage = FacebookStage()
    asked_at_first = len(stage.token_questions)

    stage.network.refresh()
    same_day = len(stage.token_questions)
    stage.network.transport.now = lambda: datetime.now(UTC) + timedelta(days=2)
    stage.network.refresh()

    assert same_day == asked_at_first
    assert len(stage.token_questions) == asked_at_first + 1
    assert stage.network.credentials.load()["user_token"] == f"user-token-{asked_at_first + 1}"
    assert stage.network.check().handle == "corner"


def test_a_dead_user_token_does_not_throw_the_page_token_away() -> None:
    stage = FacebookStage()
    stage.network.transport.now = lambda: datetime.now(UTC) + timedelta(days=2)
    dead = refused(190, "Error validating access token: Session has expired", 400)
    stage.unspecified = {("GET", "/v25.0/oauth/access_token"): lambda asked: dead}

    stage.network.refresh()

    assert stage.network.credentials.load()["page_token"] == "page-token-1"
    assert stage.network.check().account_id == PAGE


def test_a_page_that_takes_its_right_away_wants_a_person() -> None:
    stage = FacebookStage()
    gone: httpx.Response = refused(190, "The user has not authorized application", 400)
    stage.handlers = {**stage.handlers, "Page GET": lambda asked: gone}

    with pytest.raises(AuthExpired):
        stage.network.check()


def test_secrets_kept_beside_the_token_do_not_hide_that_it_died() -> None:
    """Another worker wrote something else down meanwhile: the token is renewed all the same."""
    stage = FacebookStage()
    store = stage.network.credentials
    stage.dead.add("page-token-1")
    stale = dict(store.load())
    store.renew(stale, lambda secrets: {**secrets, "container x": "1"})
    load, first = store.load, [stale]
    store.load = lambda: first.pop() if first else load()  # type: ignore[method-assign]  # the worker that came late

    assert stage.network.check().handle == "corner"
    assert store.load()["container x"] == "1"
    assert store.load()["page_token"] != "page-token-1"
