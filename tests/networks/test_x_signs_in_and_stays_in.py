import base64
import hashlib

import httpx
import pytest

from livingroom.networks.connecting import AppRefused, Redirect
from livingroom.networks.errors import AuthExpired, Forbidden, Invalid, Unavailable
from livingroom.networks.transport import Transport
from livingroom.networks.x.network import XNetwork
from tests.networks.conformance import Fault, new_key, rendered, words
from tests.networks.spec_stage import answered
from tests.networks.x_stage import XStage

FORM = {"client_id": "our-app", "redirect_uri": "https://house.example.com/networks/return/"}


def answering(response: httpx.Response) -> Transport:
    return Transport(inner=httpx.MockTransport(lambda request: response), sleep=lambda seconds: None)


def test_the_way_to_x_asks_for_all_rights_and_proves_itself_on_the_way_back() -> None:
    stage = XStage()

    asked, traded = stage.asked_for, stage.token_requests[0].body

    assert "offline.access" in asked["scope"].split()
    assert asked["redirect_uri"] == traded["redirect_uri"]
    digest = hashlib.sha256(traded["code_verifier"].encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert stage.connected.account.handle == "corner"
    assert stage.connected.account.scopes == frozenset(asked["scope"].split())


def test_an_app_with_a_secret_shows_it_in_the_header_and_one_without_names_itself() -> None:
    closed, native = XStage().token_requests[0], XStage(secret="").token_requests[0]

    assert closed.headers["authorization"].startswith("Basic ")
    assert "client_id" not in closed.body
    assert "authorization" not in native.headers
    assert native.body["client_id"] == "our-app"


def test_a_refresh_token_is_used_once_and_the_new_one_kept() -> None:
    stage = XStage()
    before = dict(stage.network.credentials.load())

    stage.network.refresh()
    stage.network.refresh()

    used = [asked.body["refresh_token"] for asked in stage.token_requests[1:]]
    assert used == [before["refresh_token"], "refresh-token-2"]
    assert stage.network.credentials.load()["refresh_token"] == "refresh-token-3"
    assert stage.network.check().handle == "corner"


def test_two_workers_renew_once() -> None:
    stage = XStage()
    stale = stage.network.credentials.load()
    stage.network.refresh()

    kept = stage.network.credentials.renew(stale, lambda secrets: pytest.fail("renewed twice"))

    assert kept["access_token"] == "access-token-2"


def test_a_token_that_ran_out_is_renewed_under_a_write_which_goes_out_once() -> None:
    stage = XStage()
    post = rendered(stage.network, words())
    stage.fail_next(Fault.UNAUTHORIZED, writes=True)

    stage.network.publish(post, new_key())

    assert stage.count_posts(post.text) == 1
    assert len(stage.token_requests) == 2


def test_a_refresh_token_that_x_does_not_take_wants_a_person() -> None:
    stage = XStage()
    stage.tokens["refresh_token"] = "taken by somebody else"

    with pytest.raises(AuthExpired):
        stage.network.refresh()


def test_a_lost_answer_to_a_renewal_is_no_reason_to_give_up() -> None:
    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("No answer comes.", request=request)

    stage = XStage()
    stage.network.transport = Transport(inner=httpx.MockTransport(lose), sleep=lambda seconds: None)

    with pytest.raises(Unavailable):
        stage.network.refresh()


def test_a_right_that_was_not_given_is_named_at_once() -> None:
    begun = XNetwork.begin(FORM, Transport())
    tokens = {"access_token": "a", "refresh_token": "r", "scope": "tweet.read users.read offline.access"}

    with pytest.raises(Forbidden) as missing:
        XNetwork.finish({"code": "c", **begun.kept}, begun.state, answering(answered(tokens)))

    assert missing.value.scope == "tweet.write"


def test_an_app_that_x_does_not_know_is_named() -> None:
    begun = XNetwork.begin(FORM, Transport())
    refusal = answered({"error": "invalid_client", "error_description": "Unknown client"}, 401)

    with pytest.raises(AppRefused):
        XNetwork.finish({"code": "c", **begun.kept}, begun.state, answering(refusal))


def test_a_person_who_says_no_is_told_so() -> None:
    begun = XNetwork.begin(FORM, Transport())

    with pytest.raises(Invalid, match="access_denied"):
        XNetwork.finish({"error": "access_denied", **begun.kept}, begun.state, Transport())


def test_what_is_missing_is_said_by_field() -> None:
    assert [f.field for f in XNetwork.try_out({}, Transport())] == ["client_id"]
    assert XNetwork.try_out({**FORM, "daily_budget": "a lot"}, Transport())[0].field == "daily_budget"
    assert XNetwork.try_out(FORM, Transport())[0].is_well


def test_the_way_to_x_is_begun_anew_each_time() -> None:
    one, other = XNetwork.begin(FORM, Transport()), XNetwork.begin(FORM, Transport())

    assert isinstance(one, Redirect)
    assert one.state != other.state
    assert one.kept["verifier"] not in one.url
    assert one.kept["verifier"] != other.kept["verifier"]
