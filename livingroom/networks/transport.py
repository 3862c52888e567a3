"""The one way out: every request of every connector passes here.

Reads are tried again after a failure of the road; writes never are, because a lost answer does not say that nothing was
written. Secrets are taken out of every error and log line. Redirects are not followed.
"""

import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

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
from livingroom.networks.guard import shared_guard
from livingroom.networks.rate import DEFAULT_REST, Rate, read_rate, read_retry_at
from livingroom.networks.redaction import Redactor

log = logging.getLogger("livingroom.networks")

TIMEOUT = httpx.Timeout(connect=5, read=15, write=15, pool=5)
READ_ATTEMPTS = 3
LARGEST_ANSWER = 5 * 1024 * 1024
USER_AGENT = "Livingroom/0.1 (social commerce headquarters)"
# Failures before a byte of the request left: nothing can have been written.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises SpecDrift when it is none."""
        try:
            body = json.loads(self.content or b"{}")
        except ValueError:
            raise SpecDrift(f"The answer is not JSON: {self.content[:80]!r}") from None
        if not isinstance(body, dict):
            raise SpecDrift(f"The answer is not an object but a {type(body).__name__}.")
        return body

    def rows(self) -> list[dict[str, Any]]:
        """The body as a list of objects. Raises SpecDrift when it is none."""
        try:
            body = json.loads(self.content or b"[]")
        except ValueError:
            raise SpecDrift(f"The answer is not JSON: {self.content[:80]!r}") from None
        if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
            raise SpecDrift(f"The answer is not a list of objects but a {type(body).__name__}.")
        return body


Explain = Callable[[Answer], NetworkError | None]


class Transport:
    def __init__(
        self,
        *,
        inner: httpx.BaseTransport | None = None,
        allow_private: bool = False,
        explain: Explain | None = None,
        timeout: httpx.Timeout = TIMEOUT,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = httpx.Client(
            transport=inner or shared_guard(allow_private=allow_private),
            timeout=timeout,
            headers={"User-Agent": USER_AGENT},
            follow_redirects=False,
            trust_env=False,
        )
        self._sleep = sleep
        self.explain = explain
        self.now = now
        self.redactor = Redactor()
        self.rate: Rate | None = None

    def read(self, method: str, url: str, **request: Any) -> Answer:
        """Send a request that changes nothing, again if the road fails. Raises NetworkError, never OutcomeUnknown."""
        attempt = 1
        while True:
            try:
                return self._once(method, url, is_write=False, **request)
            except Unavailable as error:
                if attempt == READ_ATTEMPTS or error.retry_at is not None:
                    raise
            self._sleep(0.2 * 2**attempt * random.uniform(0.5, 1.5))
            attempt += 1

    def write(self, method: str, url: str, **request: Any) -> Answer:
        """Send a request that changes something, once. Raises OutcomeUnknown when the answer does not settle it."""
        return self._once(method, url, is_write=True, **request)

    def rest(self, seconds: float) -> None:
        """Wait for a network that asked for patience."""
        self._sleep(seconds)

    def _once(self, method: str, url: str, *, is_write: bool, **request: Any) -> Answer:
        started = time.monotonic()
        try:
            answer = self._send(method, url, **request)
        except httpx.InvalidURL as error:
            raise Invalid(f"{self._clean(url)} is not an address: {error}", "server_url") from None
        except NEVER_SENT as error:
            raise Unavailable(f"{_host(url)} cannot be reached: {self._clean(str(error))}") from None
        except (httpx.HTTPError, _TooLarge) as error:
            text = f"{_host(url)} gave no complete answer ({type(error).__name__})"
            raise (OutcomeUnknown(text) if is_write else Unavailable(text)) from None
        self.rate = read_rate(answer.headers, self.now()) or self.rate
        log.info("%s %s %s %d in %.0f ms", method, _host(url), _path(url), answer.status, _passed(started))
        if answer.status >= 300:
            raise self._problem(answer, url, is_write=is_write)
        return answer

    def _send(self, method: str, url: str, **request: Any) -> Answer:
        with self._client.stream(method, url, **request) as response:
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > LARGEST_ANSWER:
                    raise _TooLarge
            return Answer(response.status_code, response.headers, bytes(content))

    def _problem(self, answer: Answer, url: str, *, is_write: bool) -> NetworkError:
        error = (self.explain(answer) if self.explain else None) or self._by_status(
            answer, url, is_write=is_write
        )
        error.text = self._clean(error.text)
        error.args = (error.text,)
        return error

    def _by_status(self, answer: Answer, url: str, *, is_write: bool) -> NetworkError:
        status, said = answer.status, _words(answer)
        text = f"{_host(url)} answered {status}" + (f": {said}" if said else "")
        if status == 429:
            now = self.now()
            return RateLimited(text, read_retry_at(answer.headers, now) or now + DEFAULT_REST)
        if status >= 500 or status == 408:
            # Even a 503 may come from a gateway whose server behind has written.
            return (
                OutcomeUnknown(text)
                if is_write
                else Unavailable(text, read_retry_at(answer.headers, self.now()))
            )
        if status < 400:
            return SpecDrift(f"{text} (a redirect, which an API should not need)")
        return BY_STATUS.get(status, Invalid)(text)

    def _clean(self, text: str) -> str:
        return self.redactor.clean(text)


BY_STATUS: dict[int, Callable[[str], NetworkError]] = {
    401: AuthExpired,
    402: OutOfCredit,
    403: Forbidden,
    404: Gone,
    410: Gone,
}


class _TooLarge(Exception):
    """More than any answer of an API has reason to be."""


def _words(answer: Answer) -> str:
    """What the network says went wrong, in any of the usual places."""
    try:
        body = answer.json()
    except SpecDrift:
        return answer.content[:120].decode(errors="replace").strip()
    for name in ("message", "error_description", "detail", "error"):
        if isinstance(body.get(name), str):
            return str(body[name])[:300]
    return ""


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host or "The network"
    except httpx.InvalidURL:
        return "The network"


def _path(url: str) -> str:
    # Without the query: some networks carry tokens there.
    return httpx.URL(url).path


def _passed(started: float) -> float:
    return (time.monotonic() - started) * 1000
