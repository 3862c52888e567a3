"""The transport: what is tried again, what never is, what a limit means, what stays secret."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    Gone,
    Invalid,
    NetworkError,
    OutcomeUnknown,
    OutOfCredit,
    RateLimited,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.rate import read_rate, read_retry_at
from livingroom.networks.redaction import Redactor
from livingroom.networks.transport import LARGEST_ANSWER, READ_ATTEMPTS, Transport

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://network.example.com/thing"


class Road:
    """A network whose answers are written down beforehand; the last one stays."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.n_requests = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.n_requests += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def transport(road: Callable[[httpx.Request], httpx.Response]) -> Transport:
    return Transport(inner=httpx.MockTransport(road), now=lambda: NOW, sleep=lambda seconds: None)


@pytest.mark.parametrize(
    "failure", [httpx.ReadTimeout("slow"), httpx.ConnectError("no"), httpx.Response(502)]
)
def test_a_read_is_tried_again(failure: httpx.Response | Exception) -> None:
    road = Road(failure, httpx.Response(200, json={"ok": True}))

    answer = transport(road).read("GET", URL)

    assert answer.json() == {"ok": True}
    assert road.n_requests == 2


def test_a_read_gives_up_in_the_end() -> None:
    road = Road(httpx.ReadTimeout("slow"))

    with pytest.raises(Unavailable) as gone:
        transport(road).read("GET", URL)

    assert road.n_requests == READ_ATTEMPTS
    assert not gone.value.permanent


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("cut"),
        httpx.WriteError("cut"),
        httpx.Response(500),
        httpx.Response(503),
        httpx.Response(408),
    ],
)
def test_a_write_is_sent_once_and_its_outcome_is_unknown(failure: httpx.Response | Exception) -> None:
    road = Road(failure)

    with pytest.raises(OutcomeUnknown):
        transport(road).write("POST", URL)

    assert road.n_requests == 1


def test_a_write_that_never_left_is_merely_unavailable() -> None:
    with pytest.raises(Unavailable) as failed:
        transport(Road(httpx.ConnectTimeout("no"))).write("POST", URL)

    assert not failed.value.outcome_unknown


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Invalid),
        (401, AuthExpired),
        (402, OutOfCredit),
        (403, Forbidden),
        (404, Gone),
        (410, Gone),
        (422, Invalid),
        (429, RateLimited),
        (302, SpecDrift),
    ],
)
def test_a_status_means_one_thing(status: int, error: type[NetworkError]) -> None:
    with pytest.raises(error):
        transport(Road(httpx.Response(status))).write("POST", URL)


def test_an_endless_answer_is_cut_off() -> None:
    endless = httpx.Response(200, content=b"0" * (LARGEST_ANSWER + 1))

    with pytest.raises(OutcomeUnknown):
        transport(Road(endless)).write("POST", URL)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after": "Sun, 22 Nov 2026 12:02:00 GMT"}, 120),
        ({"ratelimit-remaining": "0", "ratelimit-reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-22T12:05:00Z"}, 300),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOW.timestamp()) + 15)}, 15),
        ({"retry-after": "99999999"}, 86_400),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"ratelimit-remaining": "7", "ratelimit-reset": "60"}, None),
        ({}, None),
    ],
)
def test_every_family_of_headers_says_when_to_come_back(headers: dict[str, str], wait: int | None) -> None:
    retry_at = read_retry_at(httpx.Headers(headers), NOW)

    assert retry_at == (None if wait is None else NOW + timedelta(seconds=wait))


def test_the_last_known_limit_is_remembered() -> None:
    headers = {"RateLimit-Limit": "5000", "RateLimit-Remaining": "4997", "RateLimit-Reset": "1795352400"}
    way = transport(Road(httpx.Response(200, json={}, headers=headers)))

    way.read("GET", URL)

    assert way.rate == read_rate(httpx.Headers(headers), NOW)
    assert way.rate is not None
    assert (way.rate.limit, way.rate.remaining) == (5000, 4997)


@pytest.mark.parametrize(
    "text",
    [
        "the password hunter2-hunter2 is wrong",
        "Authorization: Bearer abcdefghijkl",
        "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl expired",
        '{"access_token": "abcdefgh12345"}',
        "?refresh_token=abcdefgh12345&x=1",
    ],
)
def test_a_secret_is_taken_out_of_any_text(text: str) -> None:
    redactor = Redactor()
    redactor.hide("hunter2-hunter2")

    cleaned = redactor.clean(text)

    assert "[hidden]" in cleaned
    assert not any(part in cleaned for part in ("hunter2", "abcdefgh", "eyJhbGci"))


def test_what_a_network_echoes_is_cleaned_before_it_is_raised() -> None:
    echo = httpx.Response(400, json={"message": "bad password hunter2-hunter2"})
    way = transport(Road(echo))
    way.redactor.hide("hunter2-hunter2")

    with pytest.raises(Invalid) as refused:
        way.write("POST", URL)

    assert "hunter2" not in str(refused.value)
    assert "bad password [hidden]" in refused.value.text
